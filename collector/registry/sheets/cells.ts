/** The kinds of cells that registry tables have: text from a person in, a value or what is wrong with it out. Pure. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Bilingual } from "../check-entry.ts";

export type Cell =
  | { kind: "text"; pattern?: RegExp; most: number; form?: Bilingual }
  /** A number that is kept as an integer: so many units to one of what is written. */
  | { kind: "number"; units: number; least: number; most: number; rounds?: true }
  | { kind: "day" }
  /** A word for a value; with `open`, other texts are taken as they are. */
  | { kind: "choice"; words: Readonly<Record<string, Bilingual>>; open?: true };

export interface CellError {
  message: Bilingual;
  cure: Bilingual;
}

/**
 * Reads a cell that is not empty.
 * @param text trimmed
 */
export function readCell(cell: Cell, text: string): Result<string | number, CellError> {
  if (hasControl(text)) {
    return wrong(
      "含有控制字符",
      "holds control characters",
      "删除换行和不可见字符。",
      "Remove line breaks and invisible characters.",
    );
  }
  switch (cell.kind) {
    case "text":
      return readText(cell, text);
    case "number":
      return readNumber(cell, text);
    case "day":
      return readDay(text);
    case "choice":
      return readChoice(cell, text);
  }
}

/** Writes a value as a person reads it. */
export function writeCell(cell: Cell, value: string | number | undefined): string {
  if (value === undefined) return "";
  if (cell.kind === "number") return decimal(Number(value), cell.units);
  if (cell.kind === "choice") return cell.words[String(value)]?.zh ?? String(value);
  return String(value);
}

function readText({ pattern, most, form }: Cell & { kind: "text" }, text: string): Result<string, CellError> {
  if (text.length > most) {
    return wrong(`超过 ${most} 个字符`, `is longer than ${most} characters`, "缩短。", "Shorten it.");
  }
  if (pattern === undefined || pattern.test(text)) return ok(text);
  const zh = form?.zh ?? "格式不符";
  const en = form?.en ?? "the form does not fit";
  return wrong(`“${text}” 格式不符`, `${text} has another form`, `应为：${zh}。`, `Expected: ${en}.`);
}

function readNumber({ units, least, most, rounds }: Cell & { kind: "number" }, text: string) {
  const plain = text.normalize("NFKC").replaceAll(/[\s,]/g, "");
  const scaled = Number(plain) * units;
  if (!/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(plain) || !Number.isFinite(scaled)) {
    return wrong(
      `“${text}” 不是数字`,
      `${text} is no number`,
      "只填数字，单位写在表头。",
      "Write the number alone; the unit stands in the header.",
    );
  }
  const value = Math.round(scaled);
  // A spreadsheet keeps 7.72 as 7.7199999999999998.
  if (rounds === undefined && Math.abs(scaled - value) > 1e-3) {
    const digits = Math.round(Math.log10(units));
    return wrong(
      `“${text}” 小数位过多`,
      `${text} has too many decimals`,
      `最多 ${digits} 位小数。`,
      `At most ${digits} decimals.`,
    );
  }
  if (value < least || value > most) {
    const [from, until] = [decimal(least, units), decimal(most, units)];
    return wrong(
      `“${text}” 超出范围`,
      `${text} is out of range`,
      `应在 ${from} 至 ${until} 之间。`,
      `Between ${from} and ${until}.`,
    );
  }
  return ok(value === 0 ? 0 : value);
}

function readDay(text: string): Result<string, CellError> {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text.normalize("NFKC"));
  const day = match === null ? "" : `${match[1]}-${match[2]!.padStart(2, "0")}-${match[3]!.padStart(2, "0")}`;
  const epochMs = Date.parse(`${day}T00:00:00.000Z`);
  if (day !== "" && !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(day)) return ok(day);
  return wrong(`“${text}” 不是日期`, `${text} is no day`, "写成 2027-06-30 的形式。", "Write it as 2027-06-30.");
}

function readChoice({ words, open }: Cell & { kind: "choice" }, text: string): Result<string, CellError> {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_-]/g, "");
  const found = Object.entries(words).find(([value, { zh, en }]) =>
    [value, zh, en].some((word) => word.toLowerCase().replaceAll(/[\s_-]/g, "") === plain),
  );
  if (found !== undefined) return ok(found[0]);
  if (open) return ok(text);
  const zh = Object.values(words).map((word) => word.zh);
  return wrong(
    `“${text}” 不在可选值之内`,
    `${text} is not one of the choices`,
    `应为 ${zh.join("、")} 之一。`,
    `One of ${Object.keys(words).join(", ")}.`,
  );
}

/** An integer of `units` to one, without noughts at the end. */
function decimal(value: number, units: number): string {
  const digits = Math.round(Math.log10(units));
  if (digits === 0) return String(value);
  return (value / units).toFixed(digits).replace(/\.?0+$/, "");
}

function hasControl(text: string): boolean {
  return [...text].some((character) => character < " " || character === "\u007f");
}

function wrong(zh: string, en: string, cureZh: string, cureEn: string) {
  return fail<CellError>({ message: { zh, en }, cure: { zh: cureZh, en: cureEn } });
}
