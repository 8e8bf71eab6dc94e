/** Figures as an inspector reads them: litres, yuan and spans of time in both languages. */
import { formatTime } from "@forecourt/protocol/time.ts";

type Figure = number | string | null | undefined;

/** Hundredths of a litre as litres with two decimals; a missing figure is `?`. */
export function litres(cl: Figure): string {
  return typeof cl === "number" ? (cl / 100).toFixed(2) : "?";
}

/** Fen as yuan with two decimals. */
export function yuan(fen: Figure): string {
  return typeof fen === "number" ? (fen / 100).toFixed(2) : "?";
}

/** A figure that is a name or a count. */
export function plain(figure: Figure): string {
  return figure === null || figure === undefined ? "?" : String(figure);
}

/** A moment as local date and time to the second. */
export function moment(epochMs: number): string {
  return formatTime(epochMs).slice(0, 19).replace("T", " ");
}

/** A span of time: `3 min 20 s`, `3 分 20 秒`. */
export function span(ms: Figure): { zh: string; en: string } {
  if (typeof ms !== "number") return { zh: "?", en: "?" };
  const seconds = Math.round(ms / 1_000);
  const parts: [number, string, string][] = [
    [Math.floor(seconds / 86_400), "天", "d"],
    [Math.floor(seconds / 3_600) % 24, "小时", "h"],
    [Math.floor(seconds / 60) % 60, "分", "min"],
    [seconds % 60, "秒", "s"],
  ];
  const shown = parts.filter(([value]) => value > 0).slice(0, 2);
  if (shown.length === 0) return { zh: "0 秒", en: "0 s" };
  return {
    zh: shown.map(([value, zh]) => `${value} ${zh}`).join(" "),
    en: shown.map(([value, , en]) => `${value} ${en}`).join(" "),
  };
}

/** Millionths as per cent. */
export function percent(ppm: Figure): string {
  return typeof ppm === "number" ? `${(ppm / 10_000).toFixed(2)} %` : "?";
}

const CAUSES: Record<string, { zh: string; en: string }> = {
  nozzle: { zh: "单枪每笔按比例", en: "one nozzle, in proportion to each sale" },
  all: { zh: "全部油枪按比例", en: "all nozzles, in proportion to the sales" },
  time: { zh: "随时间均匀（渗漏）", en: "evenly in time (a leak)" },
  night: { zh: "仅夜间", en: "one nozzle, only at night" },
  "night-all": { zh: "全部油枪仅夜间", en: "all nozzles, only at night" },
  beyond: { zh: "单笔超过 20 L 的部分", en: "one nozzle, only beyond the first 20 L" },
  "beyond-all": { zh: "全部油枪单笔超过 20 L 的部分", en: "all nozzles, only beyond the first 20 L" },
  documents: { zh: "全站按比例（对照运单）", en: "the whole tank, against its waybills" },
  steps: { zh: "整笔整笔", en: "whole fuellings at a time" },
  day: { zh: "当日合计", en: "the day as a whole" },
};

/** A cause of gain or loss as an inspector reads it. */
export function causeText(cause: unknown): { zh: string; en: string } {
  return CAUSES[String(cause)] ?? { zh: "?", en: "?" };
}
