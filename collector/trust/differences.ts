/** What an acceptance report leaves open, and where it differs from the registry and the gateway's own records. Pure. */
import type { AcceptanceReport } from "@forecourt/protocol/acceptance/schema.ts";
import type { StationEntry } from "../registry/schema.ts";

type Entry = Pick<StationEntry, "dispensers" | "tanks" | "seals">;

/** @returns a line for each, in the order in which a reader would look; empty when all is well */
export function openPoints(report: AcceptanceReport, station: Entry): string[] {
  const untested = report.selfTest.flatMap(({ nozzle, outcome, reason }) =>
    outcome === "passed" ? [] : [`${nozzle}: self-test ${outcome}: ${reason}`],
  );
  return [...untested, ...nozzles(report, station), ...tanks(report, station), ...seals(report, station)];
}

function nozzles({ nozzles: reported }: AcceptanceReport, { dispensers }: Entry): string[] {
  const registered = new Map(
    dispensers.flatMap(({ device, nozzles: of }) => of.map((one) => [one.nozzle as string, { ...one, device }])),
  );
  const points = reported.flatMap(({ nozzle, grade, tank, device }) => {
    const known = registered.get(nozzle);
    if (known === undefined) return [`${nozzle}: not in the registry`];
    return differing(nozzle, [
      ["grade", grade, known.grade],
      ["tank", tank, known.tank],
      ["device", device, known.device],
    ]);
  });
  const missing = [...registered.keys()].filter((name) => !reported.some(({ nozzle }) => nozzle === name));
  return [...points, ...missing.map((name) => `${name}: not in the report`)];
}

function tanks({ tanks: reported }: AcceptanceReport, { tanks: registered }: Entry): string[] {
  const points = reported.flatMap(({ tank, grade }) => {
    const known = registered.find((one) => one.tank === tank);
    return known === undefined ? [`${tank}: not in the registry`] : differing(tank, [["grade", grade, known.grade]]);
  });
  const missing = registered.filter(({ tank }) => !reported.some((one) => one.tank === tank));
  return [...points, ...missing.map(({ tank }) => `${tank}: not in the report`)];
}

function seals({ seals: reported }: AcceptanceReport, { seals: registered }: Entry): string[] {
  const points = reported.flatMap(({ seal, place, of }) => {
    const known = registered.find((one) => one.seal === seal);
    if (known === undefined) return [`${seal}: not in the registry`];
    return differing(seal, [
      ["place", place, known.place],
      ["of", of, known.of],
    ]);
  });
  const missing = registered.filter(({ seal }) => !reported.some((one) => one.seal === seal));
  return [...points, ...missing.map(({ seal }) => `${seal}: not in the report`)];
}

function differing(name: string, fields: readonly (readonly [string, string, string])[]): string[] {
  return fields.flatMap(([field, reported, registered]) =>
    reported === registered ? [] : [`${name}: ${field} ${reported} in the report, ${registered} in the registry`],
  );
}
