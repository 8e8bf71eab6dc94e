/** Wires one agent: lines and drivers to the recorder, the recorder to the journal, the journal to the uplink. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { connectPassword } from "@forecourt/protocol/batch/connect.ts";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayRecord, RecordBody } from "@forecourt/protocol/records/schema.ts";
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import type { TaxPortProfile } from "@forecourt/protocol/tax-port/profile.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { nanoid } from "nanoid";
import type { AgentConfig, LineConfig, ModbusConfig, TaxPortConfig } from "./config.ts";
import type { Driver } from "./drivers/driver.ts";
import { modbusDriver } from "./drivers/modbus/driver.ts";
import { taxPortDriver } from "./drivers/tax-port/driver.ts";
import { type Clocks, ClockWatch } from "./health/clock.ts";
import { type GatewayDetails, reporter } from "./health/report.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { gatewaySigner } from "./key.ts";
import { Line, type LineOptions } from "./lines/line.ts";
import { LineRunner } from "./lines/runner.ts";
import { type SerialSettings, serialTransport } from "./lines/serial.ts";
import { tcpTransport } from "./lines/tcp.ts";
import { createRecorder } from "./recorder/recorder.ts";
import type { SalesOptions } from "./recorder/sales.ts";
import { Uplink } from "./uplink/uplink.ts";

export const VERSION = "0.1.0";

export interface Agent {
  /** Stops reading, says so, and closes everything. Asked again, it waits for the same end. */
  stop(reason: string): Promise<void>;
}

export interface AgentSurroundings {
  clocks: Clocks;
  random: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** How long a stopping agent waits for the receipt of its last records; they are safe in the journal anyway. */
const DRAIN_DEADLINE_MS = 2_000;
/** How often the clock is looked at. */
const CLOCK_TICK_MS = 1_000;
/** Start, one parity and one stop bit around eight data bits at the most: 11 bits a character, 10 without parity. */
const DEFAULT_MODBUS_LINE: SerialSettings = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 };

/**
 * Starts an agent.
 * @throws JournalError when the journal cannot be trusted
 */
export async function startAgent(config: AgentConfig, surroundings: AgentSurroundings): Promise<Agent> {
  const { clocks, random, log } = surroundings;
  const signer = gatewaySigner(config.gateway.stateDir);
  const journal = openJournal(join(config.gateway.stateDir, "journal.db"));
  const clock = new ClockWatch(clocks);
  const boot = nanoid(10);
  const uplink = new Uplink({
    gateway: config.gateway.id,
    station: config.gateway.station,
    journal,
    signer,
    collector: ed25519Verifier(config.collector.publicKey),
    brokers: config.collector.brokers,
    password: await connectPassword(config.gateway.id, config.collector.publicKey, signer),
    window: { maxInFlight: config.uplink.maxInFlight, receiptTimeoutMs: config.uplink.receiptTimeoutMs },
    reconnect: { minMs: config.uplink.reconnectMinMs, maxMs: config.uplink.reconnectMaxMs },
    now: clocks.monoMs,
    random,
    witnessedTime: (epochMs) => clock.witnessed(epochMs),
    log,
  });
  const append = (bodies: readonly RecordBody[]) => {
    journal.append(bodies, {
      gateway: config.gateway.id,
      at: formatTime(clocks.epochMs()),
      boot,
      monoMs: Math.round(clocks.monoMs()),
      clock: clock.state,
    });
    uplink.pump();
  };
  const report = reporter({
    version: VERSION,
    configSha256: createHash("sha256").update(JSON.stringify(config)).digest("hex"),
    unacknowledged: () => journal.head.seq - journal.acknowledged.seq,
    monoMs: clocks.monoMs,
  });

  // What the disk refuses is said once it accepts again; only signs of life lose their sense meanwhile.
  let unsaid: RecordBody[] = [];
  const say = (event: GatewayRecord["event"], details: GatewayDetails = {}) => {
    unsaid.push(report(event, details));
    try {
      append(unsaid);
      unsaid = [];
    } catch (error) {
      unsaid = event === "heartbeat" ? unsaid.slice(0, -1) : unsaid;
      log("the journal refuses records", { error: String(error) });
    }
  };

  append([report("start")]);
  const runners = startLines(config, { surroundings, journal, append });
  uplink.start();
  const heartbeat = setInterval(() => say("heartbeat"), config.recorder.gatewayHeartbeatMs);
  const clockTick = setInterval(() => {
    const stepMs = clock.step();
    if (stepMs !== undefined) say("clock-stepped", { stepMs, reason: "the time of day was set" });
  }, CLOCK_TICK_MS);

  const stop = async (reason: string) => {
    clearInterval(heartbeat);
    clearInterval(clockTick);
    await Promise.all(runners.map((runner) => runner.stop()));
    say("stop", { reason });
    await uplink.drain(DRAIN_DEADLINE_MS);
    await uplink.stop();
    journal.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    stop(reason) {
      stopped ??= stop(reason);
      return stopped;
    },
  };
}

function startLines(
  config: AgentConfig,
  of: { surroundings: AgentSurroundings; journal: Journal; append: (bodies: readonly RecordBody[]) => void },
): LineRunner[] {
  const { clocks, random, log } = of.surroundings;
  const sink = createRecorder({
    taxPorts: config.devices
      .filter((device) => device.driver === "tax-port")
      .map((device) => salesOptions(device, config)),
    tanks: { ...config.recorder, heartbeatMs: config.recorder.tankHeartbeatMs },
    seals: { heartbeatMs: config.recorder.sealHeartbeatMs },
    known: of.journal.latest(),
    now: clocks.monoMs,
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
      now: clocks.monoMs,
      random,
      log,
    });
  });
  for (const runner of runners) runner.start();
  return runners;
}

type DeviceConfig = TaxPortConfig | ModbusConfig;

function profileOf(device: TaxPortConfig): TaxPortProfile {
  const profile = profiles[device.dialect];
  const { timings } = profile;
  return {
    ...profile,
    timings: {
      ...timings,
      answerTimeoutMs: device.answerTimeoutMs ?? timings.answerTimeoutMs,
      interQueryGapMs: device.interQueryGapMs ?? timings.interQueryGapMs,
      maxFlowClPerS: device.maxFlowClPerS ?? timings.maxFlowClPerS,
    },
  };
}

function salesOptions(device: TaxPortConfig, config: AgentConfig): SalesOptions {
  const { confirmReads, firstReads, maxFlowClPerS } = profileOf(device).timings;
  return {
    device: device.device,
    nozzles: device.nozzles.map(({ nozzle }) => nozzle),
    confirmReads,
    firstReads,
    maxFlowClPerS,
    heartbeatMs: config.recorder.totalHeartbeatMs,
  };
}

function driverFor(device: DeviceConfig, line: LineConfig): Driver {
  if (device.driver === "tax-port") {
    const { nozzles, totalIntervalMs } = device;
    return taxPortDriver({ device: device.device, profile: profileOf(device), nozzles, totalIntervalMs });
  }
  const numbered = (names: readonly string[]) => new Map(names.map((name, index) => [index + 1, name]));
  return modbusDriver({
    device: device.device,
    profile: device.readProfile,
    framing: line.tcp === undefined ? "rtu" : "tcp",
    unit: device.unit ?? device.readProfile.unit ?? 1,
    items: { tank: numbered(device.tanks), seal: numbered(device.seals) },
    intervalMs: device.intervalMs,
    answerTimeoutMs: device.answerTimeoutMs,
  });
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
