/**
 * Builds the page into `dist`, which the collector serves. Routes and the charts are chunks of their own, so that the
 * first screen loads little. `npx vite collector/web` serves it while developing, with the API of a running collector.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const COLLECTOR = "http://127.0.0.1:8080";

/** Writes each text file a second and third time, compressed as far as it goes: the collector sends those. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle: ({ dir = "" }) => {
      for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|mjs|css|html|svg)$/.test(name)) continue;
        const path = join(dir, name);
        const bytes = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
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
