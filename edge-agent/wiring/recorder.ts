/** Wires the recorder: what holds for each device and tank of a configuration. */
import type { AgentConfig, TaxPortConfig } from "../config.ts";
import { tanksOfDevice } from "../config-checks.ts";
import type { KeepOverride } from "../config-gauges.ts";
import type { LineSink } from "../lines/reporter.ts";
import { createRecorder, type RecorderOptions } from "../recorder/recorder.ts";
import type { TaxPortOptions } from "../recorder/tax-port.ts";
import { profileOf } from "./drivers.ts";

/** A console repeats one reading for up to a minute; what a probe or a Modbus gauge states is fresh. */
const CONSOLE_READING_AGE_MS = 60_000;

/** What of a configuration the recorder needs. */
type RecordedConfig = Pick<AgentConfig, "recorder" | "devices">;

/** The recorder of a configuration, as the sink of its lines. */
export function recorderFor(
  config: RecordedConfig,
  of: Pick<RecorderOptions, "known" | "now" | "epochMs" | "append">,
): LineSink {
  return createRecorder({ ...recorderOptions(config), ...of });
}

/** The recorder's options, but for the clocks and the journal. */
export function recorderOptions(
  config: RecordedConfig,
): Pick<RecorderOptions, "taxPorts" | "tanks" | "seals" | "quiet"> {
  const { recorder, devices } = config;
  const taxPorts = devices.filter((device) => device.driver === "tax-port");
  const consoles = new Set(devices.flatMap(({ driver, device }) => (driver === "gauge-console" ? [device] : [])));
  const gaugeOf = new Map(
    devices.flatMap((device) => tanksOfDevice(device).map((tank) => [tank, device.device] as const)),
  );
  const overrideOf = (name: string | undefined): KeepOverride =>
    name === undefined ? {} : (recorder.overrides[name] ?? {});

  return {
    taxPorts: taxPorts.map((device) => salesOptions(device, config)),
    tanks: (tank) => ({
      ...recorder,
      heartbeatMs: recorder.tankHeartbeatMs,
      ...overrideOf(gaugeOf.get(tank)),
      ...overrideOf(tank),
    }),
    seals: (device) => ({ ...recorder, heartbeatMs: recorder.sealHeartbeatMs, ...overrideOf(device) }),
    quiet: {
      nozzles: taxPorts.flatMap(({ nozzles }) => nozzles.map(({ nozzle, tank = null }) => ({ nozzle, tank }))),
      settleMs: recorder.quietSettleMs,
      readingAgeMs: (device) => (consoles.has(device) ? CONSOLE_READING_AGE_MS : 0),
      bandUm: recorder.quietBandUm,
      pauseMs: recorder.quietPauseMs,
    },
  };
}

/** What the sales recorder must know of a tax port. */
function salesOptions(device: TaxPortConfig, config: RecordedConfig): TaxPortOptions {
  const { confirmReads, firstReads, maxFlowClPerS } = profileOf(device).timings;
  return {
    device: device.device,
    nozzles: device.nozzles.map(({ nozzle }) => nozzle),
    confirmReads,
    firstReads,
    maxFlowClPerS,
    heartbeatMs: config.recorder.totalHeartbeatMs,
    idleMs: config.recorder.idleMs,
  };
}
