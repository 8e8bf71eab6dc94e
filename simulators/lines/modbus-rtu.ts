/** Modbus RTU slaves on one serial line: frames end with silence, others' addresses and broadcasts get no answer. */
import { answerPdu, crc16, type RegisterMap } from "../devices/modbus.ts";
import { AnsweringPort, type LineSurroundings } from "./answering-port.ts";
import type { SerialLine } from "./tax-port-line.ts";
import { characterMs, type WireSettings } from "./wire.ts";

export interface ModbusSlave {
  unit: number;
  device: string;
  map: RegisterMap;
  /** Milliseconds before an answer begins, at present. */
  turnaroundMs: () => number;
  /** Whether the device answers at all, at present. */
  awake: () => boolean;
}

const SILENT_CHARACTERS = 3.5;
const LEAST_FRAME = 4;
/** The longest frame of the specification; whatever grows beyond it is not a frame. */
const LONGEST_FRAME = 256;

/** The line of some slaves that share it. */
export function modbusRtuLine(
  slaves: readonly ModbusSlave[],
  settings: WireSettings,
  options: LineSurroundings,
): SerialLine {
  const silenceMs = SILENT_CHARACTERS * characterMs(settings);
  let held: Uint8Array = new Uint8Array(0);
  let silence: NodeJS.Timeout | undefined;
  const frameEnded = () => {
    const frame = held;
    held = new Uint8Array(0);
    const slave = slaveFor(frame, slaves);
    if (!slave) return;
    options.refresh();
    if (!slave.awake()) return;
    const answer = sealed(slave.unit, answerPdu(slave.map, frame.subarray(1, -2)));
    options.onWire({ device: slave.device, request: frame, frames: [answer] });
    // The closing silence has passed in real time; what is added here is the request's time on the wire.
    port.answer([answer], frame.length, slave.turnaroundMs());
  };
  const port = new AnsweringPort({
    ...options,
    settings,
    heard: (bytes) => {
      clearTimeout(silence);
      held = held.length + bytes.length > LONGEST_FRAME ? new Uint8Array(0) : Uint8Array.from([...held, ...bytes]);
      silence = setTimeout(frameEnded, options.mode === "instant" ? 1 : Math.ceil(silenceMs));
    },
  });
  return {
    plug: () => port.plug(),
    pull: () => {
      clearTimeout(silence);
      held = new Uint8Array(0);
      port.pull();
    },
  };
}

function slaveFor(frame: Uint8Array, slaves: readonly ModbusSlave[]): ModbusSlave | undefined {
  if (frame.length < LEAST_FRAME) return undefined;
  const sent = frame[frame.length - 2]! | (frame[frame.length - 1]! << 8);
  if (crc16(frame.subarray(0, -2)) !== sent) return undefined;
  return slaves.find((slave) => slave.unit === frame[0]);
}

function sealed(unit: number, pdu: Uint8Array): Uint8Array {
  const body = Uint8Array.of(unit, ...pdu);
  const crc = crc16(body);
  return Uint8Array.of(...body, crc & 0xff, crc >> 8);
}
