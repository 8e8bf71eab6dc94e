/**
 * Turns observations into records: hands each observation to the recorder of its kind, commits what is worth keeping
 * to the journal, and passes on which polls are wanted soon.
 */
import type { JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Observation } from "../drivers/observation.ts";
import type { LineSink, Want } from "../lines/reporter.ts";
import { ChartRecorder } from "./charts.ts";
import { DeliveryReports } from "./delivery-reports.ts";
import { DeviceRecorder } from "./devices.ts";
import type { Identity } from "./identity.ts";
import { LevelDeliveries } from "./level-deliveries.ts";
import type { KnownNozzle } from "./nozzle-state.ts";
import type { Outcome } from "./outcome.ts";
import type { KnownPeriods } from "./periods.ts";
import { type QuietOptions, QuietWatch } from "./quiet.ts";
import { type SealOptions, SealRecorder } from "./seals.ts";
import { type TankOptions, TankRecorder } from "./tanks.ts";
import { type Moment, type TaxPortOptions, TaxPortRecorder } from "./tax-port.ts";

export interface RecorderOptions {
  /** One entry for each tax device. */
  taxPorts: readonly TaxPortOptions[];
  /** What holds for one tank. */
  tanks: (tank: string) => TankOptions;
  /** What holds for the seals of one hub. */
  seals: (device: string) => SealOptions;
  quiet: QuietOptions;
  /** The newest record of each subject, from the journal. */
  known: readonly JournalRecord[];
  /** Monotonic milliseconds. */
  now: () => number;
  /** The time of day: epoch milliseconds. */
  epochMs: () => number;
  /** Commits records; returns when they are on disk. */
  append: (records: readonly RecordBody[]) => void;
}

/** Room for a reason in a record. A cut must not leave half a character: the journal would refuse the record. */
const MAX_REASON = 200;

/** The recorder of one gateway, as the sink of all its lines. */
export function createRecorder(options: RecorderOptions): LineSink {
  const { known, now, epochMs } = options;
  const moment = (): Moment => ({ now: now(), local: formatTime(epochMs()) });
  const taxPorts = new Map(
    options.taxPorts.map((port) => {
      const { device } = port;
      const totals = knownTotals(known, device);
      const identities = knownIdentities(known, device);
      const periods = knownPeriods(known, device);
      return [device, new TaxPortRecorder(port, { totals, identities, periods }, now())];
    }),
  );
  const knownTanks = knownBy(known, "tank", (record) => record.tank);
  const tanks = new TankRecorder(options.tanks, now(), knownTanks);
  const quiet = new QuietWatch(options.quiet);
  const levelDeliveries = new LevelDeliveries(knownTanks, { monoMs: now(), epochMs: epochMs() });
  const reported = known.filter((record) => record.kind !== "delivery" || record.basis === "gauge-report");
  const deliveryReports = new DeliveryReports(knownBy(reported, "delivery", (record) => record.tank));
  const charts = new ChartRecorder(knownBy(known, "chart", (record) => record.tank));
  const devices = new DeviceRecorder(knownBy(known, "device", (record) => record.device));
  const seals = new SealRecorder(
    options.seals,
    now(),
    knownBy(known, "seal", (record) => record.seal),
  );
  const taxPort = (device: string): TaxPortRecorder => {
    const port = taxPorts.get(device);
    if (port === undefined) throw new Error(`device ${device} is not a tax port`);
    return port;
  };

  const decide = (seen: Observation): Outcome => {
    switch (seen.point) {
      case "grand-total":
        quiet.total(seen, now());
        return taxPort(seen.device).observed(seen, moment());
      case "last-fuelling":
      case "information":
      case "period-total":
        return taxPort(seen.device).observed(seen, moment());
      case "tank": {
        const delivered = levelDeliveries.tank(seen, now(), epochMs());
        const read = tanks.tank(seen, now(), quiet.tank(seen, now()));
        return { records: [...read.records, ...delivered.records], wants: [] };
      }
      case "seal":
        return seals.seal(seen, now());
      case "delivery":
        return deliveryReports.delivery(seen, epochMs());
      case "chart":
        return charts.chart(seen, now());
      case "device":
        return devices.device(seen, now(), epochMs());
    }
  };
  // A recorder has moved on once it has decided, so what the disk refuses now must be offered to it again.
  let uncommitted: RecordBody[] = [];
  const commit = () => {
    if (uncommitted.length === 0) return;
    options.append(uncommitted);
    uncommitted = [];
  };
  const keep = (outcomes: readonly Outcome[]): Want[] => {
    uncommitted.push(...outcomes.flatMap(({ records }) => records));
    commit();
    return outcomes.flatMap(({ wants }) => wants);
  };

  return {
    observed(observations) {
      // While the disk refuses, nothing new is decided: what is read later says it again, and memory stays bounded.
      commit();
      return keep(observations.map(decide));
    },
    failed(poll) {
      const port = taxPorts.get(poll.device);
      if (port === undefined) return [];
      commit();
      return keep([port.failed(poll, moment())]);
    },
    reachability({ line, device }, change, statistics) {
      const reason = change.reason.slice(0, MAX_REASON).toWellFormed();
      const { state, downMs } = change;
      const link: Outcome = { records: [{ kind: "link", line, device, state, reason, downMs, statistics }], wants: [] };
      if (device === null) return keep([link]);
      if (state === "down") {
        const silence = `${device} has fallen silent: ${reason}`.slice(0, MAX_REASON).toWellFormed();
        return keep([link, tanks.silent(device, silence, now()), seals.silent(device, silence, now())]);
      }
      charts.afterSilence(device);
      devices.afterSilence(device);
      const port = taxPorts.get(device);
      return keep(port === undefined ? [link] : [link, port.afterSilence(downMs, moment())]);
    },
  };
}

function knownTotals(known: readonly JournalRecord[], device: string): Map<string, KnownNozzle> {
  const totals = new Map<string, KnownNozzle>();
  for (const record of known) {
    if (record.kind === "sale" && record.device === device) {
      const { totalVolumeCl: volumeCl, totalAmountFen: amountFen, lastFuelling: fuelling } = record;
      totals.set(record.nozzle, { volumeCl, amountFen, fuelling });
    }
    if (record.kind === "total" && record.scope === "grand" && record.device === device) {
      totals.set(record.nozzle, { volumeCl: record.volumeCl, amountFen: record.amountFen, fuelling: null });
    }
  }
  return totals;
}

/** Ended days and months only: the journal keeps the newest of each. */
function knownPeriods(known: readonly JournalRecord[], device: string): Map<string, KnownPeriods> {
  const periods = new Map<string, KnownPeriods>();
  for (const record of known) {
    if (record.kind !== "total" || record.cause !== "period-end" || record.device !== device) continue;
    if (record.scope === "grand" || record.period === null) continue;
    periods.set(record.nozzle, { ...periods.get(record.nozzle), [record.scope]: record.period });
  }
  return periods;
}

function knownIdentities(known: readonly JournalRecord[], device: string): Map<string, Identity> {
  const ofDevice = known.filter((record) => record.kind !== "identity" || record.device === device);
  return knownBy(ofDevice, "identity", (record) => record.nozzle);
}

function knownBy<Kind extends JournalRecord["kind"]>(
  known: readonly JournalRecord[],
  kind: Kind,
  name: (record: Extract<JournalRecord, { kind: Kind }>) => string,
): Map<string, Extract<JournalRecord, { kind: Kind }>> {
  const ofKind = known.filter((record): record is Extract<JournalRecord, { kind: Kind }> => record.kind === kind);
  return new Map(ofKind.map((record) => [name(record), record]));
}
