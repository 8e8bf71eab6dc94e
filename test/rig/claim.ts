/** One chain at a time in a folder: a second one would empty it under the first. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Another running process works in the folder. */
export class FolderInUseError extends Error {
  override name = "FolderInUseError";
}

/**
 * Claims a folder for this process, by a file beside it. What a process left that runs no more is taken over.
 * @returns gives it free again
 * @throws FolderInUseError when another process has it
 */
export function claimFolder(folder: string): () => void {
  const file = `${folder}.lock`;
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${process.pid} ${startOf(process.pid)}`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const [pid = "", start] = readFileSync(file, "utf8").split(" ");
    if (start !== undefined && startOf(Number(pid)) === start) {
      throw new FolderInUseError(
        `${folder} is in use by process ${pid}. Stop that one first, or run this in another copy of the project.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new FolderInUseError(`${folder} was claimed by another process at the same moment. Try again.`);
}

/** When a process began, in ticks since the boot (proc(5), stat field 22): a number may be given to another process. */
function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19];
  } catch {
    return undefined;
  }
}
