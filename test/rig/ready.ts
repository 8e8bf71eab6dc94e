/** A program that says on its first line, in JSON, that it is up and where it is reached. */
import { Program, type ProgramOptions, until } from "./program.ts";

/**
 * Starts a program and waits for what it says.
 * @param what words for the error when it does not come
 * @param options of the program; `started` is given it at once, so that it is stopped also when it never says anything
 * @throws Error when it ends before, with the tail of its log, or says nothing in time
 */
export async function startReady<Said>(
  what: string,
  {
    started,
    deadlineMs,
    ...options
  }: Omit<ProgramOptions, "onLine"> & {
    started?: (program: Program) => void;
    deadlineMs?: number;
  },
): Promise<{ program: Program; said: Said }> {
  let line: string | undefined;
  const program = new Program({
    ...options,
    onLine: (text) => {
      line ??= text;
    },
  });
  program.start();
  started?.(program);
  const look = () => {
    if (line === undefined && !program.isRunning) throw new Error(`${options.args[0]} ended:\n${program.logTail()}`);
    return line;
  };
  return { program, said: JSON.parse(await until(what, look, deadlineMs)) as Said };
}
