/** The agent's command line: one file a command in commands/. */
import { Command } from "commander";
import { VERSION } from "./agent.ts";
import { addBox } from "./commands/box.ts";
import { addCapture } from "./commands/capture.ts";
import { addCheck } from "./commands/check.ts";
import { addEnrol } from "./commands/enrol.ts";
import { addKey } from "./commands/key.ts";
import { addProfile } from "./commands/profile.ts";
import { addReplay } from "./commands/replay.ts";
import { addRun } from "./commands/run.ts";
import { addVerify } from "./commands/verify.ts";

/** Runs the command that was given. */
export async function runCommandLine(): Promise<void> {
  const program = new Command("forecourt-agent")
    .description("Reads the devices of a petrol station, journals every reading and forwards it to the collector.")
    .version(VERSION)
    .option("--config <file>", "configuration (YAML)");
  for (const add of [addRun, addBox, addKey, addEnrol, addVerify, addProfile, addCheck, addCapture, addReplay])
    add(program);
  await program.parseAsync();
}
