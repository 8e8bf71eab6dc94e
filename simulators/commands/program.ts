/** The simulated station on the command line. One file a command; decides nothing. */
import { Command } from "commander";
import { addBox } from "./box.ts";
import { addCheck } from "./check.ts";
import { addFleet } from "./fleet.ts";
import { addHistory } from "./history.ts";
import { addRun } from "./run.ts";
import { addScenarios } from "./scenarios.ts";

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
