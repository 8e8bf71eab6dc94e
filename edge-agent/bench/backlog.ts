/**
 * Writes a week of a large station into a new journal, with the agent's own journal code, as if the collector had been
 * away. `node edge-agent/bench/backlog.ts --state DIR --gateway ID [--days N]` prints how many records it wrote.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type GatewayId, gatewayId } from "@forecourt/protocol/ids.ts";
import { checkRecord } from "@forecourt/protocol/records/parse.ts";
import type { JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { openJournal } from "../journal/journal.ts";

/** What a large station does in a day; each figure says where it comes from. */
const DAY = {
  nozzles: 16,
  tanks: 6,
  seals: 40,
  /** some 3000 cars: 12 fuellings an hour and nozzle in 16 busy hours */
  sales: 3_072,
  /** 40 L lower the 16 m² of a lying 30 m³ tank by 2.5 mm: three moves beyond the dead band of 1 mm */
  levelsOfSale: 3,
  /** tank heartbeats, every 5 minutes each */
  tankHeartbeats: 6 * 288,
  sealHeartbeats: 40 * 24,
  totalHeartbeats: 16 * 24,
  /** the gateway on itself, every minute: its heartbeat, and how it fares */
  gatewayHeartbeats: 1_440,
};

const START_MS = Date.parse("2026-11-01T00:00:00+08:00");
const DAY_MS = 86_400_000;
/** A commit of the real journal holds a few records; here the disk shall not be what takes the time. */
const AT_ONCE = 1_000;
/** Frames as they really come: two confirmed totals and a last fuelling. */
const TOTAL_FRAME = "BB1B8901000123456789000950617890C3";
const GAUGE_FRAME = "0103140001E24000003039000000C80000000000000000A5C3";
const nozzleName = (index: number) => `N${String(index + 1).padStart(2, "0")}`;

interface Totals {
  volumeCl: number[];
  amountFen: number[];
}

function sale(number: number, totals: Totals): RecordBody {
  const nozzle = number % DAY.nozzles;
  const volumeCl = 1_500 + ((number * 7_919) % 4_500);
  const amountFen = Math.round((volumeCl * 770) / 100);
  const [beforeVolumeCl, beforeAmountFen] = [totals.volumeCl[nozzle]!, totals.amountFen[nozzle]!];
  totals.volumeCl[nozzle] = beforeVolumeCl + volumeCl;
  totals.amountFen[nozzle] = beforeAmountFen + amountFen;
  const last = `BB1286${String(volumeCl).padStart(6, "0")}${String(amountFen).padStart(8, "0")}0770C3`;
  return {
    ...{ kind: "sale", device: `tax-${Math.floor(nozzle / 2) + 1}`, nozzle: nozzleName(nozzle), volumeCl, amountFen },
    ...{ unitPriceFen: 770, count: 1, basis: "total-and-last-fuelling", beforeVolumeCl, beforeAmountFen },
    ...{ totalVolumeCl: beforeVolumeCl + volumeCl, totalAmountFen: beforeAmountFen + amountFen },
    lastFuelling: { dayOfMonth: 2, hour: 12, minute: number % 60, volumeCl, amountFen, unitPriceFen: 770 },
    ...{ quality: "good", reason: null, raw: [TOTAL_FRAME, TOTAL_FRAME, last] },
  } as RecordBody;
}

function level(number: number, tank: number, cause: "changed" | "heartbeat"): RecordBody {
  const levelUm = 1_200_000 + ((number * 104_729) % 600_000);
  return {
    ...{ kind: "tank", device: "gauge-1", tank: `T${tank + 1}`, cause, levelUm, waterLevelUm: 12_000 },
    ...{ temperatureMc: 21_000 + (number % 40) * 100, volumeCl: Math.round(levelUm * 1.25), standardVolumeCl: null },
    ...{ waterVolumeCl: 4_000, ullageCl: 900_000, alarms: [], quality: "good", reason: null, raw: [GAUGE_FRAME] },
  } as RecordBody;
}

function sealState(number: number): RecordBody {
  return {
    ...{ kind: "seal", device: "seals-1", seal: `S${String((number % DAY.seals) + 1).padStart(2, "0")}` },
    ...{ cause: "heartbeat", state: "sealed", previousState: "sealed", tamperCount: 0, openCount: 3 },
    ...{ batteryPercent: 88, serial: null, quality: "good", reason: null, raw: ["0203080001000000030058A5C3"] },
  } as RecordBody;
}

