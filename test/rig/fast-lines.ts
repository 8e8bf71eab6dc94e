/** The devices of a simulated station on lines in memory, and those lines as the agent's transports. */
import type { Transport } from "@forecourt/edge-agent/lines/transport.ts";
import { fail, ok } from "@forecourt/protocol/result.ts";
import type { LineSurroundings, WireAnswer } from "@forecourt/simulators/lines/answering-port.ts";
import { lineFaults } from "@forecourt/simulators/lines/line-faults.ts";
import { type MemoryConnection, type MemoryLine, memoryLine } from "@forecourt/simulators/lines/memory-port.ts";
import { modbusTcpSession } from "@forecourt/simulators/lines/modbus-tcp.ts";
import { attachDevices } from "@forecourt/simulators/lines/station-devices.ts";
import type { World } from "@forecourt/simulators/physics/world.ts";
import { randomStream } from "@forecourt/simulators/random.ts";

export interface FastLines {
  /** Pulls the cable of a serial line out, or puts it back. */
  setPlugged(line: string, plugged: boolean): void;
  /** The line as the agent's transport; undefined when the station has no such line. */
  transport(line: string): Transport | undefined;
  /** Everything that the box holds open hangs up: its power is gone. */
  hangUp(): void;
}

/** Puts every device on its line. Those on TCP have a line of their own name. */
export function fastLines(
  world: World,
  of: { refresh: () => void; onWire: (answer: WireAnswer) => void; onOpen: (line: string) => void },
): FastLines {
  const lines = new Map<string, MemoryLine>();
  const connections = new Set<MemoryConnection>();
  const newLine = (name: string): MemoryLine => {
    const line = memoryLine();
    lines.set(name, line);
    return line;
  };
  const surroundings = (name: string, mode: LineSurroundings["mode"]): LineSurroundings => ({
    ...of,
    port: newLine(name).make,
    mode,
    random: randomStream(world.scenario.seed, `noise/${name}`),
    faults: () => lineFaults(world.faults, name),
  });
  const { serial, onTcp, consoleOnTcp } = attachDevices(world, (name) => surroundings(name, "baud"));
  for (const [name, line] of serial) if (world.lines.get(name) !== false) line.plug();
  for (const { plan, slave } of onTcp) {
    const port = newLine(plan.device).make((bytes) => heard(bytes));
    const heard = modbusTcpSession([slave], of, { send: (frame) => port.write(frame), drop: () => port.pull() });
    port.plug();
  }
  if (consoleOnTcp) consoleOnTcp.attach(surroundings(consoleOnTcp.plan.device, "instant")).plug();
  return {
    setPlugged: (name, plugged) => (plugged ? serial.get(name)?.plug() : serial.get(name)?.pull()),
    transport: (name) => {
      const line = lines.get(name);
      return line && memoryTransport(line, connections, () => of.onOpen(name));
    },
    hangUp: () => {
      for (const connection of connections) connection.close();
      connections.clear();
    },
  };
}

/** A line in memory as the agent's transport. @param opened told each time that it has been opened */
function memoryTransport(line: MemoryLine, connections: Set<MemoryConnection>, opened: () => void): Transport {
  let connection: MemoryConnection | undefined;
  const forget = () => {
    if (connection) connections.delete(connection);
    connection = undefined;
  };
  return {
    open: async (events) => {
      const lost = () => {
        forget();
        events.lost("the cable was pulled");
      };
      connection = line.connect({ data: (bytes) => events.data(Uint8Array.from(bytes)), lost });
      if (!connection) return fail("nothing is plugged in");
      connections.add(connection);
      opened();
      return ok(undefined);
    },
    write: async (bytes) => {
      if (!connection) return fail("the line is not open");
      connection.write(bytes);
      return ok(undefined);
    },
    close: async () => {
      connection?.close();
      forget();
    },
  };
}
