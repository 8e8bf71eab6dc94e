/** Tables as CSV for office programs: with a byte order mark, and no cell that such a program would take for a formula. */
import { stringify } from "csv-stringify/sync";

type Cell = string | number | null;

const BYTE_ORDER_MARK = "\ufeff";
const FORMULA = /^[=+\-@\t\r]/;

/** @param top lines above the table, each one cell */
export function csvOf(top: readonly string[], header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines: (readonly Cell[])[] = [...top.map((line) => [line]), header, ...rows];
  return BYTE_ORDER_MARK + stringify(lines.map((line) => line.map(harmless)));
}

/** Text from outside that begins like a formula is shown, not run. Numbers stay numbers. */
function harmless(cell: Cell): Cell {
  return typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : cell;
}
