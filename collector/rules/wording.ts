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
