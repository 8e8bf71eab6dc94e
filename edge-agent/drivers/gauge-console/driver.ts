/**
 * Reads a tank gauge console in the Veeder-Root TLS computer format: inventory, alarms, deliveries, charts and who
 * changed them, software, probes and clock. It only ever asks. Source: manual 576013-635 and protocol/gauge-console.
 */
import type { ConsoleUnits } from "@forecourt/protocol/gauge-console/units.ts";
import { ok } from "@forecourt/protocol/result.ts";
import type { Driver, Poll } from "../driver.ts";
import { ConsoleReports, type Report } from "./reports.ts";

export interface GaugeConsole {
  device: string;
  /** Our names of the tanks by the console's number, 1 to 32. */
  tanks: ReadonlyMap<number, string>;
  /** How often the inventory is due. Consoles measure every 30 to 60 s; asked faster they repeat themselves. */
  intervalMs: number;
  /** How often the delivery reports are due. */
  deliveryIntervalMs: number;
  /** How often charts, probes and software are due. */
  identityIntervalMs: number;
  answerTimeoutMs: number;
  /** Six characters, when the console demands them. */
  securityCode: string | null;
  /** What the console is set to, or null to ask it. */
  units: ConsoleUnits | null;
}

/** The maker's own driver leaves the console half a second between two commands. */
const GAP_MS = 500;
/** What went unanswered is asked again after this, if its turn would come later. */
const RETRY_MS = 60_000;
/** What a console does not know it may know after an update: it is asked again after this. */
const NOT_SUPPORTED_MS = 86_400_000;
/** Refusals in a row before one is believed: a refusal names no function, and a late one may be meant for another. */
const REFUSALS = 2;
const CLOCK_INTERVAL_MS = 3_600_000;

/** A driver for one console. */
export function gaugeConsoleDriver(options: GaugeConsole): Driver {
  const { device, tanks, intervalMs, deliveryIntervalMs, identityIntervalMs } = options;
  const reports = new ConsoleReports(options);
  const usual = new Map<string, number>();
  const refusals = new Map<string, number>();
  const poll = (report: Report, every: number, tank?: number): Poll => {
    const key = tank === undefined ? report : `${report}/${tank}`;
    usual.set(key, every);
    return { device, key, intervalMs: every };
  };
  const eachTank = (report: Report, every: number) => [...tanks.keys()].map((tank) => poll(report, every, tank));

  return {
    device,
    gapMs: GAP_MS,
    // In the order in which a start needs them: units before numbers, who changed a chart before the chart.
    polls: [
      ...(options.units === null ? [poll("units", identityIntervalMs)] : []),
      poll("referenceTemperature", identityIntervalMs),
      poll("activeAlarms", intervalMs),
      poll("inventory", intervalMs),
      ...eachTank("deliveries", deliveryIntervalMs),
      poll("software", identityIntervalMs),
      poll("probes", identityIntervalMs),
      ...eachTank("chartAudit", identityIntervalMs),
      ...eachTank("chartOfFiftyPoints", identityIntervalMs),
      poll("clock", CLOCK_INTERVAL_MS),
    ],
    async read(line, asked) {
      const [report, tank = "0"] = asked.key.split("/") as [Report, string?];
      const every = usual.get(asked.key) ?? intervalMs;
      const read = await reports.ask(line, report, Number(tank));
      if (!read.ok) {
        asked.intervalMs = read.error.code === "bad-answer" ? every : Math.min(every, RETRY_MS);
        return read;
      }
      if (read.value === "not-supported") {
        const count = (refusals.get(asked.key) ?? 0) + 1;
        refusals.set(asked.key, count);
        asked.intervalMs = count < REFUSALS ? Math.min(every, RETRY_MS) : NOT_SUPPORTED_MS;
        return ok([]);
      }
      refusals.delete(asked.key);
      asked.intervalMs = every;
      return ok(read.value);
    },
  };
}
