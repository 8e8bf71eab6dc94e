/** The devices of a station, each on the line it hangs on; what the lines are made of is the caller's choice. */
import { gaugeMap } from "../devices/gauge-map.ts";
import type { RegisterMap } from "../devices/modbus.ts";
import { sealMap } from "../devices/seal-map.ts";
import { TaxPortDevice } from "../devices/tax-port/device.ts";
import type { World } from "../physics/world.ts";
import type { ModbusPlan } from "../scenario/scenario.ts";
import type { LineSurroundings } from "./answering-port.ts";
import { type ModbusSlave, modbusRtuLine } from "./modbus-rtu.ts";
import { type SerialLine, taxPortLine } from "./tax-port-line.ts";

export interface StationDevices {
  /** Serial lines by name, not plugged in yet. */
  serial: Map<string, SerialLine>;
  /** Tax ports by device. */
  taxPorts: Map<string, TaxPortDevice>;
  /** Modbus devices that listen on TCP ports of their own. */
  onTcp: { plan: ModbusPlan; slave: ModbusSlave }[];
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
  return { serial, taxPorts, onTcp: attached.filter(({ plan }) => plan.transport !== "rtu") };
}

function modbusDevices(world: World): { plan: ModbusPlan; slave: ModbusSlave }[] {
  const { gauge, sealHub } = world.scenario;
  return [
    ...(gauge ? [{ plan: gauge, slave: slaveOf(world, gauge, gaugeMap(world)) }] : []),
    ...(sealHub ? [{ plan: sealHub, slave: slaveOf(world, sealHub, sealMap(world)) }] : []),
  ];
}

function slaveOf(world: World, plan: ModbusPlan, map: RegisterMap): ModbusSlave {
  return {
    device: plan.device,
    unit: plan.unit,
    map,
    turnaroundMs: () => plan.turnaroundMs + (world.faults.on("slow", plan.device)?.delayMs ?? 0),
    awake: () => world.faults.on("silent", plan.device) === undefined,
  };
}
