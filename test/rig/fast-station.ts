/**
 * A simulated station and the real agent's lines, drivers, recorder and journal in one process, on time that passes
 * as fast as the work in it: a week in minutes. Nothing of either is replaced but the port between them.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "@forecourt/edge-agent/config.ts";
import { type Journal, openJournal } from "@forecourt/edge-agent/journal/journal.ts";
import type { Transport } from "@forecourt/edge-agent/lines/transport.ts";
import { type Lines, startLines } from "@forecourt/edge-agent/wiring/lines.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { fail, ok } from "@forecourt/protocol/result.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { WireAnswer } from "@forecourt/simulators/lines/answering-port.ts";
import { lineFaults } from "@forecourt/simulators/lines/line-faults.ts";
import { type MemoryConnection, type MemoryLine, memoryLine } from "@forecourt/simulators/lines/memory-port.ts";
import { attachDevices, type StationDevices } from "@forecourt/simulators/lines/station-devices.ts";
import { createStation } from "@forecourt/simulators/physics/station.ts";
import { advance, type World } from "@forecourt/simulators/physics/world.ts";
import { randomStream } from "@forecourt/simulators/random.ts";
import { resolveScenario } from "@forecourt/simulators/scenario/scenario.ts";
import type { ScenarioFile } from "@forecourt/simulators/scenario/schema.ts";
import { type ScenarioPlan, writeAgentConfig } from "./site.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface FastStation {
  world: World;
  records: JournalRecord[];
}

export interface FastOptions {
  /** Emptied first; journal and configuration stand there. */
  folder: string;
  forMs: number;
  /** How often each grand total is due. */
  totalIntervalMs: number;
  /** Told of every answer, in order, with the world as it is then. */
  onWire: (answer: WireAnswer, world: World) => void;
}

/** Where runs begin whose scenario names no start. */
const STARTS_AT = Date.parse("2026-03-02T06:00:00+08:00");
/** How often the world is moved on when nobody asks: cables are pulled and plugged as exactly as this. */
const TICK_MS = 1_000;
/** Trade has ended and everything that was sold has been read and confirmed after this. */
const REST_MS = 20 * 60_000;

/** Runs a station with its agent. Real time stands aside meanwhile. */
export async function runFast(file: ScenarioFile, options: FastOptions): Promise<FastStation> {
  const onSerialLines = withoutTcp(file);
  const scenario = resolveScenario(onSerialLines);
  const startsAt = scenario.station.startsAt ?? STARTS_AT;
  const world = createStation(scenario, startsAt);
  const time = new VirtualTime(startsAt);
  const giveBack = time.install();
  try {
    const devices = deviceLines(world, time, startsAt, options);
    const agent = await startReading(onSerialLines, devices.lines, time, startsAt, options);
    const refresh = setInterval(devices.refresh, TICK_MS);
    await time.run(options.forMs);
    world.open = false;
    await time.run(options.forMs + REST_MS);
    clearInterval(refresh);
    const stopping = agent.lines.stop();
    await time.run(options.forMs + 2 * REST_MS);
    await stopping;
    const records = agent.journal
      .read(1, agent.journal.head.seq, Number.MAX_SAFE_INTEGER)
      .map(({ line }) => JSON.parse(line) as JournalRecord);
    agent.journal.close();
    return { world, records };
  } finally {
    giveBack();
  }
}

/** Devices on TCP are put on serial lines of their own: a socket knows no time but the real one. */
function withoutTcp(file: ScenarioFile): ScenarioFile {
  const onLine = <Plan extends { device: string; transport: string }>(plan: Plan | undefined) =>
    plan && (plan.transport === "tcp" ? { ...plan, transport: "rtu" as const, line: `on-${plan.device}` } : plan);
  const { gauge, sealHub, ...rest } = file;
  return {
    ...rest,
    ...(gauge && { gauge: onLine(gauge) }),
    ...(sealHub && { sealHub: onLine(sealHub) }),
  } as ScenarioFile;
}

function deviceLines(world: World, time: VirtualTime, startsAt: number, options: FastOptions) {
  const lines = new Map<string, MemoryLine>();
  let devices: StationDevices | undefined;
  const refresh = () => {
    for (const event of advance(world, startsAt + time.now)) {
      if (event.event !== "line") continue;
      const line = devices?.serial.get(event.line);
      if (event.state === "plugged") line?.plug();
      else line?.pull();
    }
  };
  devices = attachDevices(world, (name) => {
    const line = memoryLine();
    lines.set(name, line);
    return {
      port: line.make,
      mode: "baud",
      random: randomStream(world.scenario.seed, `noise/${name}`),
      faults: () => lineFaults(world.faults, name),
      refresh,
      onWire: (answer) => options.onWire(answer, world),
    };
  });
  for (const line of devices.serial.values()) line.plug();
  return { lines, refresh };
}

async function startReading(
  file: ScenarioFile,
  lines: ReadonlyMap<string, MemoryLine>,
  time: VirtualTime,
  startsAt: number,
  options: FastOptions,
): Promise<{ lines: Lines; journal: Journal }> {
  rmSync(options.folder, { recursive: true, force: true });
  mkdirSync(options.folder, { recursive: true });
  const written = writeAgentConfig({
    plan: file as unknown as ScenarioPlan,
    folder: options.folder,
    collector: { port: 1, publicKey: "A".repeat(60) },
    lines: undefined,
    speed: 1,
    overrides: { taxPort: { totalIntervalMs: options.totalIntervalMs }, modbus: { intervalMs: 30_000 } },
  });
  const config = loadConfig(written);
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const journal = openJournal(join(options.folder, "journal.db"));
  const random = randomStream(1, "agent");
  const agent = startLines(config.value, {
    now: () => time.now,
    epochMs: () => startsAt + time.now,
    random: random.next,
    log: () => undefined,
    journal,
    append: (bodies) => {
      const at = formatTime(startsAt + time.now);
      const { id } = config.value.gateway;
      journal.append(bodies, { gateway: id, at, boot: "virtual-01", monoMs: Math.round(time.now), clock: "untrusted" });
    },
    transport: (line) => memoryTransport(lines.get(line)),
  });
  return { lines: agent, journal };
}

/** A line in memory as the agent's transport. */
function memoryTransport(line: MemoryLine | undefined): Transport | undefined {
  if (!line) return undefined;
  let connection: MemoryConnection | undefined;
  return {
    open: async (events) => {
      const lost = () => {
        connection = undefined;
        events.lost("the cable was pulled");
      };
      connection = line.connect({ data: (bytes) => events.data(Uint8Array.from(bytes)), lost });
      return connection ? ok(undefined) : fail("nothing is plugged in");
    },
    write: async (bytes) => {
      if (!connection) return fail("the line is not open");
      connection.write(bytes);
      return ok(undefined);
    },
    close: async () => {
      connection?.close();
      connection = undefined;
    },
  };
}
