/** `provision commission`: installs a box from a terminal, asking step by step, or by an answers file. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isCancel, password } from "@clack/prompts";
import type { Trouble } from "@forecourt/protocol/commission/state.ts";
import { formatYamlError } from "@forecourt/protocol/yaml-file.ts";
import type { Command } from "commander";
import { readAnswers } from "../commission/answers.ts";
import { BoxClient } from "../commission/client.ts";
import { installUnattended, type Surroundings } from "../commission/unattended.ts";
import { installByAsking } from "../commission/wizard.ts";

const EXIT_REFUSED = 1;
const EXIT_ANSWERS = 2;
/** All is done on the box; the collector has not been reached yet. */
const EXIT_QUEUED = 3;

interface Flags {
  box: string;
  pinFile?: string;
  answers?: string;
  code?: string;
}

/** Adds the command to the program. */
export function commissionCommand(program: Command): void {
  program
    .command("commission")
    .description("install a box from a terminal in its network: the same steps as on its page")
    .requiredOption("--box <url>", "the box's address, for example http://192.168.1.50:8088")
    .option("--pin-file <file>", "its PIN in the first line; asked for when this is not given")
    .option("--answers <file>", "do it unattended by this file (YAML)")
    .option("--code <code>", "the one-time code, where the file does not hold it")
    .action(run);
}

async function run({ box, pinFile, answers, code }: Flags): Promise<void> {
  const file = answers === undefined ? undefined : readAnswers(answers);
  if (file?.ok === false) {
    for (const error of file.error) process.stderr.write(`${formatYamlError(error)}\n`);
    process.exitCode = EXIT_ANSWERS;
    return;
  }
  const client = new BoxClient(box);
  const signedIn = await client.signIn(await pinOf(pinFile));
  if (!signedIn.ok) return refuse(signedIn.error);
  const around: Surroundings = {
    say: (line) => process.stdout.write(`${line}\n`),
    wait: (ms) => delay(ms),
    now: () => performance.now(),
  };
  if (file === undefined) {
    const asked = await installByAsking(client, around);
    return asked.ok ? undefined : refuse(asked.error);
  }
  const given = { ...file.value.enrolment, ...(code === undefined ? {} : { code }) };
  const done = await installUnattended(client, { ...file.value, enrolment: given }, around);
  if (!done.ok) return refuse(done.error);
  if (done.value.state.report.filedAt === null) {
    around.say("all is said; the box files its report by itself when it reaches the collector");
    process.exitCode = EXIT_QUEUED;
    return;
  }
  around.say(`the report is filed: ${done.value.state.report.id}`);
}

async function pinOf(file: string | undefined): Promise<string> {
  if (file !== undefined) return readFileSync(file, "utf8").split("\n")[0]?.trim() ?? "";
  const typed = await password({ message: "PIN of the box · 网关密码" });
  if (isCancel(typed)) process.exit(EXIT_REFUSED);
  return typed;
}

function refuse({ message, cure }: Trouble): void {
  process.stderr.write(`${message}. ${cure}\n`);
  process.exitCode = EXIT_REFUSED;
}
