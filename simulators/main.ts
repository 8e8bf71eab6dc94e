<<<<<<< HEAD
/**
 * `npm run sim`. What was compiled at one start is kept for the next, beside the packages: half of a start is the
 * stripping of types and the compiling of libraries. Where nothing can be kept, nothing is.
 */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));
await import("./commands/program.ts");
=======
/** `npm run sim`: the simulated station on the command line. One file a command; decides nothing. */
import { Command } from "commander";
import { addBox } from "./commands/box.ts";
import { addCheck } from "./commands/check.ts";
import { addFleet } from "./commands/fleet.ts";
import { addHistory } from "./commands/history.ts";
import { addRun } from "./commands/run.ts";
import { addScenarios } from "./commands/scenarios.ts";

const program = new Command("sim").description(
  "A simulated petrol station on real serial lines and TCP, with the ground truth of what happened in it.",
);

addRun(program);
addBox(program);
addScenarios(program);
addHistory(program);
addFleet(program);
addCheck(program);

// Whoever reads the output may stop early, as `head` does.
process.stdout.on("error", () => process.exit(0));

try {
  await program.parseAsync();
} catch (error) {
  // What can still fail here is the machine: a port in use, a folder that cannot be written.
  process.stderr.write(`sim: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
>>>>>>> b2f6d06 (feat(simulators): power, clock and cabinet of a live gateway's box; invented sales, silent seals, opened cabinets, changed programs, damaged journals)
