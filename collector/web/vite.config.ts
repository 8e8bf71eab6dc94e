/**
 * Builds the page into `dist`, which the collector serves. Routes and the charts are chunks of their own, so that the
 * first screen loads little. `npx vite collector/web` serves it while developing, with the API of a running collector.
 */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const COLLECTOR = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": COLLECTOR } },
  build: {
    outDir: "dist",
    // The collector's content policy allows nothing but its own files: no data: addresses.
    assetsInlineLimit: 0,
    // The charts are one lazy chunk of about 500 kB; it is loaded after the station page has drawn itself.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "echarts", test: /node_modules[\\/](echarts|zrender)[\\/]/ },
            { name: "react", test: /node_modules[\\/](react|react-dom|react-router|scheduler)[\\/]/ },
          ],
        },
      },
    },
  },
});
