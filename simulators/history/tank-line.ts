/** The line of a tank reading: seven of ten lines of a history, so it is filled into a template with its keys in order. */
import type { GaugeReading } from "../physics/gauge-reading.ts";
import { words } from "./frames.ts";
import { CLOCK, type Header, type Templated } from "./line.ts";

/** What is the same in all lines of a tank, as JSON. */
export interface TankLine {
  device: string;
  tank: string;
}

/**
 * A record of kind `tank`.
 * @param reading undefined while the probe does not answer
 * @param alarms names without anything to escape, between commas
 */
export function tankRecord(of: TankLine, cause: string, reading: GaugeReading | undefined, alarms: string): Templated {
  return { kind: "tank", line: (header) => lineOf(header, of, { cause, reading, alarms }) };
}

function lineOf(
  { at, boot, gateway, monoMs, seq }: Header,
  { device, tank }: TankLine,
  { cause, reading, alarms }: { cause: string; reading: GaugeReading | undefined; alarms: string },
): string {
  const list = alarms === "" ? "[]" : `["${alarms.replaceAll(",", '","')}"]`;
  const head = `{"alarms":${list},"at":${at},"boot":${boot},"cause":"${cause}","clock":${CLOCK},"device":${device},"gateway":${gateway},"kind":"tank","levelUm":`;
  if (reading === undefined) {
    return `${head}null,"monoMs":${monoMs},"quality":"missing","raw":["${words([null, null, null])}"],"reason":"the probe does not answer","seq":${seq},"standardVolumeCl":null,"tank":${tank},"temperatureMc":null,"ullageCl":null,"volumeCl":null,"waterLevelUm":null,"waterVolumeCl":null}\n`;
  }
  const { levelUm, waterLevelUm, temperatureMc, volumeCl, standardVolumeCl, waterVolumeCl, ullageCl } = reading;
  const raw = words([levelUm, volumeCl, temperatureMc]);
  return `${head}${levelUm},"monoMs":${monoMs},"quality":"good","raw":["${raw}"],"reason":null,"seq":${seq},"standardVolumeCl":${standardVolumeCl},"tank":${tank},"temperatureMc":${temperatureMc},"ullageCl":${ullageCl},"volumeCl":${volumeCl},"waterLevelUm":${waterLevelUm},"waterVolumeCl":${waterVolumeCl}}\n`;
}
