/**
 * What a box does by itself for its installation, in the background and again after every interruption: enrol once the
 * collector is reached, write the configuration and start the agent, look for the sales that prove the nozzles, sign
 * the report, and file it. Each errand looks at the state, so that it does not matter where the last one was cut off.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { encodeReport } from "@forecourt/protocol/acceptance/message.ts";
import type { Commission, Trouble } from "@forecourt/protocol/commission/state.ts";
import { stringify } from "yaml";
import { replaceFile } from "../disk/replace-file.ts";
import { enrol } from "../enrolment/enrol.ts";
import { enrolmentFiles, keepEnrolment, readEnrolment } from "../enrolment/files.ts";
import { type PostError, post } from "../enrolment/post.ts";
import { type BoxKeys, tlsKeyFile } from "../keys/place.ts";
import type { TokenPlace } from "../keys/token-signer.ts";
import { agentConfigOf, brokersOf } from "./agent-config.ts";
import { firstFacts, type SalesSeen, testSales } from "./facts.ts";
import { keepReport, readEnvelope } from "./photos.ts";
import { reportOf } from "./report.ts";
import { canRun, canSeal } from "./steps.ts";
import * as go from "./transitions.ts";

/** The agent on this box, as an installation needs it. */
export interface AgentHost {
  readonly isRunning: boolean;
  /** Starts it with the configuration file. @returns why it cannot */
  start(): Promise<string | undefined>;
  stop(): Promise<void>;
}

export interface ErrandOptions {
  stateDir: string;
  configFile: string;
  keys: () => Promise<BoxKeys>;
  /** where the key that signs lies, if not in a file */
  pkcs11?: TokenPlace | undefined;
  agent: AgentHost;
  /** The time of day, RFC 3339; and monotonic milliseconds. */
  at: () => string;
  now: () => number;
  newId: () => string;
  version: string;
  configSha256: () => string;
  state: () => Commission;
  /** Takes a new state; it is on disk when the call returns. */
  keep: (state: Commission) => void;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** The collector that was not reached is tried again after these; the last pause repeats. */
const PAUSES_MS = [2_000, 5_000, 10_000, 30_000, 60_000];

export class Errands {
  readonly #options: ErrandOptions;
  #isBusy = false;
  #tries = 0;
  #notBefore = 0;
  #trouble: Trouble | null = null;
  #sales: { afterSeq: number; seen: SalesSeen } | undefined;

  constructor(options: ErrandOptions) {
    this.#options = options;
  }

  /** What keeps the agent from starting; null when nothing does. */
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** Somebody has done something: the collector is tried at once. */
  hurry(): void {
    this.#tries = 0;
    this.#notBefore = 0;
  }

  /** Does what can be done now. Called again and again; a call while another is at work does nothing. */
  async tick(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#enrol();
      await this.#run();
      this.#lookForSales();
      await this.#seal();
      await this.#file();
    } catch (error) {
      this.#options.log("an errand of the installation failed", { error: String(error) });
      this.#later();
    } finally {
      this.#isBusy = false;
    }
  }

  async #enrol(): Promise<void> {
    const { stateDir, state, keep, keys, at } = this.#options;
    const { order, doneAt } = state().enrol;
    if (order === null || doneAt !== null) return;
    const { collector, station, code, ca } = order;
    // It may have been cut off between the answer and this place: the certificate is there, and the code is used.
    const before = readEnrolment(stateDir);
    if (before !== undefined) {
      if (before.station === station) {
        return keep(go.enrolled(state(), { gateway: before.gateway, station, collector, at: at() }));
      }
      const message = `this box is enrolled for station ${before.station}`;
      const cure = "take a box that is not, or give that station";
      return keep(go.enrolmentFailed(state(), { code: "refused", message, cure }));
    }
    if (!this.#isTime()) return;
    const { signer, connection } = await keys();
    const enrolled = await enrol({ collector, ca }, { code, station }, signer, connection);
    // Another code may have been given meanwhile.
    if (state().enrol.order?.code !== code) return;
    if (!enrolled.ok) {
      this.#later();
      return keep(go.enrolmentFailed(state(), shortened(enrolled.error)));
    }
    this.hurry();
    keepEnrolment(stateDir, enrolled.value);
    keep(
      go.enrolled(state(), { gateway: enrolled.value.gateway, station: enrolled.value.station, collector, at: at() }),
    );
  }

