/**
 * The agent's configuration as an installation makes it: from what was found, what is where, and who the box is. Pure.
 * While it is still being found out what is where, the same gives lines and devices with names of their own.
 */
import type { Places, Site } from "@forecourt/protocol/commission/answers.ts";
import type { FoundDevice, FoundLine } from "@forecourt/protocol/commission/found.ts";
import type { TokenPlace } from "../keys/token-signer.ts";
import { nameOfDevice } from "./places.ts";

interface LinesAndDevices {
  lines: object[];
  devices: object[];
}

/** Names for everything found, in order, for as long as nobody has said which is which. */
export function provisionalPlaces(found: readonly FoundLine[]): Places {
  const numbers = { nozzle: 0, tank: 0, seal: 0 };
  const next = (kind: keyof typeof numbers) => {
    numbers[kind] += 1;
    return numbers[kind];
  };
  const places: Places = { devices: [], nozzles: [], tanks: [], seals: [] };
  for (const { item, kind } of found.flatMap((line) => line.devices).flatMap((device) => device.items)) {
    const number = next(kind);
    const two = String(number).padStart(2, "0");
    const grade = "?";
    if (kind === "nozzle") {
      const nozzle = {
        item,
        nozzle: `N${two}`,
        dispenser: "?",
        grade,
        tank: "T1",
        confirmedBy: "total-compared" as const,
      };
      places.nozzles.push(nozzle);
    } else if (kind === "tank") {
      places.tanks.push({ item, tank: `T${number}`, grade, displayLevelUm: null, confirmedBy: null });
    } else {
      places.seals.push({ item, seal: `S${two}`, number: "?", place: "?", of: "tax-1", confirmedBy: null });
    }
  }
  return places;
}

/** Lines and devices for a configuration; lines without a device that is used are left out. */
export function linesAndDevices(found: readonly FoundLine[], places: Places): LinesAndDevices {
  const used = found
    .map((line) => ({ line, devices: line.devices.flatMap((device) => deviceOf(line, device, places) ?? []) }))
    .filter(({ devices }) => devices.length > 0);
  return { lines: used.map(({ line }) => lineOf(line)), devices: used.flatMap(({ devices }) => devices) };
}

function lineOf({ line, serial, tcp, framing, settings }: FoundLine): object {
  const where = serial === null ? { tcp, ...(framing === null ? {} : { framing }) } : { serial };
  return { line, ...where, ...settings };
}

function deviceOf({ line }: FoundLine, found: FoundDevice, places: Places): object | undefined {
  const device = nameOfDevice(places, found.device);
  const own = new Set(found.items.map(({ item }) => item));
  if (found.driver === "tax-port") {
    const tanksRead = new Set(places.tanks.flatMap(({ item, tank }) => (item === null ? [] : [tank])));
    const nozzles = places.nozzles
      .filter(({ item }) => own.has(item))
      .map(({ item, nozzle, tank }) => ({
        nozzle,
        index: Number(item.split("/")[1]),
        ...(tanksRead.has(tank) ? { tank } : {}),
      }))
      .toSorted((a, b) => a.index - b.index);
    return nozzles.length === 0 ? undefined : { device, line, driver: "tax-port", dialect: found.dialect, nozzles };
  }
  const inOrder = found.items.map(({ item }) => item);
  const tanks = inOrder.flatMap((item) => places.tanks.find((one) => one.item === item)?.tank ?? []);
  const seals = inOrder.flatMap((item) => places.seals.find((one) => one.item === item)?.seal ?? []);
  if (tanks.length + seals.length === 0) return undefined;
  if (found.driver === "gauge-console") return { device, line, driver: "gauge-console", tanks };
  const what = { ...(tanks.length > 0 ? { tanks } : {}), ...(seals.length > 0 ? { seals } : {}) };
  return { device, line, driver: "modbus", profile: found.profile, unit: found.unit, ...what };
}

export interface BoxIdentity {
  gateway: string;
  station: string;
  /** the folder of key and journal, relative to the configuration */
  stateDir: string;
  collector: string;
  brokers: readonly string[];
  collectorPublicKey: string;
  /** relative to the configuration, as the state folder */
  tls: { caFile: string; certFile: string; keyFile: string };
  /** where the key that signs lies, if not in a file */
  pkcs11?: TokenPlace | undefined;
}

/** The whole configuration of a box. */
export function agentConfigOf(found: readonly FoundLine[], places: Places, site: Site, box: BoxIdentity): object {
  const { gateway, station, stateDir, collector, brokers, collectorPublicKey, tls, pkcs11 } = box;
  return {
    gateway: { id: gateway, station, stateDir, ...(pkcs11 === undefined ? {} : { pkcs11 }) },
    collector: { brokers, tls, renewal: collector, publicKey: collectorPublicKey },
    ...linesAndDevices(found, places),
    ...(site.budgetMb === null ? {} : { uplink: { budgetMb: site.budgetMb } }),
  };
}

/** Where a box sends its records when the collector named no broker: beside its own address, encrypted. */
export function brokersOf(named: readonly string[], collector: string): string[] {
  return named.length > 0 ? [...named] : [`mqtts://${new URL(collector).hostname}:8883`];
}
