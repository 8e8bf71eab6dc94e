/** All lines of a station: a serial port for each tax port and RTU device, a TCP endpoint for each TCP device. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gaugeMap } from "../devices/gauge-map.ts";
import { sealMap } from "../devices/seal-map.ts";
import { TaxPortDevice } from "../devices/tax-port.ts";
import type { World } from "../physics/world.ts";
import { randomStream } from "../random.ts";
import type { ModbusPlan } from "../scenario/scenario.ts";
import { type ModbusSlave, modbusRtuLine } from "./modbus-rtu.ts";
import { modbusTcpServer, type TcpEndpoint } from "./modbus-tcp.ts";
import { type SerialLine, taxPortLine } from "./tax-port-line.ts";
import type { WireMode } from "./wire.ts";

/** Where the devices can be reached: the content of lines.json without the control port. */
export interface Places {
  serial: Record<string, string>;
  tcp: Record<string, { host: string; port: number }>;
}

export interface StationLines {
  places: Places;
  /** By device name. */
  taxPorts: Map<string, TaxPortDevice>;
  setPlugged(line: string, plugged: boolean): void;
  close(): Promise<void>;
}

interface Attached {
  plan: ModbusPlan;
  slave: ModbusSlave;
}

/** Opens everything. `refresh` brings the world to the present instant before a device looks at it. */
export async function openLines(
  world: World,
  options: { directory: string; mode: WireMode; refresh: () => void },
): Promise<StationLines> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true });
  rmSync(join(directory, "lines.json"), { force: true });
  const serial = new Map<string, SerialLine>();
  const taxPorts = new Map<string, TaxPortDevice>();
  const common = (line: string) => ({
    path: join(directory, line),
    mode: options.mode,
    random: randomStream(world.scenario.seed, `noise/${line}`),
    noiseShare: () => world.noise.get(line) ?? 0,
    refresh: options.refresh,
  });
  for (const dispenser of world.dispensers.values()) {
    const device = new TaxPortDevice(world, dispenser);
    taxPorts.set(dispenser.plan.device, device);
    serial.set(dispenser.plan.line, taxPortLine(device, common(dispenser.plan.line)));
  }
  const attached = modbusDevices(world);
  const tcp = new Map<string, TcpEndpoint>();
  for (const { plan, slave } of attached) {
    if (plan.transport === "rtu") continue;
    tcp.set(plan.device, await modbusTcpServer([slave], { port: plan.port ?? 0, refresh: options.refresh }));
  }
  const onRtu = attached.filter(({ plan }) => plan.transport !== "tcp" && plan.line !== undefined);
  for (const [line, group] of Map.groupBy(onRtu, ({ plan }) => plan.line ?? "")) {
    const { baudRate, parity, stopBits } = group[0]!.plan;
    const slaves = group.map(({ slave }) => slave);
    serial.set(line, modbusRtuLine(slaves, { baudRate, dataBits: 8, parity, stopBits }, common(line)));
  }
  for (const line of serial.values()) line.plug();
  return {
    taxPorts,
    places: {
      serial: Object.fromEntries([...serial.keys()].map((line) => [line, join(directory, line)])),
      tcp: Object.fromEntries([...tcp].map(([device, { host, port }]) => [device, { host, port }])),
    },
    setPlugged: (line, plugged) => (plugged ? serial.get(line)?.plug() : serial.get(line)?.pull()),
    close: async () => {
      for (const line of serial.values()) line.pull();
      rmSync(join(directory, "lines.json"), { force: true });
      await Promise.all([...tcp.values()].map((endpoint) => endpoint.close()));
    },
  };
}

/** Tells everybody that the station is up: lines.json appears whole or not at all. */
export function announce(directory: string, content: object): void {
  const path = join(resolve(directory), "lines.json");
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function modbusDevices(world: World): Attached[] {
  const { gauge, sealHub } = world.scenario;
  const attached: Attached[] = [];
  const slave = (plan: ModbusPlan, map: ModbusSlave["map"]) => ({
    plan,
    slave: { unit: plan.unit, turnaroundMs: plan.turnaroundMs, map },
  });
  if (gauge) attached.push(slave(gauge, gaugeMap(world)));
  if (sealHub) attached.push(slave(sealHub, sealMap(world)));
  return attached;
}
