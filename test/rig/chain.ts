/**
 * The whole chain as processes: one collector, and for each scenario a simulated station with its own agent. The
 * demonstration, the cross-process tests and the benchmarks all stand on this.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { forgetClock } from "@forecourt/simulators/box/clock.ts";
import { stringify } from "yaml";
import { hasJournal, readJournal } from "./account.ts";
import { boxEnvironment, followBox } from "./box.ts";
import { claimFolder } from "./claim.ts";
import { control } from "./control.ts";
import { type DemoPerson, makePeople } from "./people.ts";
import { Program, until } from "./program.ts";
import { startReady } from "./ready.ts";
import { rulesAtSpeed } from "./rules-at-speed.ts";
import {
  type AgentPlan,
  gatewayOf,
  readPlan,
  registryEntry,
  type ScenarioPlan,
  type StationLines,
  writeAgentConfig,
} from "./site.ts";

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

export interface CollectorPlace {
  program: Program;
  config: string;
  database: string;
  publicKey: string;
  mqttPort: number;
  httpPort: number;
  url: string;
}

export interface Chain {
  folder: string;
  collector: CollectorPlace;
  stations: Station[];
  noticesToken: string;
  people: readonly DemoPerson[];
  stop(): Promise<void>;
}

const NOTICES_TOKEN = "demonstration-notices-token";
const READING_TOKEN = "demonstration-reading-token";
/** Headers of a request that reads the collector's API. */
export const READING = { authorization: `Bearer ${READING_TOKEN}` };
/** What the demonstration's observer signs in to the broker with; the collector only listens on loopback here. */
export const OBSERVER = {
  username: "ops",
  password: "demonstration",
  passwordArgon2: "$argon2id$v=19$m=19456,t=2,p=1$Mw4G5h5nIimVduj+0mQwIA$Q1zOZXA63oi5GwXGYHQHRym3YOHRfXdFFFsZxMa4ZTg",
};

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
    const { people, ...collector } = await startCollector(options, plans, started);
    const stations: Station[] = [];
    for (const [index, plan] of plans.entries()) {
      const scenario = options.scenarios[index]!;
      const station = await startStation({ options, plan, scenario, collector, started });
      stations.push(station);
      if (options.boxes === true) leaveBoxes.push(followBox(station));
    }
    return { folder: options.folder, collector, stations, noticesToken: NOTICES_TOKEN, people, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function stationFolder(options: ChainOptions, plan: ScenarioPlan): string {
  const folder = join(options.folder, plan.station.id);
  mkdirSync(join(folder, "lines"), { recursive: true });
  return folder;
}

async function startCollector(
  options: ChainOptions,
  plans: readonly ScenarioPlan[],
  started: Program[],
): Promise<CollectorPlace & { people: DemoPerson[] }> {
  const folder = join(options.folder, "collector");
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "collector.yaml");
  writeCollectorConfig(config, { ...options, mqttPort: 0, httpPort: options.httpPort ?? 0 });
  writeFileSync(join(folder, "registry.yaml"), stringify({ stations: [] }));
  const publicKey = await output(["collector/main.ts", "key", "--config", config], join(folder, "key.log"));
  const entries = [];
  for (const plan of plans) {
    const agent = { plan, folder: stationFolder(options, plan), lines: undefined, speed: 1 };
    const agentConfig = writeAgentConfig({ ...agent, collector: { port: 1, publicKey } });
    const log = join(agent.folder, "agent.log");
    entries.push(registryEntry(plan, await output(["edge-agent/main.ts", "--config", agentConfig, "key"], log)));
  }
  writeFileSync(join(folder, "registry.yaml"), stringify({ stations: entries }));

  const people = options.people ? makePeople(config) : [];
  const { program, said: ports } = await startReady<{ http: number; mqtt: number }>("the collector is up", {
    args: ["collector/main.ts", "--config", config],
    log: join(folder, "collector.log"),
    started: (one) => started.push(one),
  });
  // The next start of the same collector, after a kill, is found where the first one was.
  writeCollectorConfig(config, { ...options, mqttPort: ports.mqtt, httpPort: ports.http });
  return {
    people,
    program,
    config,
    database: join(folder, "collector.db"),
    publicKey,
    mqttPort: ports.mqtt,
    httpPort: ports.http,
    url: `http://127.0.0.1:${ports.http}`,
  };
}

function writeCollectorConfig(file: string, of: ChainOptions & { mqttPort: number; httpPort: number }): void {
  writeFileSync(
    file,
    stringify({
      collector: { keyFile: "./collector.key" },
      database: "./collector.db",
      broker: {
        host: "127.0.0.1",
        port: of.mqttPort,
        observers: [{ username: OBSERVER.username, passwordArgon2: OBSERVER.passwordArgon2 }],
      },
      http: { host: "127.0.0.1", port: of.httpPort },
      noticesToken: NOTICES_TOKEN,
      // Whoever tries the demonstration need not carry an authenticator.
      access: { secondFactor: "offered" },
      machines: [
        {
          name: "rig",
          token: READING_TOKEN,
          functions: ["stations:view", "sales:view", "flags:view", "filings:view"],
        },
      ],
      registry: "./registry.yaml",
      rules: rulesAtSpeed(of.speed ?? 1),
    }),
  );
}

/** Who a tax port is, is asked when nothing else is to be asked: with eight nozzles on a full line that takes a while. */
const TAX_PORTS_KNOWN_MS = 90_000;

async function startStation(of: {
  options: ChainOptions;
  plan: ScenarioPlan;
  scenario: string;
  collector: CollectorPlace;
  started: Program[];
}): Promise<Station> {
  const { options, plan, scenario, collector, started } = of;
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

/** Runs a command of ours to its end. @returns the last line of what it printed */
async function output(args: readonly string[], log: string): Promise<string> {
  let printed = "";
  const program = new Program({
    args,
    log,
    onLine: (line) => {
      printed = line;
    },
  });
  program.start();
  await until(`${args.join(" ")} ends`, () => !program.isRunning);
  if (printed === "") throw new Error(`${args.join(" ")} printed nothing:\n${program.logTail()}`);
  return printed;
}
