/**
 * A simulated station and the real agent's lines, drivers, recorder and journal in one process, on time that passes
 * as fast as the work in it: a week in a minute. Nothing of either is replaced but the ports between them.
 */
import { mkdirSync, rmSync } from "node:fs";
import { type AgentConfig, loadConfig } from "@forecourt/edge-agent/config.ts";
import { createStation } from "@forecourt/simulators/physics/station.ts";
import { boxHasPower, gatewayClockAheadMs, step, type World } from "@forecourt/simulators/physics/world.ts";
import { resolveScenario } from "@forecourt/simulators/scenario/scenario.ts";
import type { ScenarioFile } from "@forecourt/simulators/scenario/schema.ts";
import type { TruthEvent } from "@forecourt/simulators/truth/events.ts";
import { FastAgent } from "./fast-agent.ts";
import { type FastLines, fastLines } from "./fast-lines.ts";
import { type ScenarioPlan, writeAgentConfig } from "./site.ts";
import { VirtualTime } from "./virtual-time.ts";
import { type Comparison, WireAccount } from "./wire/account.ts";
import type { Bands } from "./wire/dead-bands.ts";
import type { Outage } from "./wire/links.ts";
import { spoilt } from "./wire/spoil.ts";

export interface FastOptions {
  /** Emptied first; journal and configuration stand there. */
  folder: string;
  /** The agent comes to the station so long after the scenario's start, ms. */
  beginMs: number;
  leastMs: number;
  /** Goes on after `leastMs` until this was seen, but no longer than `mostMs`. */
  shows: (event: TruthEvent) => boolean;
  mostMs: number;
  /** Spoils the records afterwards, to see whether the account notices: as much work again as a short run. */
  spoil: boolean;
}

export interface FastResult extends Comparison {
  records: number;
  ranMs: number;
  outages: number;
  /** Spoilt copies of the records in which the account saw nothing wrong. */
  unnoticed: string[];
}

/** Where runs begin whose scenario names no start. */
export const STARTS_AT = Date.parse("2026-03-02T06:00:00+08:00");
/** Trade has ended and everything that was sold has been read and confirmed after this. */
const REST_MS = 20 * 60_000;
/** A box is up so long after its power is back. */
const BOOT_MS = 40_000;
/** Looks whether it has been seen this often. */
const LOOK_MS = 60_000;
/**
 * Slower than at a station, so that a week takes a minute. A total is read well within the shortest time in which a
 * car leaves a nozzle and the next one has fuelled (about 40 s), so no two sales are one to the agent.
 */
const PACE = {
  taxPort: { totalIntervalMs: 20_000, maxFlowClPerS: 434 },
  modbus: { intervalMs: 60_000 },
  recorder: { idleMs: 10_000, gatewayHeartbeatMs: 60_000, tankHeartbeatMs: 300_000 },
  silence: { failures: 3, silentMs: 10_000, minBackOffMs: 1_000, maxBackOffMs: 10_000 },
};

/** Runs a station with its agent and holds its records against the wire. Real time stands aside meanwhile. */
export async function runFast(file: ScenarioFile, options: FastOptions): Promise<FastResult> {
  const scenario = resolveScenario(file);
  const startsAt = scenario.station.startsAt ?? STARTS_AT;
  const world = createStation(scenario, startsAt);
  const config = configOf(file, options.folder);
  // The devices have been there all along; the agent has not.
  const run = new Run(world, config, { folder: options.folder, beginsAt: startsAt + options.beginMs });
  return run.go(options);
}

