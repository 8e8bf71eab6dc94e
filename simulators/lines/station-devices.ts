/** The devices of a station, each on the line it hangs on; what the lines are made of is the caller's choice. */
import { GaugeConsole } from "../devices/gauge-console/device.ts";
import { GAUGE_MAPS } from "../devices/gauges/maps.ts";
import { gaugeRegisters } from "../devices/gauges/register-map.ts";
import type { RegisterMap } from "../devices/modbus.ts";
import { sealMap } from "../devices/seal-map.ts";
import { TaxPortDevice } from "../devices/tax-port/device.ts";
import type { World } from "../physics/world.ts";
import type { ModbusPlan } from "../scenario/scenario.ts";
import type { LineSurroundings } from "./answering-port.ts";
import { consoleLine } from "./console-line.ts";
import { type ModbusSlave, modbusRtuLine } from "./modbus-rtu.ts";
import { type SerialLine, taxPortLine } from "./tax-port-line.ts";

export interface StationDevices {
  /** Serial lines by name, not plugged in yet. */
  serial: Map<string, SerialLine>;
  /** Tax ports by device. */
  taxPorts: Map<string, TaxPortDevice>;
  /** Modbus devices that listen on TCP ports of their own. */
  onTcp: { plan: ModbusPlan; slave: ModbusSlave }[];
  /** A console that listens on a TCP port of its own. */
  consoleOnTcp: { plan: ModbusPlan; attach: (surroundings: LineSurroundings) => SerialLine } | undefined;
}

/** Puts every device of the station on its line. */
export function attachDevices(world: World, surroundings: (line: string) => LineSurroundings): StationDevices {
  const serial = new Map<string, SerialLine>();
  const taxPorts = new Map<string, TaxPortDevice>();
  for (const dispenser of world.dispensers.values()) {
    const device = new TaxPortDevice(world, dispenser);
    taxPorts.set(dispenser.plan.device, device);
    serial.set(dispenser.plan.line, taxPortLine(device, surroundings(dispenser.plan.line)));
  }
  const attached = modbusDevices(world);
  const onRtu = attached.filter(({ plan }) => plan.transport !== "tcp" && plan.line !== undefined);
  for (const [line, group] of Map.groupBy(onRtu, ({ plan }) => plan.line ?? "")) {
    const { baudRate, parity, stopBits } = group[0]!.plan;
    const slaves = group.map(({ slave }) => slave);
    serial.set(line, modbusRtuLine(slaves, { baudRate, dataBits: 8, parity, stopBits }, surroundings(line)));
  }
  const gaugeConsole = consoleOf(world);
  if (gaugeConsole?.plan.line !== undefined && gaugeConsole.plan.transport !== "tcp") {
    serial.set(gaugeConsole.plan.line, gaugeConsole.attach(surroundings(gaugeConsole.plan.line)));
  }
  return {
    serial,
    taxPorts,
    onTcp: attached.filter(({ plan }) => plan.transport !== "rtu"),
    consoleOnTcp: gaugeConsole?.plan.transport === "rtu" ? undefined : gaugeConsole,
  };
}

/** The console of the station's gauge, on as many lines as it is asked to be attached to. */
function consoleOf(world: World): StationDevices["consoleOnTcp"] {
  const { gauge: plan } = world.scenario;
  if (plan?.model !== "console") return undefined;
  const device = new GaugeConsole(world, plan.device);
  // The maker's own driver in China opens 9600 7O1 (tanks.md 1.1.1).
  const settings = { baudRate: plan.baudRate, dataBits: 7, parity: "odd", stopBits: plan.stopBits } as const;
  const habits = { settings, ...habitsOf(world, plan) };
  return { plan, attach: (surroundings) => consoleLine(device, habits, surroundings) };
}

function habitsOf(world: World, plan: ModbusPlan) {
  return {
    turnaroundMs: () => plan.turnaroundMs + (world.faults.on("slow", plan.device)?.delayMs ?? 0),
    awake: () => world.faults.on("silent", plan.device) === undefined,
  };
}

function modbusDevices(world: World): { plan: ModbusPlan; slave: ModbusSlave }[] {
  const { gauge, sealHub } = world.scenario;
  return [
    ...(gauge && gauge.model !== "console"
      ? [{ plan: gauge, slave: slaveOf(world, gauge, gaugeRegisters(world, GAUGE_MAPS[gauge.model])) }]
      : []),
    ...(sealHub ? [{ plan: sealHub, slave: slaveOf(world, sealHub, sealMap(world)) }] : []),
  ];
}

function slaveOf(world: World, plan: ModbusPlan, map: RegisterMap): ModbusSlave {
  return { device: plan.device, unit: plan.unit, map, ...habitsOf(world, plan) };
}
