/**
 * Tells systemd that the agent is ready, alive, or stopping. Node cannot speak to a datagram socket by path, so
 * systemd's own program `systemd-notify` is run; the unit needs `NotifyAccess=all`. Without NOTIFY_SOCKET all of this
 * does nothing.
 */
import { execFile } from "node:child_process";

/** The watchdog is fed this many times in its time, so that one late turn is no death. */
export const FEEDS = 3;

export interface Notifier {
  /** Fed at least this often, ms; undefined when systemd does not watch. */
  readonly watchdogMs: number | undefined;
  /** Sends assignments such as `READY=1` or `STATUS=…`. Never throws; a failure is logged. */
  send(...assignments: string[]): Promise<void>;
}

type Run = (file: string, args: string[], done: (error: Error | null) => void) => void;

const DEADLINE_MS = 2_000;
const run: Run = (file, args, done) => {
  execFile(file, args, { timeout: DEADLINE_MS }, (error) => done(error));
};

/** @param environment of the process: NOTIFY_SOCKET and WATCHDOG_USEC are systemd's */
export function systemdNotifier(
  environment: Record<string, string | undefined>,
  log: (message: string, details: Record<string, unknown>) => void,
  program: Run = run,
): Notifier {
  const { NOTIFY_SOCKET, WATCHDOG_USEC } = environment;
  if (NOTIFY_SOCKET === undefined) return { watchdogMs: undefined, send: async () => undefined };
  const watchdogUs = Number(WATCHDOG_USEC);
  return {
    watchdogMs: Number.isFinite(watchdogUs) && watchdogUs > 0 ? watchdogUs / 1_000 : undefined,
    send: (...assignments) =>
      new Promise((resolve) => {
        // The message is ours, not the child's: systemd is told whom it is about.
        program("systemd-notify", [`--pid=${process.pid}`, ...assignments], (error) => {
          if (error !== null) log("systemd was not told", { assignments, error: error.message });
          resolve();
        });
      }),
  };
}

export interface Pulse {
  /** For each line how long its loop has not turned, and the longest that is sound, ms. */
  lines: readonly { line: string; idleMs: number; stuckMs: number }[];
  /** Since the journal last committed, or understood why it could not, ms. */
  sinceCommitMs: number;
  /** How often the gateway's sign of life is committed, ms. */
  heartbeatMs: number;
}

/** A line that hangs is started anew by its own watch; only when that does not help, the program must be. */
const STUCK_TIMES = 3;
/** So many signs of life may be missing. */
const COMMITS_MISSED = 3;
const LEAST_HEARTBEAT_MS = 10_000;

/**
 * What is wrong in a way that a new start of the program may mend; the watchdog is fed only while it is nothing. Pure.
 * A disk that refuses is told elsewhere: a new start would only lose what waits for it.
 */
export function hangs({ lines, sinceCommitMs, heartbeatMs }: Pulse): string[] {
  const stuck = lines.filter(({ idleMs, stuckMs }) => idleMs >= STUCK_TIMES * stuckMs);
  const isSilent = sinceCommitMs >= COMMITS_MISSED * Math.max(heartbeatMs, LEAST_HEARTBEAT_MS);
  return [
    ...stuck.map(({ line, idleMs }) => `line ${line} hangs for ${Math.round(idleMs / 1_000)} s`),
    ...(isSilent ? [`the journal has not committed for ${Math.round(sinceCommitMs / 1_000)} s`] : []),
  ];
}
