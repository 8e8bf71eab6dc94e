/**
 * Says in the state folder that an agent runs on it, so that other commands know. A process id alone may belong to
 * another program after a restart of the box: the process's start time is kept beside it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "agent.pid";

/** Start time of a process in ticks since the box started; undefined when there is no such process. proc(5), field 22. */
function startTicks(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
  } catch {
    return undefined;
  }
}

/** This process runs the agent of a state folder. @throws when the file cannot be written */
export function markRunning(folder: string): void {
  writeFileSync(join(folder, FILE), `${process.pid} ${startTicks(process.pid) ?? "?"}\n`);
}

/** The process that runs the agent of a state folder, or undefined. */
export function runningAgent(folder: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, FILE), "utf8");
  } catch {
    return undefined;
  }
  const [pid, ticks] = text.trim().split(" ");
  return Number.isSafeInteger(Number(pid)) && ticks !== undefined && startTicks(Number(pid)) === ticks
    ? Number(pid)
    : undefined;
}
