/** The Chinese font of papers: Noto Sans (OFL), one weight; only the characters that are used go into a paper. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Eight megabytes: read when a paper is asked for. */
export function paperFont(): Buffer {
  const entry = import.meta.resolve("@embedpdf/fonts-sc");
  return readFileSync(fileURLToPath(new URL("../fonts/NotoSansHans-Regular.otf", entry)));
}
