/** Columns that several tables share, what their cells may hold, and the words of their choices. Data alone. */
import { LOCAL_NAME_PATTERN, STATION_ID_PATTERN, TANK_PATTERN } from "@forecourt/protocol/ids.ts";
import type { Cell } from "./cells.ts";

export interface Column {
  key: string;
  /** the header; a unit stands in brackets behind it */
  zh: string;
  en: string;
  cell: Cell;
  /** a row without it is refused */
  required?: true;
  example: string;
  /** the example of a second row, where one row says nothing */
  second?: string;
}

export const text = (most: number): Cell => ({ kind: "text", most });
export const id = (pattern: string, zh: string, en: string): Cell => ({
  kind: "text",
  most: 60,
  pattern: new RegExp(pattern),
  form: { zh, en },
});

export const station: Column = {
  key: "station",
  zh: "站点编号",
  en: "station",
  cell: id(STATION_ID_PATTERN, "6 位县市代码-4 位序号，如 532801-0007", "six digits, a dash, four digits"),
  required: true,
  example: "532801-0007",
};
export const tankId = id(TANK_PATTERN, "T1、T2 …", "T1, T2 …");
export const deviceId = id(
  LOCAL_NAME_PATTERN,
  "与网关配置一致的设备名，如 tax-1",
  "the device's name in the gateway's configuration",
);
export const grade: Column = { key: "grade", zh: "油品", en: "grade", cell: text(20), required: true, example: "92#" };
export const degrees = (most: number): Cell => ({ kind: "number", units: 1_000_000, least: -most, most, rounds: true });

export const SYSTEMS = {
  wgs84: { zh: "WGS-84", en: "wgs84" },
  gcj02: { zh: "GCJ-02", en: "gcj02" },
  bd09: { zh: "BD-09", en: "bd09" },
};
export const STATUSES = {
  "in-service": { zh: "营业", en: "in service" },
  suspended: { zh: "暂停", en: "suspended" },
  closed: { zh: "注销", en: "closed" },
};
export const PLACES = {
  "board-box": { zh: "主板盒", en: "board box" },
  encoder: { zh: "编码器", en: "encoder" },
  "flow-meter": { zh: "流量计", en: "flow meter" },
  "tank-lid": { zh: "罐盖", en: "tank lid" },
};

/** One quantity in one of several units: a table has one of these columns. The value is the same integer in each. */
export function lengths(
  key: "level" | "volume",
  zh: string,
  units: readonly [string, number][],
  most: number,
): Column[] {
  return units.map(([unit, perUnit]) => ({
    key: `${key}:${unit}`,
    zh: `${zh}(${unit})`,
    en: `${key} (${unit})`,
    cell: { kind: "number", units: perUnit, least: 0, most, rounds: true },
    example: "0",
    second: key === "level" ? "10" : "12.5",
  }));
}
