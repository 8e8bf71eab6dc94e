/**
 * Derives from a scenario file what its station needs to be part of the chain: the agent's configuration and the
 * station's entry in the collector's registry. The scenario is the plan of the station; nothing else is shared.
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { inventedPlace } from "@forecourt/simulators/scenario/invented-place.ts";
import { parse, stringify } from "yaml";
import { ROOT } from "./program.ts";

interface ModbusPlan {
  device: string;
  transport: "tcp" | "rtu" | "both";
  line?: string;
  unit?: number;
  baudRate?: number;
  parity?: "none" | "even" | "odd";
  stopBits?: number;
}

/** The parts of a scenario that the rig reads; the simulator validates the file. */
export interface ScenarioPlan {
  scenario: string;
  station: { id: string; nameZh: string; nameEn: string; speed?: number };
  dispensers: {
    device: string;
    line: string;
    dialect: string;
    nozzles: { nozzle: string; index: number; tank: string; grade: string; unitPriceFen: number }[];
  }[];
  tanks: { tank: string; grade: string; diameterMm: number; lengthMm: number }[];
  /** `model`: what it speaks, a profile of the agent's or `console`; the generic map unless it is said. */
  gauge?: ModbusPlan & { model?: string };
  sealHub?: ModbusPlan & { seals: { seal: string; place: string; of: string }[] };
  /** Serial lines that hang on a serial server. */
  serialServers?: string[];
}

/** What `lines.json` says once the simulated station is up. */
export interface StationLines {
  serial: Record<string, string>;
  tcp: Record<string, { host: string; port: number }>;
  /** Serial lines behind a serial server: the same bytes over TCP. */
  servers?: Record<string, { host: string; port: number }>;
  control?: { port: number };
}

/** The plan of a scenario file; one that is made from a template is spelt out by the simulator first. */
export function readPlan(file: string): ScenarioPlan {
  const plan = parse(readFileSync(file, "utf8")) as ScenarioPlan & { template?: string };
  if (plan.template === undefined) return plan;
  const args = ["simulators/main.ts", "expand", resolve(file)];
  return parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" })) as ScenarioPlan;
}

/** The gateway of a station: one each in the rig. */
export function gatewayOf(plan: ScenarioPlan): string {
  return `gw-${plan.station.id}`;
}

/** The administrative codes (GB/T 2260) that begin the ids of the shipped scenarios' stations. */
const COUNTIES: Record<string, string> = { "532801": "景洪市", "532822": "勐海县", "532823": "勐腊县" };

/** The station as the collector knows it. @param publicKey of its gateway */
export function registryEntry(plan: ScenarioPlan, publicKey: string): object {
  return {
    id: plan.station.id,
    nameZh: plan.station.nameZh,
    nameEn: plan.station.nameEn,
    county: COUNTIES[plan.station.id.slice(0, 6)] ?? plan.station.id.slice(0, 6),
    location: inventedPlace(plan.station.id),
    gateways: [{ id: gatewayOf(plan), publicKey }],
    dispensers: plan.dispensers.map(({ device, nozzles }) => ({
      device,
      nozzles: nozzles.map(({ nozzle, grade, tank, unitPriceFen }) => ({ nozzle, grade, tank, unitPriceFen })),
    })),
    tanks: plan.tanks.map(({ tank, grade, diameterMm, lengthMm }) => ({
      tank,
      grade,
      capacityL: Math.round((Math.PI * (diameterMm / 2) ** 2 * lengthMm) / 1e6),
    })),
    seals: (plan.sealHub?.seals ?? []).map(({ seal, place, of }) => ({ seal, place, of })),
  };
}

/** In a station's folder: what the contact at the cabinet's door says. */
export const CABINET_FILE = "cabinet";

export interface AgentPlan {
  plan: ScenarioPlan;
  folder: string;
  collector: { port: number; publicKey: string };
  /** undefined while the simulated station is not up: enough to make the key */
  lines: StationLines | undefined;
  /** simulated seconds a second: what the agent expects of a device is scaled with it */
  speed: number;
  /** parts of the configuration that a test sets otherwise */
  overrides?: {
    uplink?: object;
    recorder?: object;
    silence?: object;
    taxPort?: object;
    modbus?: object;
    console?: object;
  };
}

/** Litres a second that the fastest simulated nozzle can reach in real time, and twice that (0.01 L). */
const MAX_FLOW_CL_PER_S = 900;
/** The most that the agent's configuration takes. */
const MOST_CL_PER_S = 1_000_000;

