/** Why a file as a whole cannot be imported. */
import type { Bilingual } from "../check-entry.ts";
import type { SheetLimits } from "./limits.ts";

export interface FileError {
  code: "not-csv" | "not-xlsx" | "too-large" | "formula";
  message: Bilingual;
  cure: Bilingual;
}

/** A file with more rows than are taken at once. */
export function tooMany({ rows }: SheetLimits): FileError {
  return {
    code: "too-large",
    message: { zh: `超过 ${rows} 行`, en: `it has more than ${rows} rows` },
    cure: { zh: "拆成几个文件分别导入。", en: "Split it into several files." },
  };
}
