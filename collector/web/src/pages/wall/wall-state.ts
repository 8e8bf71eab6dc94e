/** What a wall display says of itself and sums up. Pure. */
import type { StationSummary } from "../../../../api/schemas.ts";

/** Two questions may be missed before anybody is told. */
const PATIENCE_MS = 15_000;

/** Whether what is shown must be said to be old. @param failed the last question got no answer */
export function isOld(nowMs: number, gotMs: number, failed: boolean): boolean {
  // A question that hangs has not failed yet.
  return nowMs - gotMs > PATIENCE_MS * (failed ? 1 : 2);
}

const CODE_CHARACTERS = 10;

/** The code that an address carries behind its #. */
export function codeOf(hash: string): string | undefined {
  // Typed by hand it may hold blanks, which a browser writes as %20; anything else is no code.
  const typed = /^#([0-9A-Za-z -]+)$/.exec(hash.replaceAll("%20", " "))?.[1];
  return typed?.replaceAll(/[ -]/g, "").length === CODE_CHARACTERS ? typed : undefined;
}

/** The stations in a few figures. */
export function wallFigures(stations: readonly StationSummary[]) {
  const sum = (of: (station: StationSummary) => number) => stations.reduce((total, one) => total + of(one), 0);
  return {
    online: stations.filter(({ state }) => state === "live").length,
    sales: sum(({ today }) => today?.sales ?? 0),
    volumeCl: sum(({ today }) => today?.volumeCl ?? 0),
    amountFen: sum(({ today }) => today?.amountFen ?? 0),
  };
}

/** Open flags of all departments together. */
export function openFlagsOf(departments: readonly { notice: number; medium: number; high: number }[]) {
  return {
    high: departments.reduce((total, { high }) => total + high, 0),
    medium: departments.reduce((total, { medium }) => total + medium, 0),
    notice: departments.reduce((total, { notice }) => total + notice, 0),
  };
}
