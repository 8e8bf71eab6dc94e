/**
 * A small model of the agent of one station: it hears what the world does, looks at the devices when it would have
 * polled them, and writes the records that the agent would have written. It takes nothing from the world but what the
 * devices say and which of them can be reached.
 */
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { boxHasPower, dispenserClock, type World } from "../physics/world.ts";
import type { StateEvent, TruthEvent } from "../truth/events.ts";
import type { Body, Form, Journal } from "./line.ts";
import { type Link, linksOf } from "./links.ts";
import { type Circumstance, NozzleRecorder } from "./nozzles.ts";
import type { HistoryOptions } from "./options.ts";
import { Pen } from "./pen.ts";
import { SealRecorder } from "./seals.ts";
import { type GatewayDetails, gatewayStatement, gaugeIdentity, health } from "./statements.ts";
import { TankRecorder } from "./tanks.ts";
import { Wakes } from "./wakes.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE_OFFSET_MS = 8 * HOUR_MS;
/** A new total is confirmed and recorded this long after the hang-up: polls, repeated reads, the last fuelling. */
const SALE_AFTER_MS = 4_000;
/** A device counts as silent after this (`silence.silentMs`), and is heard again this soon. */
const SILENT_AFTER_MS = 10_000;
const HEARD_AFTER_MS = 5_000;
/** The box is up this long after its power is back. */
const BOOT_MS = 40_000;
/** What is read once a day, and when. */
const DAILY_AT_MS = 5 * 60_000;
const CALM_MS = 180_000;
const NO_STATISTICS = { answers: 0, badFrames: 0, noiseBytes: 0, requests: 0, timeouts: 0 };

export class StationRecorder {
  readonly #world: World;
  readonly #journal: Journal;
  readonly #pen: Pen;
  readonly #options: HistoryOptions;
  readonly #nozzles: NozzleRecorder;
  readonly #tanks: TankRecorder | undefined;
  readonly #links: Link[];
  readonly #seals: SealRecorder;
  readonly #wakes = new Wakes();
  #configSha256: string;
  #isUp = false;
  #downAt = 0;
  #heartbeat: Form;

  constructor(world: World, journal: Journal, options: HistoryOptions) {
    this.#world = world;
    this.#journal = journal;
    this.#options = options;
    const pen = new Pen(world, journal);
    this.#pen = pen;
    this.#nozzles = new NozzleRecorder(world, pen, options);
    this.#seals = new SealRecorder(world, pen, options);
    const { gauge } = world.scenario;
    this.#tanks = gauge && new TankRecorder(world, gauge.device, pen, options);
    this.#links = linksOf(world);
    this.#configSha256 = sha256Hex(`history/${world.scenario.name}/${journal.gateway}`);
    this.#heartbeat = this.#heartbeatForm();
    this.#start("configured");
    this.#atNight();
    this.#hourly();
    this.#beat();
  }

  /** When something is due. */
  nextAt(): number {
    const tanks = this.#isUp ? (this.#tanks?.nextAt() ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    return Math.min(tanks, this.#wakes.nextAt);
  }

  /** What has just happened, and what is due now. */
  run(events: readonly TruthEvent[]): void {
    for (const event of events) this.#hear(event);
    this.#wakes.run(this.#world.now);
    if (this.#isUp) this.#tanks?.look(this.#gaugeUp());
  }

  #hear(event: TruthEvent): void {
    const { now } = this.#world;
    switch (event.event) {
      case "sale":
        this.#tanks?.touch(event.tank);
        if (event.onWire) this.#wake(now + SALE_AFTER_MS, () => this.#readNozzle(event.nozzle));
        break;
      case "delivery":
        if (event.phase === "start") this.#tanks?.unloadingStarted(event.tank, this.#gaugeUp());
        else this.#wake(now + CALM_MS, () => this.#tanks?.unloadingCalmed(event.tank, now, this.#gaugeUp()));
        break;
      case "power":
        this.#boxPower();
        break;
      case "gateway":
        this.#boxTouched(event);
        break;
      case "line":
      case "device":
        this.#watchLinks();
        break;
      case "cheat":
      case "odd":
        this.#lookAtAll();
        break;
    }
  }