function total(number: number, totals: Totals): RecordBody {
  const nozzle = number % DAY.nozzles;
  return {
    ...{ kind: "total", device: `tax-${Math.floor(nozzle / 2) + 1}`, nozzle: nozzleName(nozzle), scope: "grand" },
    ...{ period: null, cause: "heartbeat", volumeCl: totals.volumeCl[nozzle], amountFen: totals.amountFen[nozzle] },
    ...{ previousVolumeCl: totals.volumeCl[nozzle], previousAmountFen: totals.amountFen[nozzle] },
    ...{ quality: "good", reason: null, raw: [TOTAL_FRAME] },
  } as RecordBody;
}

function heartbeat(unacknowledged: number, uptimeMs: number): RecordBody {
  return {
    ...{ kind: "gateway", event: "heartbeat", version: "0.1.0", configSha256: "0".repeat(64), reason: null },
    ...{ stepMs: null, outageMs: null, previousSeq: null, previousHash: null, thinned: null },
    ...{ unacknowledged, rssKb: 81_234 + (unacknowledged % 512), uptimeMs },
  } as RecordBody;
}

/** A day's records, spread over the day as they come. */
function* day(index: number, totals: Totals): Generator<{ atMs: number; body: RecordBody }> {
  const due: { atMs: number; make: () => RecordBody }[] = [];
  const spread = (count: number, make: (number: number) => RecordBody) => {
    for (let number = 0; number < count; number += 1) {
      due.push({ atMs: Math.floor(((number + 0.5) * DAY_MS) / count), make: () => make(index * count + number) });
    }
  };
  spread(DAY.sales, (number) => sale(number, totals));
  spread(DAY.sales * DAY.levelsOfSale, (number) => level(number, number % DAY.tanks, "changed"));
  spread(DAY.tankHeartbeats, (number) => level(number, number % DAY.tanks, "heartbeat"));
  spread(DAY.sealHeartbeats, sealState);
  spread(DAY.totalHeartbeats, (number) => total(number, totals));
  spread(DAY.gatewayHeartbeats, (number) => heartbeat(number, number * 60_000));
  due.sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, make } of due) yield { atMs: START_MS + index * DAY_MS + atMs, body: make() };
}

/** @returns records and sales written */
function write(stateDir: string, gateway: GatewayId, days: number): { records: number; sales: number } {
  mkdirSync(stateDir, { recursive: true });
  const journal = openJournal(join(stateDir, "journal.db"));
  const totals: Totals = {
    volumeCl: Array.from({ length: DAY.nozzles }, (_, index) => 10_000_000 + index),
    amountFen: Array.from({ length: DAY.nozzles }, (_, index) => 77_000_000 + index),
  };
  let held: RecordBody[] = [];
  for (let index = 0; index < days; index += 1) {
    for (const { atMs, body } of day(index, totals)) {
      held.push(body);
      if (held.length < AT_ONCE) continue;
      for (const record of journal.append(held, stamp(gateway, atMs))) mustFit(record);
      held = [];
    }
  }
  journal.append(held, stamp(gateway, START_MS + days * DAY_MS));
  const records = journal.head.seq;
  journal.close();
  return { records, sales: DAY.sales * days };
}

/** Records change; a backlog that a collector would refuse measures nothing. */
function mustFit(record: JournalRecord): void {
  const checked = checkRecord(record);
  if (!checked.ok) throw new Error(checked.error.message);
}

function stamp(gateway: GatewayId, atMs: number) {
  return { gateway, at: formatTime(atMs), boot: "backlog001", monoMs: atMs - START_MS, clock: "trusted" } as const;
}

const { values } = parseArgs({
  options: { state: { type: "string" }, gateway: { type: "string" }, days: { type: "string", default: "7" } },
});
const gateway = gatewayId(values.gateway ?? "");
if (values.state === undefined || gateway === undefined) throw new Error("give --state DIR and --gateway ID");
process.stdout.write(`${JSON.stringify(write(values.state, gateway, Number(values.days)))}\n`);
