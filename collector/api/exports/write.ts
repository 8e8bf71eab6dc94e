/** Writes a marked table in one of the forms. Paper is set in a thread of its own: it takes a core for a second or two. */
import { Worker } from "node:worker_threads";
import { type ExportMark, hidden } from "../../access/export-mark.ts";
import { writeWorkbook } from "../../registry/sheets/workbook.ts";
import { csvOf } from "../csv.ts";
import type { PaperTask } from "./paper.ts";
import type { ExportTable, TableForm } from "./table.ts";

/** Setting so much takes seconds; a thread that hangs is ended. */
const PAPER_MS = 60_000;

/** The file; the mark stands over the table, in its first heading where no eye sees it, and in what the file says of itself. */
export async function writeTable(table: ExportTable, form: TableForm, mark: ExportMark): Promise<string | Buffer> {
  const [first = "", ...others] = table.header;
  const header = [first + hidden(mark.id), ...others];
  if (form === "csv") return csvOf(mark.words, header, table.rows);
  if (form === "pdf") return onPaper({ ...table, mark });
  return writeWorkbook([{ name: table.title, top: mark.words, header, rows: table.rows }], mark);
}

function onPaper(workerData: PaperTask): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./paper-thread.ts", import.meta.url), { workerData, execArgv: [] });
    const deadline = setTimeout(() => void worker.terminate(), PAPER_MS);
    worker.once("message", (bytes: Uint8Array) => resolve(Buffer.from(bytes)));
    worker.once("error", reject);
    worker.once("exit", () => {
      clearTimeout(deadline);
      reject(new Error("the paper was not set"));
    });
  });
}
