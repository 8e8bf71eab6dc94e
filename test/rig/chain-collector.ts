/** The collector of a chain: its keys, its configuration, its people, and, where there is one, its history. */
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { ChainOptions } from "./chain.ts";
import { type DemoPerson, makePeople } from "./people.ts";
import { Program, until } from "./program.ts";
import { startReady } from "./ready.ts";
import { rulesAtSpeed } from "./rules-at-speed.ts";
import { registryEntry, type ScenarioPlan, writeAgentConfig } from "./site.ts";

export interface CollectorPlace {
  program: Program;
  config: string;
  database: string;
  publicKey: string;
  mqttPort: number;
  httpPort: number;
  url: string;
}

export const NOTICES_TOKEN = "demonstration-notices-token";
const READING_TOKEN = "demonstration-reading-token";
/** A month of a few stations takes some seconds, and many times that on a machine that does much else. */
const HISTORY_LOADED_MS = 600_000;
/** Headers of a request that reads the collector's API. */
export const READING = { authorization: `Bearer ${READING_TOKEN}` };
/** What the demonstration's observer signs in to the broker with; the collector only listens on loopback here. */
export const OBSERVER = {
  username: "ops",
  password: "demonstration",
  passwordArgon2: "$argon2id$v=19$m=19456,t=2,p=1$Mw4G5h5nIimVduj+0mQwIA$Q1zOZXA63oi5GwXGYHQHRym3YOHRfXdFFFsZxMa4ZTg",
};

/** A station's own folder. */
export function stationFolder(options: ChainOptions, plan: ScenarioPlan): string {
  const folder = join(options.folder, plan.station.id);
  mkdirSync(join(folder, "lines"), { recursive: true });
  return folder;
}

/** Where a collector is, or will be. */
type Prepared = Omit<CollectorPlace, "program"> & { people: DemoPerson[] };

/** Keys, configuration, registry and people of a collector that does not run yet. */
export async function prepareCollector(options: ChainOptions, plans: readonly ScenarioPlan[]): Promise<Prepared> {
  const folder = join(options.folder, "collector");
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "collector.yaml");
  const isKnown = options.history !== undefined;
  const httpPort = options.httpPort || (isKnown ? await freePort() : 0);
  const mqttPort = isKnown ? await freePort() : 0;
  writeCollectorConfig(config, { ...options, mqttPort, httpPort });
  writeFileSync(join(folder, "registry.yaml"), stringify({ stations: [] }));
  const publicKey = await output(["collector/main.ts", "key", "--config", config], join(folder, "key.log"));
  const entries = plans.map(async (plan) => {
    const agent = { plan, folder: stationFolder(options, plan), lines: undefined, speed: 1 };
    const agentConfig = writeAgentConfig({ ...agent, collector: { port: 1, publicKey } });
    const log = join(agent.folder, "agent.log");
    return registryEntry(plan, await output(["edge-agent/main.ts", "--config", agentConfig, "key"], log));
  });
  const people = options.people ? makePeople(config) : [];
  writeFileSync(join(folder, "registry.yaml"), stringify({ stations: await Promise.all(entries) }));
  const url = `http://127.0.0.1:${httpPort}`;
  return { config, database: join(folder, "collector.db"), publicKey, mqttPort, httpPort, url, people };
}

/** Starts it, after its history where it has one. @param started is given every program at once */
export async function startCollector(
  options: ChainOptions,
  prepared: Prepared,
  started: Program[],
): Promise<CollectorPlace> {
  const { people: _, config, ...place } = prepared;
  const folder = dirname(config);
  const begun = (one: Program) => started.push(one);
  if (options.history !== undefined) {
    const speed = String(options.speed ?? 1);
    const args = [options.history, "--config", config, "--mqtt", String(place.mqttPort), "--speed", speed];
    await startReady("the history is loaded", {
      ...{ args, log: join(folder, "history.log"), started: begun },
      deadlineMs: HISTORY_LOADED_MS,
    });
  }
  const { program, said: ports } = await startReady<{ http: number; mqtt: number }>("the collector is up", {
    args: ["collector/main.ts", "--config", config],
    log: join(folder, "collector.log"),
    started: begun,
  });
  // The next start of the same collector, after a kill, is found where the first one was.
  writeCollectorConfig(config, { ...options, mqttPort: ports.mqtt, httpPort: ports.http });
  const url = `http://127.0.0.1:${ports.http}`;
  return { ...place, config, program, mqttPort: ports.mqtt, httpPort: ports.http, url };
}

/** A port that nobody has at the moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
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
