/** The acceptance report, made of what was answered, what was found, and what the journal holds. Pure. */
import type { AcceptanceReport } from "@forecourt/protocol/acceptance/schema.ts";
import { SIGNATURE_FIELD } from "@forecourt/protocol/commission/answers.ts";
import type { FoundDevice, FoundLine } from "@forecourt/protocol/commission/found.ts";
import type { Commission } from "@forecourt/protocol/commission/state.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import type { Facts } from "./facts.ts";
import { devicesOf, itemsOf, nameOfDevice } from "./places.ts";

export interface ReportBox {
  /** the report's own, never used again */
  id: string;
  at: string;
  publicKey: string;
  version: string;
  configSha256: string;
}

/** A report is only made when every nozzle was tested or left out; this stands there if that were not so. */
const NOT_TOLD = "no sale was seen, and nobody said why";

/** @throws Error when a step is missing: whoever calls has asked `canSeal` */
export function reportOf(state: Commission, facts: Facts, box: ReportBox): AcceptanceReport {
  const { lines, site, enrol, report } = state;
  const { answers } = report;
  if (lines === null || site === null || answers === null || enrol.gateway === null || enrol.station === null) {
    throw new Error("the installation is not complete");
  }
  const { id, at, publicKey, version, configSha256 } = box;
  const { stationName, creditCode, boxSerial, technician, remarks } = answers;
  const { found } = lines;
  return {
    format: "forecourt-acceptance-v1",
    id,
    station: { id: enrol.station as StationId, name: stationName, creditCode },
    gateway: { id: enrol.gateway as GatewayId, publicKey, serial: boxSerial, version, configSha256 },
    startedAt: state.startedAt,
    finishedAt: at,
    technician,
    site: siteOf(site),
    lines: found.filter(({ devices }) => devices.length > 0).map(lineOf),
    devices: found.flatMap((line) => line.devices.map((device) => deviceOf(line, device, state, facts))),
    nozzles: nozzlesOf(state, found, facts, lines.at),
    tanks: tanksOf(state, found, facts, lines.at),
    seals: sealsOf(state, found, facts),
    selfTest: selfTestOf(state),
    photos: report.photos,
    signatures: report.signatures.map(({ role, name, at: signedAt, path }) => ({
      ...{ role, name, at: signedAt },
      drawn: { kind: "svg-path", ...SIGNATURE_FIELD, path },
    })),
    remarks,
  };
}

function siteOf({ answers, clockSource, clockOffsetMs }: NonNullable<Commission["site"]>): AcceptanceReport["site"] {
  const budget = answers.budgetMb === null ? "" : `, ${answers.budgetMb} MiB a month`;
  const note = answers.note === "" ? "" : `; ${answers.note}`;
  const network = `${answers.network}${budget}`;
  return {
    clockSource,
    clockOffsetMs,
    network,
    power: `${answers.power}${note}`.replaceAll(/\s+/g, " ").slice(0, 100),
  };
}

function lineOf({ line, serial, tcp, settings }: FoundLine): AcceptanceReport["lines"][number] {
  const transport = serial === null ? "tcp" : "serial";
  const shown =
    settings === null
      ? null
      : `${settings.baudRate} ${settings.dataBits}${settings.parity.charAt(0).toUpperCase()}${settings.stopBits}`;
  return { line, transport, address: serial ?? tcp ?? "?", settings: shown };
}

function deviceOf(
  { line }: FoundLine,
  found: FoundDevice,
  { places }: Commission,
  facts: Facts,
): AcceptanceReport["devices"][number] {
  const device = nameOfDevice(places.answers, found.device);
  const said = facts.devices.get(device);
  return {
    ...{ device, line, driver: found.driver, profile: found.dialect ?? found.profile, unit: found.unit },
    model: said?.model ?? null,
    serial: facts.identities.get(device)?.factorySerial ?? said?.serial ?? found.factorySerial,
    software: said?.software ?? null,
  };
}

function nozzlesOf(
  { places }: Commission,
  found: readonly FoundLine[],
  facts: Facts,
  foundAt: string,
): AcceptanceReport["nozzles"] {
  return places.answers.nozzles.map(({ item, nozzle, dispenser, grade, tank, confirmedBy }) => {
    const device = devicesOf(found).find(({ items }) => items.some((one) => one.item === item));
    const first = facts.totals.get(nozzle);
    const seen = itemsOf(found).find((one) => one.item === item);
    if (device === undefined || seen === undefined) throw new Error(`${item} was not found`);
    const name = nameOfDevice(places.answers, device.device);
    const identity = facts.identities.get(nozzle) ?? facts.identities.get(name);
    const firstTotal =
      first === undefined
        ? { seq: null, volumeCl: seen.volumeCl ?? 0, amountFen: seen.amountFen ?? 0, at: foundAt }
        : { seq: first.seq, volumeCl: first.volumeCl, amountFen: first.amountFen, at: first.at };
    return {
      ...{ nozzle, device: name, index: seen.number, dispenser, grade, tank, firstTotal, confirmedBy },
      factorySerial: identity?.factorySerial ?? device.factorySerial,
      taxpayerId: identity?.taxpayerId ?? device.taxpayerId,
    };
  });
}

function tanksOf(
  { places }: Commission,
  found: readonly FoundLine[],
  facts: Facts,
  foundAt: string,
): AcceptanceReport["tanks"] {
  return places.answers.tanks.map(({ item, tank, grade, displayLevelUm, confirmedBy }) => {
    const device = devicesOf(found).find(({ items }) => items.some((one) => one.item === item));
    if (device === undefined) {
      return { tank, grade, device: null, firstLevel: null, displayLevelUm, confirmedBy: null };
    }
    const first = facts.tanks.get(tank);
    const seen = itemsOf(found).find((one) => one.item === item);
    const figures = first ?? { waterLevelUm: null, temperatureMc: null, ...seen };
    const { levelUm = null, waterLevelUm, temperatureMc, volumeCl = null } = figures;
    const firstLevel = { levelUm, waterLevelUm, temperatureMc, volumeCl };
    return {
      ...{ tank, grade, device: nameOfDevice(places.answers, device.device), displayLevelUm, confirmedBy },
      firstLevel: { seq: first?.seq ?? null, ...firstLevel, at: first?.at ?? foundAt },
    };
  });
}

function sealsOf({ places }: Commission, found: readonly FoundLine[], facts: Facts): AcceptanceReport["seals"] {
  return places.answers.seals.map(({ item, seal, number, place, of, confirmedBy }) => {
    const device = devicesOf(found).find(({ items }) => items.some((one) => one.item === item));
    const first = facts.seals.get(seal);
    return {
      ...{ seal, number, place, confirmedBy },
      of: of as AcceptanceReport["seals"][number]["of"],
      device: device === undefined ? null : nameOfDevice(places.answers, device.device),
      state: first?.state ?? null,
      serial: first?.serial ?? null,
    };
  });
}

function selfTestOf({ places, selfTest }: Commission): AcceptanceReport["selfTest"] {
  return places.answers.nozzles.map(({ nozzle }) => {
    const tested = selfTest.tested.find((one) => one.nozzle === nozzle);
    if (tested !== undefined && tested.receipt !== null) {
      return { nozzle, outcome: "passed", reason: null, sale: tested.sale, receipt: tested.receipt };
    }
    const skipped = selfTest.skipped.find((one) => one.nozzle === nozzle);
    const reason = skipped?.reason ?? NOT_TOLD;
    return { nozzle, outcome: "not-tried", reason, sale: tested?.sale ?? null, receipt: null };
  });
}
