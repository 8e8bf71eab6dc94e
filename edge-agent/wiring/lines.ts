/** Wires the lines: a transport, a runner and the drivers for each line of the configuration, and one recorder behind all. */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import type { AgentConfig, LineConfig } from "../config.ts";
import type { Journal } from "../journal/journal.ts";
import { Line, type LineOptions } from "../lines/line.ts";
import { LineRunner } from "../lines/runner.ts";
import { type SerialSettings, serialTransport } from "../lines/serial.ts";
import { tcpTransport } from "../lines/tcp.ts";
import { createRecorder } from "../recorder/recorder.ts";
import { type DeviceConfig, driverFor, profileOf, salesOptions } from "./drivers.ts";

/** Start, one parity and one stop bit around eight data bits at the most: 11 bits a character, 10 without parity. */
const DEFAULT_MODBUS_LINE: SerialSettings = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 };

export interface LineSurroundings {
  /** Monotonic milliseconds. */
  now: () => number;
  random: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
  journal: Journal;
  append: (bodies: readonly RecordBody[]) => void;
}

/** Starts reading every line that has a device. @returns what keeps the lines busy, to be stopped */
export function startLines(config: AgentConfig, of: LineSurroundings): LineRunner[] {
  const { now, random, log } = of;
  const sink = createRecorder({
    taxPorts: config.devices
      .filter((device) => device.driver === "tax-port")
      .map((device) => salesOptions(device, config)),
    tanks: { ...config.recorder, heartbeatMs: config.recorder.tankHeartbeatMs },
    seals: { heartbeatMs: config.recorder.sealHeartbeatMs },
    known: of.journal.latest(),
    now,
    append: of.append,
  });
  const { failures, silentMs, minBackOffMs, maxBackOffMs } = config.silence;
  const runners = config.lines.flatMap((line) => {
    const devices = config.devices.filter((device) => device.line === line.line);
    if (devices.length === 0) return [];
    return new LineRunner({
      line: new Line(lineOptions(line, devices)),
      drivers: devices.map((device) => driverFor(device, line)),
      sink,
      reachability: { failures, silentMs },
      backOff: { minMs: minBackOffMs, maxMs: maxBackOffMs },
      now,
      random,
      log,
    });
  });
  for (const runner of runners) runner.start();
  return runners;
}

function lineOptions(line: LineConfig, devices: readonly DeviceConfig[]): LineOptions {
  if (line.tcp !== undefined) {
    const [host, port] = line.tcp.split(":") as [string, string];
    return { name: line.line, transport: tcpTransport(host, Number(port)), byteMs: 0 };
  }
  const [first] = devices;
  const usual =
    first?.driver === "tax-port" ? profileOf(first).serial : (first?.readProfile.line ?? DEFAULT_MODBUS_LINE);
  const settings: SerialSettings = {
    baudRate: line.baudRate ?? usual.baudRate,
    dataBits: line.dataBits ?? usual.dataBits,
    parity: line.parity ?? usual.parity,
    stopBits: line.stopBits ?? usual.stopBits,
  };
  const bits = 1 + settings.dataBits + (settings.parity === "none" ? 0 : 1) + settings.stopBits;
  return {
    name: line.line,
    transport: serialTransport(line.serial ?? "", settings),
    byteMs: (bits * 1000) / settings.baudRate,
  };
}
