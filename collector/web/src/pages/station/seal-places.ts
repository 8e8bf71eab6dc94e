/** Where each seal is put on the drawing of what it closes. Pure. */
import type { SealStatus } from "../../../../api/schemas.ts";

export interface SealPlace {
  seal: SealStatus;
  x: number;
  y: number;
}

/** Middles of the parts on the drawing; other places are put at the cabinet's foot, side by side. */
const PLACES: Readonly<Record<string, { x: number; y: number }>> = {
  "board-box": { x: 58, y: 44 },
  encoder: { x: 58, y: 81 },
  "flow-meter": { x: 58, y: 120 },
  "tank-lid": { x: 66, y: 75 },
};
const ELSEWHERE = { x: 34, y: 140 };
const BESIDE = 38;

/** @param seals of one dispenser or tank */
export function placesOf(seals: readonly SealStatus[]): SealPlace[] {
  const taken = new Map<string, number>();
  return seals.map((seal) => {
    const known = PLACES[seal.place];
    const key = known === undefined ? "" : seal.place;
    const before = taken.get(key) ?? 0;
    taken.set(key, before + 1);
    const { x, y } = known ?? ELSEWHERE;
    // Two on one part: beside each other around its middle.
    const count = seals.filter((one) => (PLACES[one.place] === undefined ? "" : one.place) === key).length;
    const shift = known === undefined ? before * BESIDE : (before - (count - 1) / 2) * BESIDE;
    return { seal, x: x + shift, y };
  });
}
