/** From the database's columns to the store's rows, in one place. */
import type { Selectable } from "kysely";
import type { FlagRow } from "../../rules/flag.ts";
import type { EvidenceRange, Figures, Parameters, Text } from "../../rules/rule.ts";
import type { SaleRow, TankLevelRow } from "../queries.ts";
import type { Tables } from "./tables.ts";

export type FlagColumns = Selectable<Tables["flag"]>;
/** With the gateway's id in place of its number. */
export type SaleColumns = Omit<Selectable<Tables["sale"]>, "gateway"> & { gateway: string };
export type TankColumns = Omit<Selectable<Tables["tank_level"]>, "gateway"> & { gateway: string };

export function flagOf(row: FlagColumns): FlagRow {
  return {
    id: row.id,
    rule: row.rule,
    station: row.station,
    subject: row.subject,
    severity: row.severity,
    state: row.state,
    fromMs: row.from_ms,
    untilMs: row.until_ms,
    endedMs: row.ended_ms,
    findings: row.findings,
    figures: JSON.parse(row.figures) as Figures,
    threshold: JSON.parse(row.threshold) as Parameters,
    text: JSON.parse(row.text) as Text,
    evidence: JSON.parse(row.evidence) as EvidenceRange[],
  };
}

export function saleOf(row: SaleColumns): SaleRow {
  return {
    gateway: row.gateway,
    seq: row.seq,
    station: row.station,
    device: row.device,
    nozzle: row.nozzle,
    atMs: row.at_ms,
    volumeCl: row.volume_cl,
    amountFen: row.amount_fen,
    unitPriceFen: row.unit_price_fen,
    count: row.count,
    totalVolumeCl: row.total_volume_cl,
    totalAmountFen: row.total_amount_fen,
    quality: row.quality,
    reason: row.reason,
  };
}

export function tankLevelOf(row: TankColumns): TankLevelRow {
  return {
    gateway: row.gateway,
    seq: row.seq,
    station: row.station,
    tank: row.tank,
    atMs: row.at_ms,
    levelUm: row.level_um,
    waterLevelUm: row.water_level_um,
    temperatureMc: row.temperature_mc,
    volumeCl: row.volume_cl,
    ullageCl: row.ullage_cl,
    alarms: JSON.parse(row.alarms) as string[],
    quality: row.quality,
    reason: row.reason,
  };
}