  /** Writes the configuration when it is not there yet or is another one, and keeps the agent running. */
  async #run(): Promise<void> {
    const { stateDir, configFile, state, agent, pkcs11, log } = this.#options;
    const { lines, places, site, enrol: enrolment, selfTest } = state();
    // From then on the configuration stays as it is.
    if (agent.isRunning && selfTest.doneAt !== null) return;
    const enrolled = readEnrolment(stateDir);
    if (!canRun(state()) || lines === null || site === null || enrolled === undefined) return;
    const collector = enrolment.collector ?? "";
    const folder = dirname(configFile);
    const files = enrolmentFiles(stateDir);
    const text = stringify(
      agentConfigOf(lines.found, places.answers, site.answers, {
        ...{ gateway: enrolled.gateway, station: enrolled.station, stateDir: relative(folder, stateDir) || "." },
        ...{ collector, brokers: brokersOf(enrolled.brokers, collector) },
        collectorPublicKey: enrolled.collectorPublicKey,
        tls: {
          caFile: relative(folder, files.caFile),
          certFile: relative(folder, files.certFile),
          keyFile: relative(folder, tlsKeyFile({ stateDir, pkcs11 })),
        },
        pkcs11,
      }),
    );
    const isNew = selfTest.doneAt === null && text !== textOf(configFile);
    if (isNew) {
      mkdirSync(folder, { recursive: true });
      replaceFile(configFile, text);
      log("the configuration was written", { file: configFile });
      if (agent.isRunning) await agent.stop();
    }
    if (agent.isRunning || !(isNew || this.#isTime())) return;
    const reason = await agent.start();
    this.#trouble =
      reason === undefined
        ? null
        : { code: "agent", message: reason.slice(0, 400), cure: "correct the step it is about" };
    if (reason !== undefined) this.#later();
  }

  #lookForSales(): void {
    const { stateDir, state, keep, agent, at } = this.#options;
    const { selfTest, places } = state();
    if (!agent.isRunning || selfTest.doneAt !== null) return;
    const expected = places.answers.nozzles.map(({ nozzle }) => nozzle);
    if (this.#sales?.afterSeq !== selfTest.afterSeq) {
      this.#sales = { afterSeq: selfTest.afterSeq, seen: { seq: selfTest.afterSeq, tested: [] } };
    }
    this.#sales.seen = testSales(stateDir, this.#sales.seen);
    const next = go.testedNow(state(), this.#sales.seen.tested, expected, at());
    if (JSON.stringify(next.selfTest) !== JSON.stringify(selfTest)) keep(next);
  }

  async #seal(): Promise<void> {
    const { stateDir, state, keep, keys, at, newId, version, configSha256 } = this.#options;
    const before = state();
    if (!canSeal(before) || !this.#isTime()) return;
    const id = newId();
    const { signer } = await keys();
    const box = { id, at: at(), publicKey: signer.publicKey, version, configSha256: configSha256() };
    const report = reportOf(before, firstFacts(stateDir), box);
    const sealed = await encodeReport(report, signer);
    // Somebody may have changed something while the key was asked.
    if (state() !== before) return;
    if (!sealed.ok) {
      const trouble = {
        code: "refused",
        message: sealed.error.message,
        cure: "correct the report, and finish it again",
      };
      return keep(go.filing(state(), { trouble }));
    }
    keepReport(stateDir, report, sealed.value);
    this.hurry();
    keep(go.sealed(state(), id, at()));
  }

  async #file(): Promise<void> {
    const { stateDir, state, keep, at } = this.#options;
    const { report, enrol: enrolment } = state();
    if (report.sealedAt === null || report.filedAt !== null || report.id === null || !this.#isTime()) return;
    const url = new URL("/api/v1/acceptance-reports", enrolment.collector ?? "");
    const ca = textOf(enrolmentFiles(stateDir).caFile);
    const filed = await post({ url, body: readEnvelope(stateDir, report.id), ca });
    if (filed.ok) return keep(go.filing(state(), { filedAt: at() }));
    this.#later();
    keep(go.filing(state(), { trouble: shortened(filed.error) }));
  }

  #isTime(): boolean {
    return this.#options.now() >= this.#notBefore;
  }

  #later(): void {
    this.#notBefore = this.#options.now() + PAUSES_MS[Math.min(this.#tries, PAUSES_MS.length - 1)]!;
    this.#tries += 1;
  }
}

function shortened({ code, message, cure }: PostError): Trouble {
  return { code, message: message.slice(0, 400), cure: cure.slice(0, 400) };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
