/** Wires the drivers: which driver reads a configured device, and what the recorder must know of it. */
import { profiles } from "@forecourt/protocol/tax-port/dialects.ts";
import type { TaxPortProfile } from "@forecourt/protocol/tax-port/profile.ts";
import type { LineConfig, ModbusConfig, TaxPortConfig } from "../config.ts";
import type { GaugeConsoleConfig, ProbeConfig } from "../config-gauges.ts";
import type { Driver } from "../drivers/driver.ts";
import { gaugeConsoleDriver } from "../drivers/gauge-console/driver.ts";
import { modbusDriver } from "../drivers/modbus/driver.ts";
import { probeDriver } from "../drivers/probe/driver.ts";
import { taxPortDriver } from "../drivers/tax-port/driver.ts";

export type DeviceConfig = TaxPortConfig | ModbusConfig | GaugeConsoleConfig | ProbeConfig;

/** The dialect of a tax port, with the timings that its configuration changes. */
export function profileOf(device: TaxPortConfig): TaxPortProfile {
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

/** The longest wait for an answer of a device. */
export function answerTimeoutMs(device: DeviceConfig): number {
  return device.driver === "tax-port" ? profileOf(device).timings.answerTimeoutMs : device.answerTimeoutMs;
}

/** The driver of one configured device on its line. */
export function driverFor(device: DeviceConfig, line: LineConfig): Driver {
  if (device.driver === "tax-port") {
    const { nozzles, totalIntervalMs } = device;
    return taxPortDriver({ device: device.device, profile: profileOf(device), nozzles, totalIntervalMs });
  }
  const numbered = (names: readonly string[]) => new Map(names.map((name, index) => [index + 1, name]));
  if (device.driver === "gauge-console") {
    const { securityCode = null, units = null } = device;
    return gaugeConsoleDriver({ ...device, tanks: numbered(device.tanks), securityCode, units });
  }
  if (device.driver === "probe") return probeDriver({ ...device, profile: device.readProfile, tanks: device.probes });
  return modbusDriver({
    device: device.device,
    profile: device.readProfile,
    framing: line.tcp === undefined ? "rtu" : (line.framing ?? "tcp"),
    unit: device.unit ?? device.readProfile.unit ?? 1,
    items: { tank: numbered(device.tanks), seal: numbered(device.seals) },
    intervalMs: device.intervalMs,
    answerTimeoutMs: device.answerTimeoutMs,
  });
}
