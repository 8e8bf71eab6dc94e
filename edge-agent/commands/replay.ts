/** `replay`: feeds a capture back through drivers and recorder, and prints the records that it leads to. */
import { readFileSync } from "node:fs";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { formatYamlError } from "@forecourt/protocol/yaml-file.ts";
import { parseCapture } from "../capture/format.ts";
import { replay } from "../capture/replay.ts";
import { readFragment } from "../config-fragment.ts";
import { driverFor } from "../wiring/drivers.ts";
import { recorderFor } from "../wiring/recorder.ts";
import { type AddCommand, EXIT_CONFIG, guarded } from "./shared.ts";

export const addReplay: AddCommand = (program) => {
  program
    .command("replay")
    .description("feed a capture back through drivers and recorder, and print the records it leads to")
    .argument("<file>", "a file that `capture` wrote")
    .action((file: string) => guarded(() => replayFile(file)));
};

async function replayFile(file: string): Promise<void> {
  const capture = parseCapture(readFileSync(file, "utf8"));
  if (!capture.ok) refuse([`${file}: ${capture.error}`]);
  const { head, entries } = capture.value;
  const config = readFragment(head.config, file);
  if (!config.ok) refuse(config.error.map(formatYamlError));
  const { devices, silence } = config.value;
  const line = config.value.lines.find((one) => one.line === head.line);
  if (line === undefined) refuse([`${file}: its head does not describe line ${head.line}`]);
  const { polls, unknown } = await replay({
    line: head.line,
    drivers: devices.map((device) => driverFor(device, line)),
    reachability: { failures: silence.failures, silentMs: silence.silentMs },
    entries,
    sink: (clocks) =>
      recorderFor(config.value, {
        ...clocks,
        known: [],
        append: (records) => {
          const at = formatTime(clocks.epochMs());
          for (const record of records) process.stdout.write(`${canonical({ at, ...record })}\n`);
        },
      }),
  });
  process.stderr.write(`${polls} polls replayed, ${unknown} requests that no driver of the line makes\n`);
}

function refuse(errors: readonly string[]): never {
  for (const error of errors) process.stderr.write(`${error}\n`);
  process.exit(EXIT_CONFIG);
}