  /** Somebody has been at work: boards may be silent, totals other, seals open, charts changed, probes out. */
  #lookAtAll(): void {
    const { now } = this.#world;
    this.#watchLinks();
    for (const { silentUntil } of this.#world.dispensers.values()) {
      if (silentUntil > now) this.#wake(silentUntil + HEARD_AFTER_MS, () => this.#watchLinks());
    }
    this.#wake(now + SALE_AFTER_MS, () => {
      for (const name of this.#world.nozzles.keys()) this.#readNozzle(name);
      this.#readSeals();
    });
    for (const name of this.#world.tanks.keys()) this.#tanks?.touch(name);
  }

  #readNozzle(name: string, circumstance?: Circumstance): void {
    const { device } = this.#world.nozzles.get(name)!;
    if (this.#isUp && this.#links.find((link) => link.device === device)!.isUp) {
      this.#nozzles.read(name, circumstance);
    }
  }

  #gaugeUp(): boolean {
    const device = this.#world.scenario.gauge?.device;
    return this.#isUp && this.#links.some((link) => link.device === device && link.isUp);
  }

  /** Which devices can be reached changes with a delay: silence must last, and a device is asked again only now and then. */
  #watchLinks(): void {
    if (!this.#isUp) return;
    for (const link of this.#links) {
      if (link.isUp === link.reachable()) continue;
      const wait = link.isUp ? SILENT_AFTER_MS : HEARD_AFTER_MS;
      this.#wake(this.#world.now + wait, () => {
        if (this.#isUp && link.isUp !== link.reachable()) this.#turn(link);
      });
    }
  }

  #turn(link: Link): void {
    const { now } = this.#world;
    link.isUp = !link.isUp;
    this.#pen.append({
      kind: "link",
      line: link.line,
      device: link.device,
      state: link.isUp ? "up" : "down",
      reason: link.isUp ? "answers" : "no answer",
      downMs: link.isUp ? now - link.downAt : null,
      statistics: NO_STATISTICS,
    });
    if (!link.isUp) {
      link.downAt = now;
      return;
    }
    this.#wake(now + SALE_AFTER_MS, () => {
      for (const [name, nozzle] of this.#world.nozzles) {
        if (nozzle.device !== link.device || !link.isUp) continue;
        this.#readNozzle(name, { afterSilence: true, restarted: false });
        this.#nozzles.identity(name, "after-silence");
      }
      if (link.device === this.#world.scenario.sealHub?.device) this.#readSeals();
    });
    for (const name of this.#world.tanks.keys()) this.#tanks?.touch(name);
  }

  /** Somebody has been at the box. */
  #boxTouched({ state, stepMs }: StateEvent): void {
    if (state === "on" || state === "off") this.#boxPower();
    if (!this.#isUp) return;
    const { seq } = this.#journal;
    if (stepMs !== undefined) this.#gateway("clock-stepped", { stepMs, reason: "the time of day was set" });
    if (state.startsWith("cabinet-")) this.#pen.append(health(seq, "changed", this.#world.cabinetOpen));
    if (state === "program-changed") {
      this.#gateway("stop", { reason: "SIGTERM" });
      this.#configSha256 = sha256Hex(`${this.#configSha256}/changed`);
      this.#heartbeat = this.#heartbeatForm();
      this.#start("after an orderly stop: SIGTERM");
    }
    if (state === "journal-damaged") {
      // A history has no hashes; the agent states that of the last record that held.
      const previousHash = sha256Hex(`${this.#journal.gateway}/${seq}`);
      this.#gateway("journal-replaced", { reason: "the chain does not hold", previousSeq: seq, previousHash });
    }
  }

  /** The box loses its power or gets it back. */
  #boxPower(): void {
    const isOn = boxHasPower(this.#world);
    const { now } = this.#world;
    if (!isOn && this.#isUp) {
      this.#isUp = false;
      this.#downAt = now;
    }
    if (isOn && !this.#isUp) this.#wake(now + BOOT_MS, () => this.#comeBack());
  }

  #comeBack(): void {
    if (this.#isUp || !boxHasPower(this.#world)) return;
    const outageMs = this.#world.now - this.#downAt;
    this.#start("the program was started");
    this.#gateway("outage", { outageMs, reason: "the box was without power" });
    for (const link of this.#links) link.isUp = true;
    this.#watchLinks();
    this.#wake(this.#world.now + SALE_AFTER_MS, () => {
      for (const name of this.#world.nozzles.keys()) this.#readNozzle(name, { afterSilence: false, restarted: true });
      this.#readSeals();
    });
    for (const name of this.#world.tanks.keys()) this.#tanks?.touch(name);
  }

  #start(reason: string): void {
    const { now } = this.#world;
    this.#isUp = true;
    this.#journal.start(now);
    this.#gateway("start", { reason });
    this.#pen.append(health(this.#journal.seq, "first", this.#world.cabinetOpen));
    if (this.#journal.seq > 2) return;
    for (const name of this.#world.nozzles.keys()) {
      this.#nozzles.read(name);
      this.#nozzles.identity(name, "daily");
    }
    this.#readSeals();
    this.#tanks?.charts();
    this.#gaugeIdentity("first");
  }

  /** What is read once a day, a little after midnight: totals of the day that is over, identities, charts. */
  #atNight(): void {
    const { now } = this.#world;
    const midnight = now - ((now + ZONE_OFFSET_MS) % DAY_MS) + DAY_MS;
    this.#wake(midnight + DAILY_AT_MS, () => {
      if (this.#isUp) this.#daily(midnight);
      this.#atNight();
    });
  }

  #daily(midnight: number): void {
    const day = formatTime(midnight - DAY_MS).slice(0, 10);
    const isMonthOver = formatTime(midnight).slice(8, 10) === "01";
    for (const [name, nozzle] of this.#world.nozzles) {
      if (!this.#links.find((link) => link.device === nozzle.device)!.isUp) continue;
      // A board whose clock is behind still has yesterday: the agent asks until it is over there too.
      if (dispenserClock(this.#world, nozzle.device, this.#world.now) >= midnight) {
        this.#nozzles.period(name, "day", day);
        if (isMonthOver) this.#nozzles.period(name, "month", day.slice(0, 7));
      }
      this.#nozzles.identity(name, "daily");
    }
    if (!this.#gaugeUp()) return;
    this.#tanks?.charts();
    this.#gaugeIdentity("daily");
  }

  #hourly(): void {
    this.#wake(this.#world.now + HOUR_MS, () => {
      if (this.#isUp) {
        for (const name of this.#world.nozzles.keys()) this.#readNozzle(name);
        this.#readSeals();
      }
      this.#watchLinks();
      this.#hourly();
    });
  }

  /** Looks again when the silence since the last record of any kind would be long enough. */
  #beat(): void {
    const { gatewayHeartbeatMs } = this.#options;
    this.#wake(Math.max(this.#world.now + 1_000, this.#pen.wroteAt + gatewayHeartbeatMs), () => {
      const { now } = this.#world;
      const pen = this.#pen;
      if (!this.#isUp) pen.wroteAt = now;
      else if (now - pen.wroteAt >= gatewayHeartbeatMs) {
        pen.write(this.#heartbeat, { uptimeMs: now - this.#journal.bootAt });
      }
      this.#beat();
    });
  }

  #heartbeatForm(): Form {
    const { uptimeMs: _, ...beat } = gatewayStatement("heartbeat", { uptimeMs: 0, configSha256: this.#configSha256 });
    return this.#pen.form(beat as Body, ["uptimeMs"]);
  }

  #readSeals(): void {
    const device = this.#world.scenario.sealHub?.device;
    if (device === undefined || !this.#isUp) return;
    if (this.#links.some((link) => link.device === device && link.isUp)) this.#seals.read(device);
  }

  #gaugeIdentity(cause: "first" | "daily"): void {
    const { scenario } = this.#world;
    if (scenario.gauge) this.#pen.append(gaugeIdentity(scenario, this.#journal.gateway, cause));
  }

  #gateway(event: string, of: GatewayDetails): void {
    const uptimeMs = this.#world.now - this.#journal.bootAt;
    this.#pen.append(gatewayStatement(event, { ...of, uptimeMs, configSha256: this.#configSha256 }));
  }

  #wake(at: number, act: () => void): void {
    this.#wakes.add(at, act);
  }
}
