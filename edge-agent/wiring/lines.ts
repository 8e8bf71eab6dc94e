/** Wires the lines: a transport, a runner and the drivers for each line of the configuration, and one recorder behind all. */
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { type Captured, type CaptureOptions, captureLine } from "../capture/capture.ts";
import type { AgentConfig, LineConfig } from "../config.ts";
import { fragmentOf } from "../config-fragment.ts";
import type { Journal } from "../journal/journal.ts";
import { Line, type LineOptions, longestPauseMs } from "../lines/line.ts";
import type { LineSink } from "../lines/reporter.ts";
import { LineRunner, type RunnerOptions } from "../lines/runner.ts";
import { type SerialSettings, serialTransport } from "../lines/serial.ts";
import { tcpTransport } from "../lines/tcp.ts";
import type { Transport } from "../lines/transport.ts";
import { watchOver } from "../lines/watchdog.ts";
import { answerTimeoutMs, type DeviceConfig, driverFor, profileOf } from "./drivers.ts";
import { recorderFor } from "./recorder.ts";

/** Start, one parity and one stop bit around eight data bits at the most: 11 bits a character, 10 without parity. */
const DEFAULT_MODBUS_LINE: SerialSettings = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 };
/** What the maker's own driver for China takes as usual. */
const DEFAULT_CONSOLE_LINE: SerialSettings = { baudRate: 9600, dataBits: 7, parity: "odd", stopBits: 1 };

export interface LineSurroundings {
  /** Monotonic milliseconds. */
  now: () => number;
  /** The time of day: epoch milliseconds. */
  epochMs: () => number;
  random: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
  journal: Journal;
  append: (bodies: readonly RecordBody[]) => void;
  /** Stands in for the port of a line that lives in this very process; undefined: the configured port. */
  transport?: (line: string) => Transport | undefined;
  /** Stands between the lines and the recorder, and sees what passes. */
  watch?: ((sink: LineSink) => LineSink) | undefined;
}

/** All lines of a gateway, being read. */
export interface Lines {
  readonly runners: readonly LineRunner[];
  /** Reads a device as soon as it can be asked. @returns false when there is no such device */
  readNow(device: string): boolean;
  /**
   * Captures a line while it is being read.
   * @returns how many entries were written, when it is over; undefined when there is no such line, or when it is being
   * captured already
   */
  capture(
    line: string,
    options: Pick<CaptureOptions, "forMs" | "maxBytes" | "write" | "signal">,
  ): Promise<Captured | undefined> | undefined;
  stop(): Promise<void>;
}

/** Starts reading every line that has a device, and watching over it. */
export function startLines(config: AgentConfig, of: LineSurroundings): Lines {
  const { now, epochMs, random, log, append } = of;
  const recorder = recorderFor(config, { known: of.journal.latest(), now, epochMs, append });
  const sink = of.watch?.(recorder) ?? recorder;
  const used = config.lines.filter(({ line }) => config.devices.some((device) => device.line === line));
  const runners = used.map((line) => makeRunner(config, line, { sink, now, random, log }, of.transport?.(line.line)));
  for (const runner of runners) runner.start();
  const endWatch = watchOver(runners, log);
  return {
    runners,
    readNow: (device) => runners.some((runner) => runner.readNow(device)),
    capture(name, options) {
      const runner = runners.find(({ line }) => line.name === name);
      if (runner === undefined) return undefined;
      const head = { gateway: config.gateway.id, line: name, config: fragmentOf(config, name) };
      return captureLine(runner.line, { ...options, head, epochMs });
    },
    async stop() {
      endWatch();
      await Promise.all(runners.map((runner) => runner.stop()));
    },
  };
}

/** The runner of one configured line, with a driver for each of its devices. */
export function makeRunner(
  config: Pick<AgentConfig, "silence" | "devices">,
  line: LineConfig,
  of: Pick<RunnerOptions, "sink" | "now" | "random" | "log">,
  transport?: Transport,
): LineRunner {
  const { failures, silentMs, minBackOffMs, maxBackOffMs } = config.silence;
  const devices = config.devices.filter((device) => device.line === line.line);
  return new LineRunner({
    ...of,
    line: new Line({ ...lineOptions(line, devices), ...(transport && { transport }) }),
    drivers: devices.map((device) => driverFor(device, line)),
    reachability: { failures, silentMs },
    backOff: { minMs: minBackOffMs, maxMs: maxBackOffMs },
    stuckMs: 2 * longestPauseMs(Math.max(0, ...devices.map(answerTimeoutMs))),
  });
}

/** Modbus over serial line 1.02, 2.5.1.1: 3.5 characters between frames, fixed above 19200 baud. */
const FRAME_GAP_CHARACTERS = 3.5;
const FAST_FRAME_GAP_MS = 1.75;
const FAST_BAUD_RATE = 19_200;
/** A serial server hands bytes on in packets, and a lost packet comes again after about 200 ms. */
const NETWORK_SILENCE_MS = 300;

/**
 * The line of a configured line: its transport, and how long bytes take on its wire. Behind a serial server there is
 * a wire too, with the same settings unless the configuration says otherwise.
 */
export function lineOptions(line: LineConfig, devices: readonly DeviceConfig[]): LineOptions {
  const name = line.line;
  const settings = serialSettings(line, devices);
  const isModbus = devices.some(({ driver }) => driver === "modbus");
  const bits = 1 + settings.dataBits + (settings.parity === "none" ? 0 : 1) + settings.stopBits;
  const byteMs = (bits * 1000) / settings.baudRate;
  const gapMs = settings.baudRate > FAST_BAUD_RATE ? FAST_FRAME_GAP_MS : FRAME_GAP_CHARACTERS * byteMs;
  const frameGapMs = isModbus ? gapMs : 0;
  if (line.tcp === undefined) {
    return { name, transport: serialTransport(line.serial ?? "", settings), byteMs, frameGapMs };
  }
  const [host, port] = line.tcp.split(":") as [string, string];
  const transport = tcpTransport(host, Number(port));
  if (isModbus && line.framing !== "rtu") return { name, transport, byteMs: 0 };
  return { name, transport, byteMs, frameGapMs, interByteSilenceMs: NETWORK_SILENCE_MS };
}

function serialSettings(line: LineConfig, devices: readonly DeviceConfig[]): SerialSettings {
  const [first] = devices;
  const usual = first === undefined ? DEFAULT_MODBUS_LINE : usualSettings(first);
  return {
    baudRate: line.baudRate ?? usual.baudRate,
    dataBits: line.dataBits ?? usual.dataBits,
    parity: line.parity ?? usual.parity,
    stopBits: line.stopBits ?? usual.stopBits,
  };
}

function usualSettings(device: DeviceConfig): SerialSettings {
  switch (device.driver) {
    case "tax-port":
      return profileOf(device).serial;
    case "gauge-console":
      return DEFAULT_CONSOLE_LINE;
    case "probe":
      return device.readProfile.line;
    case "modbus":
      return device.readProfile.line ?? DEFAULT_MODBUS_LINE;
  }
}
