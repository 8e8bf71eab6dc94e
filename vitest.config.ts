import { defineConfig } from "vitest/config";

/** Two projects: quick tests of single modules, and tests of whole processes, which take turns on the machine. */
export default defineConfig({
  test: {
    globalSetup: "test/temporary-folder.ts",
    projects: [
      {
        test: {
          name: "unit",
          include: ["{protocol,edge-agent,collector,simulators,provisioning,scripts}/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/dist/**"],
          testTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "chain",
          include: ["test/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
