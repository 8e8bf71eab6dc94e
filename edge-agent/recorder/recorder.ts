/**
 * Turns observations into records: hands each observation to the recorder of its kind, commits what is worth keeping
 * to the journal, and passes on which polls are wanted soon.
 */
import type { JournalRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { Observation } from "../drivers/observation.ts";
import type { LineSink, Want } from "../lines/reporter.ts";
import { ChartRecorder } from "./charts.ts";
import { DeliveryReports } from "./delivery-reports.ts";
import { DeviceRecorder } from "./devices.ts";
import { type Identity, IdentityRecorder } from "./identity.ts";
import { LevelDeliveries } from "./level-deliveries.ts";
import type { KnownNozzle } from "./nozzle-state.ts";
import type { Outcome } from "./outcome.ts";
import { type QuietOptions, QuietWatch } from "./quiet.ts";
import { type SalesOptions, SalesRecorder } from "./sales.ts";
import { type SealOptions, SealRecorder } from "./seals.ts";
import { type TankOptions, TankRecorder } from "./tanks.ts";

export interface RecorderOptions {
  /** One entry for each tax device. */
  taxPorts: readonly SalesOptions[];
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

interface TaxPort {
  nozzles: readonly string[];
  sales: SalesRecorder;
  identity: IdentityRecorder;
}

/** The recorder of one gateway, as the sink of all its lines. */
export function createRecorder(options: RecorderOptions): LineSink {
  const { known, now, epochMs } = options;
  const taxPorts = new Map<string, TaxPort>(
    options.taxPorts.map((port) => [
      port.device,
      {
        nozzles: port.nozzles,
        sales: new SalesRecorder(port, now(), knownTotals(known, port.device)),
        identity: new IdentityRecorder(knownIdentities(known, port.device)),
      },
    ]),
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
  const taxPort = (device: string): TaxPort => {
    const port = taxPorts.get(device);
    if (port === undefined) throw new Error(`device ${device} is not a tax port`);
    return port;
  };

  const decide = (seen: Observation): Outcome => {
    switch (seen.point) {
      case "grand-total":
        quiet.total(seen, now());
        return taxPort(seen.device).sales.total(seen, now());
      case "last-fuelling":
        return taxPort(seen.device).sales.lastFuelling(seen, now());
      case "information":
        return taxPort(seen.device).identity.information(seen, now());
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
      const [kind, nozzle] = poll.key.split("/");
      if (nozzle === undefined) return [];
      commit();
      if (kind === "last-fuelling") return keep([taxPort(poll.device).sales.noLastFuelling(nozzle, now())]);
      if (kind === "information") return keep([taxPort(poll.device).identity.noInformation(poll.device, nozzle)]);
      return [];
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
      if (port === undefined) return keep([link]);
      return keep([link, port.sales.afterSilence(), port.identity.afterSilence(device, port.nozzles)]);
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
    if (record.kind === "total" && record.device === device) {
      totals.set(record.nozzle, { volumeCl: record.volumeCl, amountFen: record.amountFen, fuelling: null });
    }
  }
  return totals;
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
