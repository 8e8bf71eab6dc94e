/** Modbus TCP slaves behind one listening port. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { answerPdu } from "../devices/modbus.ts";
import type { WireAnswer } from "./answering-port.ts";
import type { ModbusSlave } from "./modbus-rtu.ts";

const HEADER = 7;
const LONGEST_PDU = 253;
const MODBUS_PROTOCOL = 0;
/** Real gauges take a handful of masters. */
const MOST_CONNECTIONS = 16;
const GATEWAY_TARGET_FAILED = 0x0b;

export interface TcpEndpoint {
  host: string;
  port: number;
  close(): Promise<void>;
}

/** What a connection needs besides its slaves. */
export interface TcpSurroundings {
  refresh: () => void;
  onWire: (answer: WireAnswer) => void;
}

/**
 * One connection's slaves. Units that are not there get exception 0x0B, as gateways do.
 * @param connection `send` takes an answer; `drop` hangs up on what is no Modbus
 * @returns takes what arrives
 */
export function modbusTcpSession(
  slaves: readonly ModbusSlave[],
  { refresh, onWire }: TcpSurroundings,
  connection: { send: (frame: Uint8Array) => void; drop: () => void },
): (chunk: Uint8Array) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= HEADER) {
      const length = held.readUInt16BE(4);
      if (held.readUInt16BE(2) !== MODBUS_PROTOCOL || length < 2 || length > LONGEST_PDU + 1) {
        held = Buffer.alloc(0);
        connection.drop();
        return;
      }
      if (held.length < HEADER - 1 + length) return;
      const request = held.subarray(0, HEADER - 1 + length);
      held = held.subarray(HEADER - 1 + length);
      refresh();
      reply(request, slaves, onWire, connection.send);
    }
  };
}

/** Listens on 127.0.0.1; `port` 0 takes a free one. */
export async function modbusTcpServer(
  slaves: readonly ModbusSlave[],
  options: TcpSurroundings & { port: number },
): Promise<TcpEndpoint> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    const heard = modbusTcpSession(slaves, options, {
      send: (frame) => {
        if (!socket.destroyed) socket.write(frame);
      },
      drop: () => socket.destroy(),
    });
    socket.on("data", heard);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  return { host: "127.0.0.1", port: portOf(server), close: () => shut(server, sockets) };
}

function reply(
  request: Buffer,
  slaves: readonly ModbusSlave[],
  onWire: (answer: WireAnswer) => void,
  send: (frame: Uint8Array) => void,
): void {
  const unit = request[6]!;
  const pdu = request.subarray(HEADER);
  const slave = slaves.find((candidate) => candidate.unit === unit);
  if (slave?.awake() === false) return;
  const answer = slave ? answerPdu(slave.map, pdu) : Uint8Array.of((pdu[0] ?? 0) | 0x80, GATEWAY_TARGET_FAILED);
  const header = Buffer.from(request.subarray(0, HEADER));
  header.writeUInt16BE(answer.length + 1, 4);
  const frame = Buffer.concat([header, answer]);
  if (slave) onWire({ device: slave.device, request, frames: [frame] });
  setTimeout(() => send(frame), slave?.turnaroundMs() ?? 0);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function shut(server: Server, sockets: Set<Socket>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}
