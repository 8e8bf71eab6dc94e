/**
 * Reads a CSV or XLSX file from outside into sheets. It is done in a thread of its own: whatever the file is made of, it
 * cannot take the collector's memory, or hold up its work.
 */
import { Worker } from "node:worker_threads";
import { fail, type Result } from "@forecourt/protocol/result.ts";
import type { FileError } from "./file-errors.ts";
import { sheetLimits } from "./limits.ts";
import type { RawSheet } from "./read-rows.ts";

/** @param name of the file; its ending does not matter */
export function readSheetFile(bytes: Uint8Array, name: string): Promise<Result<RawSheet[], FileError>> {
  if (bytes.byteLength > sheetLimits.fileBytes) return Promise.resolve(fail(givenUp("larger than 8 MiB")));
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: { bytes, name: name.replace(/\.[a-z]+$/i, "") },
    resourceLimits: { maxOldGenerationSizeMb: sheetLimits.workerMib },
    // The worker needs nothing of what this process was started with.
    env: {},
    execArgv: [],
  });
  return new Promise((resolve) => {
    const give = (result: Result<RawSheet[], FileError>) => {
      clearTimeout(deadline);
      resolve(result);
      void worker.terminate();
    };
    const deadline = setTimeout(() => give(fail(givenUp("too slow to read"))), sheetLimits.workerMs);
    worker.once("message", give);
    worker.once("error", (error: Error) => give(fail(givenUp(error.message))));
    worker.once("exit", () => give(fail(givenUp("it could not be read"))));
  });
}

function givenUp(why: string): FileError {
  return {
    code: "too-large",
    message: { zh: `文件过大或过于复杂（${why}）`, en: `the file is too large or too intricate: ${why}` },
    cure: { zh: "去掉无关内容，或拆成几个文件。", en: "Remove what does not belong, or split it into several files." },
  };
}
