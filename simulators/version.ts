/** The version of the simulator, which the truth names: the same scenario, seed and version give the same run. */
import { readFileSync } from "node:fs";

export const VERSION = (
  JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string }
).version;
