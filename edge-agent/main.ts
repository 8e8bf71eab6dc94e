/**
 * Starts the agent lean, for a box with little memory. The process replaces itself once: with a flag that keeps the
 * young generation at a megabyte, where V8 would let it grow to many times what the agent needs, and with a cache of the
 * stripped and compiled sources, so that the type stripper need not be loaded at each start. Process number, streams and
 * signals stay the same. Where the cache cannot be written, or the process not replaced, the agent runs all the same.
 */
import { flushCompileCache } from "node:module";
import { join } from "node:path";

const FLAG = "--max-semi-space-size=1";

if (!process.execArgv.includes(FLAG) && process.platform === "linux") {
  const argv = [process.execPath, FLAG, ...process.execArgv, ...process.argv.slice(1)];
  // Beside the code and with its rights: who may write there may change the agent anyway.
  const cache = join(import.meta.dirname, "node_modules", ".cache", "compiled");
  // One arena of the C library: its threads need none of their own here, and each keeps some megabytes.
  const lean = { NODE_COMPILE_CACHE: cache, MALLOC_ARENA_MAX: "1" };
  process.execve?.(process.execPath, argv, { ...lean, ...process.env });
}
const { runCommandLine } = await import("./command-line.ts");
flushCompileCache();
await runCommandLine();
