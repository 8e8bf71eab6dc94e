/**
 * Starts the agent lean, for a box with little memory. The young generation is kept at a megabyte: V8 would let it grow
 * to many times what the agent needs. And the stripped and compiled sources are kept from start to start, so that the
 * type stripper is not loaded again. Where the installation may not be written to, it runs without that cache.
 */
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--max-semi-space-size=1");
// Beside the code and with its rights: who may write here may change the agent anyway.
enableCompileCache(join(import.meta.dirname, "node_modules", ".cache", "compiled"));
const { runCommandLine } = await import("./command-line.ts");
flushCompileCache();
await runCommandLine();
