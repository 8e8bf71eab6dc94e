/**
 * Acceptance reports: a box files what was installed at its station, signed with its key. What the collector can check
 * it checks: whose report it is, that the receipts in it are its own, and that each self-test is a sale that it holds.
 * A report that stands turns its station live.
 */
import { openReport, proveReport, unprovedReceipt } from "@forecourt/protocol/acceptance/message.ts";
import type { AcceptanceReport } from "@forecourt/protocol/acceptance/schema.ts";
import type { Verifier } from "@forecourt/protocol/batch/signer.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { parseLine } from "@forecourt/protocol/records/parse.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import type { Scope } from "../access/reader.ts";
import type { Registry } from "../registry/registry.ts";
import type { RuleInput } from "../rules/rule.ts";
import { openPoints } from "./differences.ts";
import type { Approval, LifeChange, StationLife } from "./events.ts";
import type { LifeRow, ReportFilter, ReportRow, TrustStore } from "./store.ts";

export interface AcceptanceParts {
  store: TrustStore;
  registry: Registry;
  /** checks the collector's own receipts */
  collector: Verifier;
  /** epoch ms */
  now: () => number;
  newId: () => string;
  /** Hands the rules an input that was stored. */
  onInput: (station: string, id: number, input: RuleInput) => void;
}

export interface AcceptanceError {
  code: "form" | "gateway" | "signature" | "report" | "known" | "receipt" | "sale" | "station" | "life";
  message: string;
  cure: string;
}

export interface Filed {
  report: ReportRow;
  life: StationLife;
  /** it was there already */
  again: boolean;
}

const WHO = "Enrol the box, or find out who sent this.";
const MEND = "Go through the step on the box again, and file the report it makes then.";

export class AcceptanceDesk {
  readonly #parts: AcceptanceParts;

  constructor(parts: AcceptanceParts) {
    this.#parts = parts;
  }

  /** Takes a signed report. The same one again changes nothing. */
  async file(envelope: Buffer): Promise<Result<Filed, AcceptanceError>> {
    const { registry, store } = this.#parts;
    const opened = openReport(envelope);
    if (!opened.ok) return fail({ code: "form", message: opened.error.message, cure: MEND });
    const { header } = opened.value;
    const gateway = registry.gateway(header.gateway);
    if (gateway === undefined || gateway.station.id !== header.station) {
      const message = `${header.gateway} is no gateway of station ${header.station}`;
      return fail({ code: "gateway", message, cure: WHO });
    }
    const proved = proveReport(opened.value, gateway.verifier);
    if (!proved.ok) {
      const code = proved.error.code === "signature" ? "signature" : "report";
      return fail({ code, message: proved.error.message, cure: code === "signature" ? WHO : MEND });
    }
    const known = await store.report(header.id);
    if (known !== undefined) {
      if (known.gateway === header.gateway && sameReport(known.envelope, header.bodySha256)) {
        return ok({ report: known, life: await this.#lifeOf(known.station), again: true });
      }
      const message = `another report has the id ${header.id}`;
      return fail({ code: "known", message, cure: "An id is never used again: make a new report." });
    }
    const wrong = await this.#fault(proved.value);
    return wrong === undefined ? ok(await this.#keep(proved.value, envelope)) : fail(wrong);
  }

  report(id: string): Promise<ReportRow | undefined> {
    return this.#parts.store.report(id);
  }

  /** Reports of some counties, newest first. */
  reports(filter: ReportFilter, counties: Scope<string>, limit: number): Promise<ReportRow[]> {
    return this.#parts.store.reports(filter, counties, limit);
  }

  /** How far a station has come. A station that nobody prepared is in use. */
  async life(station: string): Promise<LifeRow | undefined> {
    const row = await this.#parts.store.life(station);
    if (row !== undefined || this.#parts.registry.station(station) === undefined) return row;
    return { station, life: "live", sinceMs: 0, by: "in use before there were reports", report: null };
  }

  /** A station is being installed: its rules wait. Nothing happens to one that has been prepared or accepted before. */
  async prepare(station: string, by: string): Promise<void> {
    if ((await this.#parts.store.life(station)) === undefined) await this.#setLife(station, "prepared", by);
  }

  /** An official decides otherwise than a report. */
  async setLife(station: string, life: StationLife, by: string): Promise<Result<LifeRow, AcceptanceError>> {
    const now = await this.life(station);
    if (now === undefined) {
      return fail({ code: "station", message: `there is no station ${station}`, cure: "Check the id." });
    }
    if (now.life === life)
      return fail({ code: "life", message: `it is ${life} already`, cure: "Nothing is to be done." });
    await this.#setLife(station, life, by);
    return ok((await this.life(station))!);
  }

  async #setLife(station: string, life: StationLife, by: string): Promise<void> {
    const { store, now, onInput } = this.#parts;
    const atMs = now();
    const event: LifeChange = { event: "life", life, by, report: null };
    const input = await store.note(station, event, atMs);
    onInput(station, input, { kind: "trust", atMs, event });
  }

  async #lifeOf(station: string): Promise<StationLife> {
    return (await this.#parts.store.life(station))?.life ?? "live";
  }

  async #fault(report: AcceptanceReport): Promise<AcceptanceError | undefined> {
    const foreign = unprovedReceipt(report, this.#parts.collector);
    if (foreign !== undefined) {
      return { code: "receipt", message: `the receipt for ${foreign} was not given by this collector`, cure: MEND };
    }
    for (const { nozzle, outcome, sale } of report.selfTest) {
      if (outcome !== "passed" || sale === null) continue;
      const stored = await this.#parts.store.line(report.gateway.id, sale.seq);
      const read = stored === undefined ? undefined : parseLine(stored.line);
      const record = read?.ok ? read.value : undefined;
      const fits =
        record?.kind === "sale" &&
        record.nozzle === nozzle &&
        record.volumeCl === sale.volumeCl &&
        record.amountFen === sale.amountFen &&
        Buffer.from(stored!.hash).toString("hex") === sale.hash;
      if (!fits) return { code: "sale", message: `record ${sale.seq} is not the stated sale of ${nozzle}`, cure: MEND };
    }
    return undefined;
  }

  async #keep(report: AcceptanceReport, envelope: Buffer): Promise<Filed> {
    const { store, registry, now, newId, onInput } = this.#parts;
    const { id, gateway, station, technician } = report;
    const receivedMs = now();
    const entry = registry.station(station.id)!;
    const row: ReportRow = {
      ...{ id, gateway: gateway.id, station: station.id, receivedMs, envelope },
      body: canonical(report),
      finishedMs: parseTime(report.finishedAt)!,
      technician: technician.name,
      remarks: openPoints(report, entry),
    };
    const life: LifeChange = { event: "life", life: "live", by: technician.name, report: id };
    const approval: Approval = {
      ...{ event: "approval", id: newId(), gateway: gateway.id, command: null },
      ...{ configSha256: gateway.configSha256, version: gateway.version },
      ...{ by: technician.name, basis: `acceptance report ${id}` },
    };
    const events = [approval, life];
    const inputs = await store.file(row, events);
    for (const [index, event] of events.entries()) {
      onInput(station.id, inputs[index]!, { kind: "trust", atMs: receivedMs, event });
    }
    return { report: row, life: "live", again: false };
  }
}

function sameReport(envelope: Buffer, bodySha256: string): boolean {
  const opened = openReport(envelope);
  return opened.ok && opened.value.header.bodySha256 === bodySha256;
}
