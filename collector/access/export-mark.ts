/**
 * Who took an export: in words at its top, and once more in characters that no eye sees, so that the mark outlives
 * whoever deletes the words. The audit log holds the same number. Pure.
 */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Reader } from "./reader.ts";

/** Stand around and between the bits; none of them has a width. */
const FENCE = "\u2060";
const BITS = ["\u200b", "\u200c"] as const;
const HIDDEN = /\u2060([\u200b\u200c]+)\u2060/;

/** A number as invisible characters. @param id letters, digits, dash and underscore */
export function hidden(id: string): string {
  const bits = [...Buffer.from(id, "ascii")].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return FENCE + [...bits].map((bit) => BITS[Number(bit)]).join("") + FENCE;
}

/** The number that is hidden in a text; undefined when there is none. */
export function hiddenIn(text: string): string | undefined {
  const found = HIDDEN.exec(text)?.[1];
  if (found === undefined || found.length % 8 !== 0) return undefined;
  const bits = [...found].map((letter) => BITS.indexOf(letter as (typeof BITS)[number])).join("");
  const id = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2))).toString("ascii");
  return /^[A-Za-z0-9_-]{1,40}$/.test(id) ? id : undefined;
}

/** A text without characters of a mark: what a program takes in again reads the same with and without. */
export function withoutMark(text: string): string {
  return text.replaceAll(/[\u2060\u200b\u200c]/g, "");
}

/** Who took an export, and under which number of the audit log. */
export interface ExportMark {
  id: string;
  /** real name and account */
  taker: string;
  /** the words at its top */
  words: readonly string[];
  atMs: number;
}

/** The mark of an export. @param unit name of the reader's unit; null for a program of none */
export function exportMark(reader: Reader, unit: string | null, id: string, atMs: number): ExportMark {
  const taker = `${reader.name} (${reader.account})`;
  const words = [
    `导出人：${taker}，${unit ?? "程序"}，时间：${formatTime(atMs)}，编号：${id}`,
    "仅限工作使用。依据管理实施办法第七条，不得向加油站企业经营者和其他第三方出示、泄露。",
  ];
  return { id, taker, words, atMs };
}
