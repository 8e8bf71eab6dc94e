/** Reads serial tank probes that a probe profile describes: one question and one answer a probe. It only ever asks. */
import { findAnswer, type ProbeAnswer, probeRequest } from "@forecourt/protocol/probes/exchange.ts";
import type { ProbeProfile } from "@forecourt/protocol/probes/schema.ts";
import { ok } from "@forecourt/protocol/result.ts";
import type { AnswerReader } from "../../lines/exchange.ts";
import type { Driver } from "../driver.ts";
import type { TankObservation } from "../observation.ts";
import { rawFrames } from "../raw.ts";

export interface Probe {
  device: string;
  profile: ProbeProfile;
  /** The probe's address by our name of the tank. */
  tanks: readonly { tank: string; address: number }[];
  intervalMs: number;
  answerTimeoutMs: number;
}

/** Turn-round pause that slow RS-485 transceivers need between two requests. */
const GAP_MS = 20;

/** A driver for the probes of one kind on one line. */
export function probeDriver({ device, profile, tanks, intervalMs, answerTimeoutMs }: Probe): Driver {
  return {
    device,
    gapMs: GAP_MS,
    polls: tanks.map(({ tank }) => ({ device, key: `tank/${tank}`, intervalMs })),
    async read(line, { key }) {
      const own = tanks.find(({ tank }) => key === `tank/${tank}`);
      if (own === undefined) throw new Error(`device ${device} has no ${key}`);
      const answer = await line.exchange({
        request: probeRequest(profile, own.address),
        reader: () => probeReader(profile, own.address),
        timeoutMs: answerTimeoutMs,
        // Every answer names its probe.
        party: String(own.address),
      });
      return answer.ok ? ok([observation(device, own.tank, answer.value)]) : answer;
    },
  };
}

/** Finds one probe's answer; what is not part of it is noise, our own echo too. */
export function probeReader(profile: ProbeProfile, address: number): AnswerReader<ProbeAnswer> {
  const discarded = { noiseBytes: 0, badFrames: 0 };
  let held = Buffer.alloc(0);

  const look = (final: boolean): ProbeAnswer | undefined => {
    while (held.length > 0) {
      const found = findAnswer(profile, address, held);
      if ("answer" in found) {
        held = Buffer.alloc(0);
        return found.answer;
      }
      if ("moreNeeded" in found && !final) return undefined;
      const skip = "skip" in found ? found.skip : 1;
      if (skip > 1) discarded.badFrames += 1;
      discarded.noiseBytes += skip;
      held = held.subarray(skip);
    }
    return undefined;
  };

  return {
    discarded,
    get hasBegun() {
      return held.length > 0;
    },
    push(chunk) {
      held = Buffer.concat([held, chunk]);
      return look(false);
    },
    silence: () => look(true),
  };
}

function observation(device: string, tank: string, { values, trouble, raw }: ProbeAnswer): TankObservation {
  const missing = Object.entries(values).flatMap(([point, value]) => (value === null ? [point] : []));
  const isMissing = trouble !== null || missing.length > 0;
  return {
    point: "tank",
    device,
    tank,
    levelUm: values.level ?? null,
    waterLevelUm: values.waterLevel ?? null,
    temperatureMc: values.temperature ?? null,
    volumeCl: values.volume ?? null,
    standardVolumeCl: null,
    waterVolumeCl: values.waterVolume ?? null,
    ullageCl: null,
    alarms: [],
    quality: isMissing ? "missing" : "good",
    reason: isMissing ? (trouble ?? `the probe has no value for ${missing.join(", ")}`) : null,
    raw: rawFrames(raw),
  };
}
