/** From the store's rows to what the API says: times as text, names from the registry. */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { DEPARTMENTS } from "../access/departments.ts";
import type { Registry } from "../registry/registry.ts";
import type { StationEntry } from "../registry/schema.ts";
import { catalogue, parametersOf } from "../rules/catalogue.ts";
import type { FlagRow } from "../rules/flag.ts";
import type { Parameters } from "../rules/rule.ts";
import type {
  DeliveryRow,
  LatestKind,
  LatestRecordRow,
  OpenFlagsRow,
  RecordRow,
  SaleRow,
  SealRow,
  TankLevelRow,
  UnknownRow,
} from "../store/queries.ts";
import type { Delivery, UnknownVerdict } from "./equipment-schemas.ts";
import type { DepartmentFlags } from "./map-schemas.ts";
import type { Flag, ProofRecord, Rule, Sale, SealStatus, TankLevel } from "./schemas.ts";

/** A time, or null where there is none. */
export function timeOrNull(epochMs: number | null | undefined): string | null {
  return epochMs === null || epochMs === undefined ? null : formatTime(epochMs);
}

export function saleView(row: SaleRow, registry: Registry): Sale {
  const nozzles = registry.station(row.station)?.dispensers.flatMap((dispenser) => dispenser.nozzles);
  return {
    gateway: row.gateway,
    seq: row.seq,
    station: row.station,
    device: row.device,
    nozzle: row.nozzle,
    grade: nozzles?.find((nozzle) => nozzle.nozzle === row.nozzle)?.grade ?? null,
    at: formatTime(row.atMs),
    volumeCl: row.volumeCl,
    amountFen: row.amountFen,
    unitPriceFen: row.unitPriceFen,
    count: row.count,
    totalVolumeCl: row.totalVolumeCl,
    totalAmountFen: row.totalAmountFen,
    quality: row.quality,
    reason: row.reason,
  };
}

export function tankLevelView(row: TankLevelRow): TankLevel {
  return {
    station: row.station,
    tank: row.tank,
    at: formatTime(row.atMs),
    gateway: row.gateway,
    seq: row.seq,
    levelUm: row.levelUm,
    waterLevelUm: row.waterLevelUm,
    temperatureMc: row.temperatureMc,
    volumeCl: row.volumeCl,
    ullageCl: row.ullageCl,
    alarms: row.alarms,
    quality: row.quality,
    reason: row.reason,
  };
}

export function deliveryView({ startedMs, endedMs, ...row }: DeliveryRow): Delivery {
  return { ...row, startedAt: formatTime(startedMs), endedAt: formatTime(endedMs) };
}

/** A newest record without what only the journal needs. */
export function recordView<Kind extends LatestKind>({
  record,
}: LatestRecordRow<Kind>): Omit<RecordOf<Kind>, "boot" | "monoMs" | "clock" | "kind" | "raw"> {
  const { boot: _boot, monoMs: _monoMs, clock: _clock, kind: _kind, ...rest } = record as RecordOf<Kind>;
  return rest as Omit<RecordOf<Kind>, "boot" | "monoMs" | "clock" | "kind" | "raw">;
}

export function unknownView({ firstMs, lastMs, ...row }: UnknownRow): UnknownVerdict {
  return { ...row, first: formatTime(firstMs), last: formatTime(lastMs) };
}

/** A seal of the registry with its latest state; `unknown` when it was never heard of. */
export function sealView(station: StationEntry, seal: string, row: SealRow | undefined): SealStatus {
  const entry = station.seals.find((one) => one.seal === seal);
  return {
    station: station.id,
    seal,
    place: entry?.place ?? "",
    of: entry?.of ?? "",
    state: row?.state ?? "unknown",
    tamperCount: row?.tamperCount ?? null,
    openCount: row?.openCount ?? null,
    batteryPercent: row?.batteryPercent ?? null,
    at: timeOrNull(row?.atMs),
  };
}

export function flagView(row: FlagRow): Flag {
  const rule = catalogue.find((one) => one.id === row.rule);
  return {
    id: row.id,
    rule: row.rule,
    title: rule?.title ?? { zh: row.rule, en: row.rule },
    station: row.station,
    subject: row.subject,
    severity: row.severity,
    department: rule?.department ?? "",
    basis: rule?.basis ?? "",
    state: row.state,
    from: formatTime(row.fromMs),
    until: formatTime(row.untilMs),
    endedAt: timeOrNull(row.endedMs),
    findings: row.findings,
    figures: row.figures,
    threshold: row.threshold,
    text: row.text,
    evidence: [...row.evidence],
  };
}

/** Open flags by the department whose rules found them, in the order of the departments; those with none are left out. */
export function departmentFlags(rows: readonly OpenFlagsRow[]): DepartmentFlags[] {
  const sums = new Map<string, DepartmentFlags>();
  for (const { rule, severity, count } of rows) {
    const department = catalogue.find(({ id }) => id === rule)?.department ?? "";
    const sum = sums.get(department) ?? { department, notice: 0, medium: 0, high: 0 };
    sum[severity] += count;
    sums.set(department, sum);
  }
  const place = ({ department }: DepartmentFlags) => DEPARTMENTS.indexOf(department as (typeof DEPARTMENTS)[number]);
  return [...sums.values()].sort((a, b) => place(a) - place(b));
}

export function proofView(row: RecordRow): ProofRecord {
  return {
    gateway: row.gateway,
    seq: row.seq,
    at: formatTime(row.atMs),
    kind: row.kind,
    line: row.line,
    hash: Buffer.from(row.hash).toString("hex"),
    previousHash: Buffer.from(row.previousHash).toString("hex"),
    receivedAt: formatTime(row.receivedMs),
  };
}

/** The catalogue with the parameters in force. */
export function ruleViews(configured: Record<string, Parameters>): Rule[] {
  return catalogue.map((rule) => ({
    id: rule.id,
    title: rule.title,
    basis: rule.basis,
    department: rule.department,
    severity: rule.severity,
    parameters: parametersOf(rule, configured),
  }));
}
