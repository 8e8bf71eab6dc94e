/** What stands in the tables that are taken away: from rows of the store to cells. Pure. */
import { formatTime } from "@forecourt/protocol/time.ts";
import { departmentName } from "../../access/departments.ts";
import type { CaseRow } from "../../cases/store.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { SaleRow } from "../../store/queries.ts";
import type { Dispenser, GatewayStatus, StationSummary } from "../schemas.ts";
import type { SaleStatistics } from "../statistics-schemas.ts";
import { flagView, timeOrNull } from "../views.ts";
import type { Cell, ExportTable } from "./table.ts";

const SEVERITIES: Record<FlagRow["severity"], string> = { high: "严重", medium: "一般", notice: "提示" };
const FLAG_STATES: Record<FlagRow["state"], string> = { open: "持续", ended: "已结束" };
const STATION_STATES: Record<StationSummary["state"], string> = { live: "在线", silent: "失联", never: "未接入" };

export function salesTable(rows: readonly SaleRow[], title: string): ExportTable {
  const header = ["时间", "加油站", "油枪", "升", "元", "单价", "总累升", "质量", "网关", "序号"];
  const cells = rows.map((row): Cell[] => [
    ...[formatTime(row.atMs), row.station, row.nozzle, row.volumeCl / 100, row.amountFen / 100],
    ...[row.unitPriceFen === null ? null : row.unitPriceFen / 100, row.totalVolumeCl / 100, row.quality],
    ...[row.gateway, row.seq],
  ]);
  return { name: "sales", title, header, rows: cells };
}

export function flagsTable(rows: readonly FlagRow[]): ExportTable {
  const header = ["最近", "起始", "加油站", "对象", "疑点", "严重程度", "状态", "主管部门", "说明", "编号"];
  const cells = rows.map((row): Cell[] => {
    const { title, department, text, until, from } = flagView(row);
    const { station, subject, severity, state, id } = row;
    return [
      ...[until, from, station, subject, title.zh, SEVERITIES[severity], FLAG_STATES[state]],
      ...[departmentName(department), text.zh, id],
    ];
  });
  return { name: "flags", title: "疑点", header, rows: cells };
}

export function stationsTable(stations: readonly StationSummary[]): ExportTable {
  const sums = stations.some(({ today }) => today !== null);
  const header = ["编号", "名称", "区县", "状态", "最近记录", "加油机", "油枪", "油罐", "铅封"];
  const more = ["严重疑点", "一般疑点", "提示", ...(sums ? ["今日笔数", "今日升", "今日元"] : [])];
  const cells = stations.map((one): Cell[] => {
    const { id, nameZh, county, state, lastRecordAt, dispensers, nozzles, tanks, seals, openFlags, today } = one;
    const places = [id, nameZh, county, STATION_STATES[state], lastRecordAt, dispensers, nozzles, tanks, seals];
    const flags = [openFlags.high, openFlags.medium, openFlags.notice];
    const sold = today === null ? [null, null, null] : [today.sales, today.volumeCl / 100, today.amountFen / 100];
    return [...places, ...flags, ...(sums ? sold : [])];
  });
  return { name: "stations", title: "加油站", header: [...header, ...more], rows: cells };
}

/** What is at one station: its gateways and what they read. */
export interface StationDevices {
  station: StationSummary;
  dispensers: readonly Dispenser[];
  gateways: readonly GatewayStatus[];
}

const LINKS: Record<Dispenser["link"]["state"], string> = { up: "正常", down: "中断", unknown: "未知" };

export function devicesTable(stations: readonly StationDevices[]): ExportTable {
  const header = ["加油站", "名称", "类别", "设备", "状态", "自", "说明", "出厂编号", "版本", "待确认记录"];
  const rows = stations.flatMap(({ station, dispensers, gateways }): Cell[][] => [
    ...gateways.map((one): Cell[] => [
      ...[station.id, station.nameZh, "采集网关", one.id, STATION_STATES[one.state], one.lastHeardAt, null, null],
      ...[one.version, one.unacknowledged],
    ]),
    ...dispensers.map(({ device, link, identity }): Cell[] => [
      ...[station.id, station.nameZh, "加油机", device, LINKS[link.state], link.since, link.reason],
      ...[identity?.factorySerial ?? null, null, null],
    ]),
  ]);
  return { name: "devices", title: "设备", header, rows };
}

const CASE_STATES: Record<CaseRow["state"], string> = {
  reported: "待分派",
  assigned: "待受理",
  handling: "办理中",
  answered: "待反馈",
  "fed-back": "待办结",
  closed: "已办结",
};

export function casesTable(rows: readonly CaseRow[]): ExportTable {
  const header = [
    "编号",
    "标题",
    "加油站",
    "区县",
    "牵头部门",
    "协同部门",
    "状态",
    "重大",
    "提出人",
    "提出时间",
    "办理期限",
  ];
  const cells = rows.map((row): Cell[] => [
    ...[row.number, row.title, row.station, row.county, departmentName(row.lead)],
    ...[row.together.map(departmentName).join("、"), CASE_STATES[row.state], row.major ? "是" : "否"],
    ...[row.reportedBy, formatTime(row.reportedMs), timeOrNull(row.dueMs)],
  ]);
  return { name: "cases", title: "工单", header, rows: cells };
}

export function statisticsTable({ items }: SaleStatistics, title: string): ExportTable {
  const header = ["时间", "区县", "品牌", "加油站", "油枪", "油品", "笔数", "升", "元", "存疑笔数", "存疑升"];
  const rows = items.map((one): Cell[] => [
    ...[one.at, one.county, one.brand, one.station, one.nozzle, one.grade],
    ...[one.sales, one.volumeCl / 100, one.amountFen / 100, one.untrustedSales, one.untrustedVolumeCl / 100],
  ]);
  // What was not kept apart has no column.
  const kept = header
    .map((_, index) => index)
    .filter((index) => rows.length === 0 || rows.some((row) => row[index] !== null));
  return {
    ...{ name: "statistics", title, header: kept.map((index) => header[index] ?? "") },
    rows: rows.map((row) => kept.map((index) => row[index] ?? null)),
  };
}
