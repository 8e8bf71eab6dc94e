/**
 * The whole chain as processes: one collector, and for each scenario a simulated station with its own agent. The
 * demonstration, the cross-process tests and the benchmarks all stand on this.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { forgetClock } from "@forecourt/simulators/box/clock.ts";
import { hasJournal, readJournal } from "./account.ts";
import { boxEnvironment, followBox } from "./box.ts";
import {
  type CollectorPlace,
  NOTICES_TOKEN,
  prepareCollector,
  startCollector,
  stationFolder,
} from "./chain-collector.ts";
import { claimFolder } from "./claim.ts";
import { control } from "./control.ts";
import type { DemoPerson } from "./people.ts";
import { Program, until } from "./program.ts";
import { type AgentPlan, gatewayOf, readPlan, type ScenarioPlan, type StationLines, writeAgentConfig } from "./site.ts";

export interface ChainOptions {
  /** folder for everything the chain writes; emptied first */
  folder: string;
  /** scenario files, one a station */
  scenarios: readonly string[];
  /** replaces the scenarios' speed */
  speed?: number;
  httpPort?: number;
  overrides?: AgentPlan["overrides"];
  /** what is done in a station's folder before its agent starts for the first time */
  beforeAgent?: (folder: string, gateway: string) => Promise<void>;
  /** whether there are people who can sign in to the page */
  people?: boolean;
  /** a program that fills the collector's database before the collector starts, and stays beside it; it says so in a line */
  history?: string;
  /** more arguments of the simulator */
  simulator?: readonly string[];
  /** the power and the clock of the boxes are the stations': what is planted there kills agents and sets their clocks */
  boxes?: boolean;
}

export interface Station {
  plan: ScenarioPlan;
  gateway: string;
  folder: string;
  truth: string;
  /** file of the agent's journal */
  journal: string;
  simulator: Program;
  agent: Program;
  lines: StationLines;
  speed: number;
}

export interface Chain {
  folder: string;
  collector: CollectorPlace;
  stations: Station[];
  noticesToken: string;
  people: readonly DemoPerson[];
  stop(): Promise<void>;
}

/** Starts the chain. Whatever was started is stopped again when something does not come up. */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const release = claimFolder(options.folder);
  rmSync(options.folder, { recursive: true, force: true });
  mkdirSync(options.folder, { recursive: true });
  const plans = options.scenarios.map(readPlan);
  const started: Program[] = [];
  const leaveBoxes: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(leaveBoxes.map((leave) => leave()));
    for (const program of started.toReversed()) await program.stop();
    release();
  };
  try {
    const prepared = await prepareCollector(options, plans);
    const up = startCollector(options, prepared, started);
    // A history takes its time: the stations come up meanwhile, and know where the collector will be.
    const collector = options.history === undefined ? await up : prepared;
    const starting = plans.map(async (plan, index) => {
      const scenario = options.scenarios[index]!;
      const station = await startStation({ options, plan, scenario, collector, up, started });
      if (options.boxes === true) leaveBoxes.push(followBox(station));
      return station;
    });
    // None of them is left on its way when one of them fails.
    await Promise.allSettled([...starting, up]);
    const stations = await Promise.all(starting);
    return {
      folder: options.folder,
      collector: await up,
      stations,
      noticesToken: NOTICES_TOKEN,
      people: prepared.people,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Who a tax port is, is asked when nothing else is to be asked: with eight nozzles on a full line that takes a while. */
const TAX_PORTS_KNOWN_MS = 90_000;

async function startStation(of: {
  options: ChainOptions;
  plan: ScenarioPlan;
  scenario: string;
  collector: Omit<CollectorPlace, "program">;
  /** the collector is there: before, nobody trades */
  up: Promise<unknown>;
  started: Program[];
}): Promise<Station> {
  const { options, plan, scenario, collector, up, started } = of;
  const folder = stationFolder(options, plan);
  const truth = join(folder, "truth.jsonl");
  const speed = options.speed ?? plan.station.speed ?? 1;
  const simulator = new Program({
    args: [
      ...["simulators/main.ts", "run", scenario, "--lines", join(folder, "lines"), "--truth", truth],
      ...["--control", "0", "--hold", "--log-level", "warn", "--speed", String(speed)],
      ...["--notices-url", `${collector.url}/api/v1/delivery-notices`, "--notices-token", NOTICES_TOKEN],
      ...(options.simulator ?? []),
    ],
    log: join(folder, "simulator.log"),
  });
  simulator.start();
  started.push(simulator);
  const lines = await until(`station ${plan.station.id} is up`, () => {
    if (!simulator.isRunning) throw new Error(`the simulator ended:\n${simulator.logTail()}`);
    return readLines(join(folder, "lines", "lines.json"));
  });
  const config = writeAgentConfig({
    plan,
    folder,
    lines,
    speed,
    collector: { port: collector.mqttPort, publicKey: collector.publicKey },
    ...(options.overrides === undefined ? {} : { overrides: options.overrides }),
  });
  await options.beforeAgent?.(folder, gatewayOf(plan));
  const agent = new Program({
    args: ["edge-agent/main.ts", "--config", config],
    log: join(folder, "agent.log"),
    ...(options.boxes === true && { environment: boxEnvironment(folder), ended: forgetClock }),
  });
  agent.start();
  started.push(agent);
  const journal = join(folder, "state", "journal.db");
  const station = { plan, gateway: gatewayOf(plan), folder, truth, journal, simulator, agent, lines, speed };
  // What was sold before an agent's first reading belongs to no agent, and a board that was swapped before nobody knew
  // it leaves no trace: trade begins once all totals are known, and who each tax port is.
  await until(`the agent of ${plan.station.id} knows its tax ports`, () => knowsTaxPorts(station), TAX_PORTS_KNOWN_MS);
  await up;
  await control(station, "POST", "/api/resume");
  return station;
}

function knowsTaxPorts(station: Station): boolean {
  if (!station.agent.isRunning) throw new Error(`the agent ended:\n${station.agent.logTail()}`);
  if (!hasJournal(station)) return false;
  const wanted = station.plan.dispensers.flatMap(({ device, nozzles }) => [
    `identity ${device}`,
    ...nozzles.map(({ nozzle }) => `total ${nozzle}`),
  ]);
  const known = new Set(
    readJournal(station)
      .map(({ line }) => JSON.parse(line) as JournalRecord)
      .flatMap((record) => {
        if (record.kind === "identity") return [`identity ${record.device}`];
        return record.kind === "total" ? [`total ${record.nozzle}`] : [];
      }),
  );
  return wanted.every((one) => known.has(one));
}

function readLines(file: string): StationLines | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as StationLines;
  } catch {
    return undefined;
  }
}
