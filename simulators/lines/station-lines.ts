/** All lines of a station, real ones: a pty or a serial server for each serial line, a TCP endpoint for each TCP device. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TaxPortDevice } from "../devices/tax-port/device.ts";
import type { World } from "../physics/world.ts";
import { randomStream } from "../random.ts";
import type { LineSurroundings, WireAnswer } from "./answering-port.ts";
import { lineFaults } from "./line-faults.ts";
import { modbusTcpServer, type TcpEndpoint } from "./modbus-tcp.ts";
import type { PortMaker } from "./port.ts";
import { PtyPort } from "./pty-port.ts";
import { type SerialServer, serialServer } from "./server-port.ts";
import { attachDevices } from "./station-devices.ts";
import type { WireMode } from "./wire.ts";

interface Place {
  host: string;
  port: number;
}

/** Where the devices can be reached: the content of lines.json without the control port. */
export interface Places {
  /** Paths of the serial lines that hang on an adapter. */
  serial: Record<string, string>;
  /** Serial lines that hang on a serial server: raw TCP, by line. */
  servers: Record<string, Place>;
  /** Devices with a TCP port of their own, by device: Modbus TCP, or a console. */
  tcp: Record<string, Place>;
}

export interface StationLines {
  places: Places;
  /** By device name. */
  taxPorts: Map<string, TaxPortDevice>;
  setPlugged(line: string, plugged: boolean): void;
  close(): Promise<void>;
}

export interface LinesOptions {
  directory: string;
  mode: WireMode;
  /** Brings the world to the present instant before a device looks at it. */
  refresh: () => void;
  /** Told of every answer that a device gives. */
  onWire?: (answer: WireAnswer) => void;
}

/** Opens everything. */
export async function openLines(world: World, options: LinesOptions): Promise<StationLines> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true });
  rmSync(join(directory, "lines.json"), { force: true });
  const { refresh, mode, onWire = () => undefined } = options;
  const servers = new Map<string, SerialServer>();
  for (const line of world.scenario.serialServers) servers.set(line, await serialServer());
  const surroundings = (line: string, port: PortMaker, wire: WireMode): LineSurroundings => ({
    port,
    mode: wire,
    random: randomStream(world.scenario.seed, `noise/${line}`),
    faults: () => lineFaults(world.faults, line),
    refresh,
    onWire,
  });
  const { serial, taxPorts, onTcp, consoleOnTcp } = attachDevices(world, (line) => {
    const port: PortMaker = servers.get(line)?.make ?? ((heard) => new PtyPort(join(directory, line), heard));
    return surroundings(line, port, mode);
  });
  const tcp = new Map<string, TcpEndpoint>();
  for (const { plan, slave } of onTcp) {
    tcp.set(plan.device, await modbusTcpServer([slave], { port: plan.port ?? 0, refresh, onWire }));
  }
  if (consoleOnTcp) {
    const { plan, attach } = consoleOnTcp;
    const server = await serialServer(plan.port);
    attach(surroundings(plan.device, server.make, "instant")).plug();
    tcp.set(plan.device, server);
  }
  for (const line of serial.values()) line.plug();
  const onAdapters = [...serial.keys()].filter((line) => !servers.has(line));
  return {
    taxPorts,
    places: {
      serial: Object.fromEntries(onAdapters.map((line) => [line, join(directory, line)])),
      servers: placesOf(servers),
      tcp: placesOf(tcp),
    },
    setPlugged: (line, plugged) => (plugged ? serial.get(line)?.plug() : serial.get(line)?.pull()),
    close: async () => {
      for (const line of serial.values()) line.pull();
      rmSync(join(directory, "lines.json"), { force: true });
      await Promise.all([...tcp.values(), ...servers.values()].map((endpoint) => endpoint.close()));
    },
  };
}

/** Tells everybody that the station is up: lines.json appears whole or not at all. */
export function announce(directory: string, content: object): void {
  const path = join(resolve(directory), "lines.json");
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function placesOf(endpoints: ReadonlyMap<string, Place>): Record<string, Place> {
  return Object.fromEntries([...endpoints].map(([name, { host, port }]) => [name, { host, port }]));
}
