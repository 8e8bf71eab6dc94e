/** How a version gives way to the one that is in force now. */

/** Tells a launcher that watches: start what is in force. sysexits.h ends at 78. */
export const RELAUNCH_EXIT = 79;

export interface Launched {
  /** program of the launcher */
  launcher: string;
  factory: string;
  updates: string;
  authorityFile: string;
  isWatched: boolean;
}

/** What the launcher said to this process; undefined when it was started by hand. */
export function launchedBy(environment: Record<string, string | undefined>): Launched | undefined {
  const { FORECOURT_LAUNCHER: launcher, FORECOURT_UPDATES: updates, FORECOURT_AUTHORITY: authorityFile } = environment;
  if (launcher === undefined || updates === undefined || authorityFile === undefined) return undefined;
  const factory = launcher.replace(/\/edge-agent\/launch\.ts$/, "");
  return { launcher, factory, updates, authorityFile, isWatched: environment.FORECOURT_WATCHED === "1" };
}

/**
 * How a program under a launcher gives way.
 * @param stop ends it in order; what does not end within the deadline is given up, the journal is safe at any moment
 */
export function leaving(
  launched: Launched,
  deadlineMs: number,
  stop: (reason: string) => Promise<void>,
): (reason: string) => void {
  return (reason) => {
    setTimeout(() => relaunch(launched), deadlineMs);
    void stop(reason).finally(() => relaunch(launched));
  };
}

/** Ends this process in favour of the launcher. */
function relaunch({ launcher, factory, isWatched }: Launched): never {
  if (!isWatched) {
    const node = `${factory}/runtime/node`;
    process.execve?.(node, [node, launcher, ...process.argv.slice(2)], definedOf(process.env));
  }
  process.exit(RELAUNCH_EXIT);
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
