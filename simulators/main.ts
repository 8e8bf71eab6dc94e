/**
 * `npm run sim`. What was compiled at one start is kept for the next, beside the packages: half of a start is the
 * stripping of types and the compiling of libraries. Where nothing can be kept, nothing is.
 */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));
await import("./commands/program.ts");