class Run {
  readonly #world: World;
  readonly #beginsAt: number;
  readonly #time: VirtualTime;
  readonly #lines: FastLines;
  readonly #agent: FastAgent;
  readonly #account: WireAccount;
  readonly #truth: TruthEvent[] = [];
  readonly #outages: Outage[] = [];
  #offSince: number | undefined;
  #isOver = false;
  /** Moves the world on when something is due in it and nobody has asked before. */
  #next: NodeJS.Timeout | undefined;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(world: World, config: AgentConfig, of: { folder: string; beginsAt: number }) {
    this.#world = world;
    this.#beginsAt = of.beginsAt;
    this.#time = new VirtualTime(of.beginsAt);
    this.#lines = fastLines(world, {
      refresh: () => this.#refresh(),
      onOpen: (line) => this.#account.opened(line),
      onWire: (answer) => {
        // What a device says to a box without power is heard by nobody.
        if (!this.#isOver && this.#agent.isOn) this.#account.heard(answer, this.#time.now);
      },
    });
    for (const event of step(world, of.beginsAt)) {
      if (event.event === "line") this.#lines.setPlugged(event.line, event.state === "plugged");
    }
    this.#account = new WireAccount(world, bandsOf(config));
    this.#agent = new FastAgent({
      ...{ config, folder: of.folder, now: () => this.#time.now },
      epochMs: () => {
        const at = of.beginsAt + this.#time.now;
        return at + gatewayClockAheadMs(world, at);
      },
      transport: (line) => this.#lines.transport(line),
    });
  }

  async go({ leastMs, mostMs, shows, spoil }: FastOptions): Promise<FastResult> {
    const time = this.#time;
    const giveBack = time.install();
    try {
      this.#agent.start();
      this.#refresh();
      await time.run(leastMs);
      let ranMs = leastMs;
      for (; ranMs < mostMs && !this.#truth.some(shows); ranMs += LOOK_MS) await time.run(ranMs + LOOK_MS);
      this.#world.open = false;
      const endsAt = ranMs + REST_MS;
      await time.run(endsAt);
      clearTimeout(this.#next);
      this.#account.cut(time.now);
      this.#isOver = true;
      // A box that is still off has said nothing of it yet.
      if (this.#offSince !== undefined) this.#outages.push({ from: this.#offSince, to: undefined });
      const { told, ended } = this.#agent.finish();
      await time.run(endsAt + REST_MS);
      await ended;
      const ran = { told, truth: this.#truth, outages: this.#outages, endsAt };
      const unnoticed = [...(spoil ? spoilt(told) : [])].flatMap(([name, copy]) =>
        this.#account.compare({ ...ran, told: copy }).faults.length > 0 ? [] : [name],
      );
      const compared = this.#account.compare(ran);
      const faults = [...new Set(this.#agent.failures), ...compared.faults];
      return { ...compared, faults, unnoticed, records: told.length, ranMs, outages: this.#outages.length };
    } finally {
      giveBack();
    }
  }

  /** Moves the world on to the present, and does to lines and box what happens to them. */
  #refresh(): void {
    const { now } = this.#time;
    for (const event of step(this.#world, this.#beginsAt + now)) {
      this.#truth.push(event);
      if (event.event !== "line") continue;
      if (event.state === "pulled") this.#account.cut(now, this.#deviceOn(event.line));
      this.#lines.setPlugged(event.line, event.state === "plugged");
    }
    const hasPower = boxHasPower(this.#world);
    if (!hasPower && this.#agent.isOn) {
      this.#account.cut(now);
      this.#agent.cut();
      this.#lines.hangUp();
      this.#offSince = now;
    }
    if (hasPower && this.#offSince !== undefined) this.#boot(this.#offSince);
    const dueAt = this.#world.due[0]?.at ?? Number.POSITIVE_INFINITY;
    if (dueAt === this.#nextAt || dueAt === Number.POSITIVE_INFINITY) return;
    clearTimeout(this.#next);
    this.#nextAt = dueAt;
    this.#next = setTimeout(() => this.#refresh(), Math.ceil(dueAt - this.#beginsAt - now));
  }

  #boot(from: number): void {
    this.#offSince = undefined;
    setTimeout(() => {
      if (!boxHasPower(this.#world)) {
        this.#offSince = from;
        return;
      }
      this.#agent.start();
      this.#outages.push({ from, to: this.#time.now });
    }, BOOT_MS);
  }

  #deviceOn(line: string): string | undefined {
    const { dispensers, gauge, sealHub } = this.#world.scenario;
    return [...dispensers, gauge, sealHub].find((plan) => plan?.line === line)?.device;
  }
}

function bandsOf({ recorder }: AgentConfig): Bands {
  const { levelDeadBandUm: levelUm, waterDeadBandUm: waterLevelUm, temperatureDeadBandMc: temperatureMc } = recorder;
  return { levelUm, waterLevelUm, temperatureMc, volumeCl: recorder.volumeDeadBandCl };
}

function configOf(file: ScenarioFile, folder: string): AgentConfig {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const written = writeAgentConfig({
    plan: file as unknown as ScenarioPlan,
    folder,
    collector: { port: 1, publicKey: "A".repeat(60) },
    lines: undefined,
    speed: 1,
    overrides: PACE,
  });
  const config = loadConfig(written);
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return config.value;
}
