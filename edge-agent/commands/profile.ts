/** `profile test`: tries a device profile against a device, or against its own sample where no device is at hand. */
import { readFileSync } from "node:fs";
import { parseProfile } from "@forecourt/protocol/profiles/parse.ts";
import { checkSample } from "@forecourt/protocol/profiles/sample.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { Line } from "../lines/line.ts";
import { readDevice } from "../profile-test/device.ts";
import { doubtsOf } from "../profile-test/plausible.ts";
import { report } from "../profile-test/table.ts";
import { lineOptions } from "../wiring/lines.ts";
import { type AddCommand, EXIT_CONFIG, guarded } from "./shared.ts";

interface Options {
  line?: string;
  unit?: string;
  items?: string;
  framing?: "rtu" | "tcp";
  settings?: string;
  timeout: string;
}

/** Something looks wrong or was not read. */
const EXIT_DOUBT = 1;
const DEFAULT_TIMEOUT_MS = "1000";
const PARITIES = { N: "none", E: "even", O: "odd" } as const;

export const addProfile: AddCommand = (program) => {
  program
    .command("profile")
    .description("work on device profiles")
    .command("test <file>")
    .description("check a profile and its sample; with --line, read the device by it and say what looks wrong")
    .option("--line <line>", "/dev/… or host:port of the device")
    .option("--unit <number>", "Modbus unit (default: the profile's)")
    .option("--items <numbers>", "tanks or seals to read, such as 1,2,5 (default: the first eight)")
    .option("--framing <framing>", "of host:port: tcp (default), or rtu behind a serial server")
    .option("--settings <settings>", "serial settings such as 9600-8N1 (default: the profile's)")
    .option("--timeout <ms>", "longest wait for an answer", DEFAULT_TIMEOUT_MS)
    .action((file: string, options: Options) => guarded(() => testProfile(file, options)));
};

async function testProfile(file: string, options: Options): Promise<void> {
  const profile = readProfile(file);
  process.stdout.write(`${profile.title}\n  source: ${profile.source} (confidence ${profile.confidence})\n`);
  process.stdout.write(profile.sample ? "  its sample gives its values\n\n" : "  it has no sample yet\n\n");
  if (options.line === undefined) return;
  const line = new Line(lineOptions(lineOf(options), [deviceOf(profile, options)]));
  const opened = await line.open();
  if (!opened.ok) stop(opened.error);
  const tried = await readDevice(line, {
    profile,
    unit: Number(options.unit ?? profile.unit ?? 1),
    framing: isSerial(options) ? "rtu" : (options.framing ?? "tcp"),
    timeoutMs: Number(options.timeout),
    ...(options.items === undefined ? {} : { items: options.items.split(",").map(Number) }),
  });
  await line.close();
  const doubts = doubtsOf(profile, tried.values);
  process.stdout.write(report(tried, doubts));
  const isDoubtful = doubts.length > 0 || tried.reads.some(({ answer }) => "error" in answer);
  if (isDoubtful) process.exitCode = EXIT_DOUBT;
}

function readProfile(file: string): DeviceProfile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    stop((error as Error).message);
  }
  const profile = parseProfile(text, file);
  const errors = profile.ok ? checkSample(profile.value) : profile.error;
  for (const { message, cure } of errors) process.stderr.write(`${message} — ${cure}\n`);
  return profile.ok && errors.length === 0 ? profile.value : stop("the profile is not right yet");
}

function isSerial({ line }: Options): boolean {
  return line?.startsWith("/") ?? false;
}

function lineOf(options: Options): Parameters<typeof lineOptions>[0] {
  const { line = "", framing } = options;
  const place = isSerial(options) ? { serial: line } : { tcp: line };
  if ("tcp" in place && !/^[^:\s]+:[0-9]{1,5}$/.test(line)) stop(`"${line}" is neither /dev/… nor host:port`);
  return { line: "line", ...place, ...(framing === undefined ? {} : { framing }), ...serialOf(options.settings) };
}

function serialOf(settings: string | undefined) {
  if (settings === undefined) return {};
  const match = /^([0-9]{3,6})-([78])([NEO])([12])$/.exec(settings);
  if (match === null) return stop(`"${settings}" is not of the form 9600-8N1`);
  return {
    baudRate: Number(match[1]),
    dataBits: Number(match[2]) as 7 | 8,
    parity: PARITIES[match[3] as keyof typeof PARITIES],
    stopBits: Number(match[4]) as 1 | 2,
  };
}

function deviceOf(readProfile: DeviceProfile, { timeout }: Options): Parameters<typeof lineOptions>[1][number] {
  const common = {
    device: "device",
    line: "line",
    driver: "modbus" as const,
    profile: readProfile.profile,
    readProfile,
  };
  return { ...common, tanks: [], seals: [], intervalMs: 0, answerTimeoutMs: Number(timeout) };
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(EXIT_CONFIG);
}
