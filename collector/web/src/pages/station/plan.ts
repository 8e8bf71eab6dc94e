/**
 * Where everything stands on the drawing of a forecourt: dispensers with their nozzles above, tanks below, and between
 * them a pipe from each nozzle to its tank, bent at right angles so that it can be followed. Pure; units of the drawing.
 */
import type { Dispenser, TankState } from "../../../../api/schemas.ts";

export interface Plan {
  width: number;
  height: number;
  dispensers: { device: string; x: number; width: number }[];
  nozzles: { nozzle: string; device: string; x: number }[];
  tanks: { tank: string; x: number; width: number }[];
  pipes: { nozzle: string; tank: string; path: string }[];
}

/** Heights of the rows, from the top. */
export const ROWS = { dispenserTop: 4, nozzles: 62, pipesTop: 84, tankHeight: 74 } as const;
const NOZZLE = 62;
const INSET = 10;
const GAP = 26;
const TANK_LEAST = 116;
/** Pipes to one tank share a line; those of two tanks lie this far apart. */
const LINE_GAP = 9;

/** @returns undefined for a station without dispensers and tanks */
export function planOf(
  dispensers: readonly Pick<Dispenser, "device" | "nozzles">[],
  tanks: readonly Pick<TankState, "tank">[],
): Plan | undefined {
  if (dispensers.length === 0 && tanks.length === 0) return undefined;
  const upper = dispensers.map(({ nozzles }) => Math.max(nozzles.length, 1) * NOZZLE + 2 * INSET);
  const upperWidth = sum(upper) + GAP * Math.max(upper.length - 1, 0);
  const lowerWidth = tanks.length * TANK_LEAST + GAP * Math.max(tanks.length - 1, 0);
  const width = Math.max(upperWidth, lowerWidth);
  const standing: Plan["dispensers"] = [];
  const nozzles: Plan["nozzles"] = [];
  let x = (width - upperWidth) / 2;
  for (const [index, { device, nozzles: own }] of dispensers.entries()) {
    standing.push({ device, x, width: upper[index]! });
    nozzles.push(...own.map(({ nozzle }, place) => ({ nozzle, device, x: x + INSET + NOZZLE * (place + 0.5) })));
    x += upper[index]! + GAP;
  }
  const share = tanks.length === 0 ? 0 : (width - GAP * (tanks.length - 1)) / tanks.length;
  const tankWidth = Math.min(share, 190);
  const lying = tanks.map(({ tank }, index) => ({
    tank,
    x: index * (share + GAP) + (share - tankWidth) / 2,
    width: tankWidth,
  }));
  const tankTop = ROWS.pipesTop + LINE_GAP * (tanks.length + 1);
  const pipes = dispensers.flatMap(({ nozzles: own }) =>
    own.flatMap(({ nozzle, tank }) => {
      const line = lying.findIndex((one) => one.tank === tank);
      const from = nozzles.find((one) => one.nozzle === nozzle);
      if (line < 0 || from === undefined) return [];
      const at = lying[line]!;
      const level = ROWS.pipesTop + LINE_GAP * (line + 1);
      return [{ nozzle, tank, path: `M${from.x} ${ROWS.pipesTop}V${level}H${at.x + at.width / 2}V${tankTop}` }];
    }),
  );
  return { width, height: tankTop + ROWS.tankHeight + 4, dispensers: standing, nozzles, tanks: lying, pipes };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
