/**
 * How far the system's clock is off, as its time daemon says: chrony when it runs, otherwise what the kernel knows
 * through systemd's timedatectl. Where neither answers, the collector's receipts are the only witness.
 */
import { execFile } from "node:child_process";

export interface DaemonClock {
  isSynchronised: boolean;
  /** System clock minus true time, ms; null when the daemon does not say. */
  offsetMs: number | null;
}

/** chronyc's answer to `-c tracking`: comma-separated; field 3 is the stratum, 5 the offset in seconds, 14 the leap state. */
export function parseChrony(text: string): DaemonClock | undefined {
  const fields = text.trim().split(",");
  const [stratum, offsetS, leap] = [Number(fields[2]), Number(fields[4]), fields[13]];
  if (fields.length < 14 || !Number.isFinite(stratum) || !Number.isFinite(offsetS)) return undefined;
  const isSynchronised = stratum > 0 && leap !== "Not synchronised";
  // chrony says by how much the clock is slow when the number is positive: the clock's error has the other sign.
  return { isSynchronised, offsetMs: isSynchronised ? Math.round(-offsetS * 1000) + 0 : null };
}

/** timedatectl's answer to `show`: it knows whether, not how far. */
export function parseTimedatectl(text: string): DaemonClock | undefined {
  const match = /^NTPSynchronized=(yes|no)$/m.exec(text);
  return match === null ? undefined : { isSynchronised: match[1] === "yes", offsetMs: null };
}

const COMMANDS = [
  { file: "chronyc", args: ["-c", "tracking"], parse: parseChrony },
  { file: "timedatectl", args: ["show"], parse: parseTimedatectl },
] as const;
const DEADLINE_MS = 3_000;

/** Asks the time daemons in turn. @returns undefined when none answers */
export async function askTimeDaemon(): Promise<DaemonClock | undefined> {
  for (const { file, args, parse } of COMMANDS) {
    const text = await output(file, args);
    const clock = text === undefined ? undefined : parse(text);
    if (clock !== undefined) return clock;
  }
  return undefined;
}

function output(file: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout: DEADLINE_MS, env: { ...process.env, LC_ALL: "C" } }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
}