/** Writes the agent's configuration. @returns its path */
export function writeAgentConfig(of: AgentPlan): string {
  const { plan, folder, collector, overrides } = of;
  const file = join(folder, "agent.yaml");
  const config = {
    gateway: { id: gatewayOf(plan), station: plan.station.id, stateDir: "./state" },
    collector: { brokers: [`mqtt://127.0.0.1:${collector.port}`], publicKey: collector.publicKey },
    lines: linesOf(of),
    devices: [
      ...plan.dispensers.map(({ device, line, dialect, nozzles }) => ({
        device,
        line,
        driver: "tax-port",
        dialect,
        nozzles: nozzles.map(({ nozzle, index }) => ({ nozzle, index })),
        totalIntervalMs: 300,
        interQueryGapMs: 10,
        answerTimeoutMs: 300,
        maxFlowClPerS: Math.min(MOST_CL_PER_S, Math.round(MAX_FLOW_CL_PER_S * of.speed)),
        ...overrides?.taxPort,
      })),
      ...gaugeAndHub(of),
    ],
    // Where nobody is the box, there is no such file, and the door is unknown.
    health: { cabinet: { file: `./${CABINET_FILE}`, when: { open: "open", closed: "closed" } } },
    recorder: { idleMs: 0, gatewayHeartbeatMs: 5_000, tankHeartbeatMs: 10_000, ...overrides?.recorder },
    silence: { failures: 3, silentMs: 2_000, minBackOffMs: 200, maxBackOffMs: 1_000, ...overrides?.silence },
    uplink: { reconnectMinMs: 100, reconnectMaxMs: 1_000, receiptTimeoutMs: 3_000, ...overrides?.uplink },
  };
  writeFileSync(file, stringify(config));
  return file;
}

function isOnTcp(device: ModbusPlan): boolean {
  return device.transport !== "rtu";
}

function lineOf(device: ModbusPlan): string {
  return isOnTcp(device) ? device.device : (device.line ?? "");
}

/** Where each line is: a path, a serial server, or the device's own port. */
function linesOf({ plan, lines }: AgentPlan): object[] {
  const modbus = [plan.gauge, plan.sealHub].filter((device) => device !== undefined);
  const places = new Map<string, LinePlace>();
  for (const { line } of plan.dispensers) places.set(line, {});
  for (const device of modbus) {
    const { baudRate = 9600, parity = "none", stopBits = 1 } = device;
    const isConsole = device === plan.gauge && plan.gauge.model === "console";
    if (isOnTcp(device)) places.set(device.device, { isTcp: true, tcp: lines?.tcp[device.device] });
    else places.set(lineOf(device), isConsole ? {} : { framing: "rtu", baudRate, parity, stopBits });
  }
  return [...places].map(([line, { isTcp, tcp, framing, ...settings }], index) => {
    if (isTcp !== true && !plan.serialServers?.includes(line)) return { line, serial: `./lines/${line}`, ...settings };
    // While the station is not up, nothing is anywhere, but each at a place of its own.
    const { host, port } = tcp ?? lines?.servers?.[line] ?? { host: "127.0.0.1", port: index + 1 };
    return { line, tcp: `${host}:${port}`, ...settings, ...(framing && { framing }) };
  });
}

interface LinePlace {
  isTcp?: boolean;
  tcp?: { host: string; port: number } | undefined;
  framing?: "rtu";
  baudRate?: number;
  parity?: string;
  stopBits?: number;
}

/** The gauge, on Modbus or a console's own protocol, and the hub of the seals. */
function gaugeAndHub({ plan, overrides }: AgentPlan): object[] {
  const { gauge, sealHub } = plan;
  const tanks = plan.tanks.map(({ tank }) => tank);
  const seals = sealHub?.seals.map(({ seal }) => seal) ?? [];
  const place = (device: ModbusPlan) => ({ device: device.device, line: lineOf(device) });
  const modbus = (device: ModbusPlan) => ({
    ...place(device),
    driver: "modbus",
    unit: device.unit ?? 1,
    intervalMs: 500,
    ...overrides?.modbus,
  });
  return [
    ...(gauge?.model === "console"
      ? [{ ...place(gauge), driver: "gauge-console", tanks, intervalMs: 30_000, ...overrides?.console }]
      : gauge
        ? [{ ...modbus(gauge), profile: gauge.model ?? "generic-gauge", tanks: tanks.slice(0, roomOf(gauge.model)) }]
        : []),
    ...(sealHub ? [{ ...modbus(sealHub), profile: "generic-seal-hub", seals }] : []),
  ];
}

/** Probes that are a gauge of their own, and consoles that show one tank at a time. */
const ONE_TANK = ["apg-mpx", "mts-level", "struna-single"];

function roomOf(model: string | undefined): number | undefined {
  return model !== undefined && ONE_TANK.includes(model) ? 1 : undefined;
}
