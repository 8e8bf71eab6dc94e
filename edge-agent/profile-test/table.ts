/** The result of trying a profile, as text for a technician. Pure. */
import type { PointValue } from "@forecourt/protocol/profiles/decode.ts";
import type { TriedDevice, TriedRead } from "./device.ts";

/** Canonical units as a gauge's screen shows them: divisor, decimals and sign. */
const SHOWN: Record<string, readonly [number, number, string]> = {
  um: [1_000, 3, "mm"],
  mdegC: [1_000, 3, "°C"],
  cL: [100, 2, "L"],
  percent: [1, 0, "%"],
  count: [1, 0, ""],
};

/** Requests, values and doubts, each in its own paragraph. */
export function report({ reads, values }: TriedDevice, doubts: readonly string[]): string {
  const rows = values.map((value) => [
    value.item === undefined ? "" : `${value.item.kind} ${value.item.number}`,
    value.point,
    value.raw.map((register) => register.toString(16).toUpperCase().padStart(4, "0")).join(" ") || "-",
    shown(value),
    value.quality,
  ]);
  const paragraphs = [
    reads.map(requestLine).join("\n"),
    table(["item", "point", "raw registers", "value", "quality"], rows),
    doubts.length === 0
      ? "Nothing looks wrong. 未发现异常。"
      : `To be looked at 请核对:\n${doubts.map((doubt) => `  - ${doubt}`).join("\n")}`,
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function requestLine({ read, answer }: TriedRead): string {
  const place = `fn ${read.fn}, address ${read.address}, ${read.count} register${read.count === 1 ? "" : "s"}`;
  return "hex" in answer ? `${place}: ${answer.hex}` : `${place}: ${answer.error.message}`;
}

function shown({ value, unit }: PointValue): string {
  if (value === null) return "-";
  if (Array.isArray(value)) return value.join(", ") || "none";
  if (typeof value !== "number") return String(value);
  const [divisor, decimals, sign] = SHOWN[unit] ?? [1, 0, unit];
  return `${(value / divisor).toFixed(decimals)} ${sign}`.trim();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
