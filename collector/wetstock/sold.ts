/** Books what a tank's nozzles sold: in all, by night, beyond the first 20 L, while somebody inspected, and by day. */
import { ZONE_MS } from "./local-day.ts";
import type { Fuelling } from "./quiet.ts";
import type { SoldDay, TankState } from "./state.ts";

const HOUR_MS = 3_600_000;
/** As long as what began may still be dated. */
const SOLD_DAYS = 65;
/** The hours of the night: from 21 to 6 o'clock. */
const NIGHT = { from: 21, until: 6 };

/** Whether a moment is in the night, when a cheat may be on that is off by day. */
export function isNight(atMs: number): boolean {
  const hour = Math.floor((atMs + ZONE_MS) / HOUR_MS) % 24;
  return hour >= NIGHT.from || hour < NIGHT.until;
}

/** Takes a fuelling. @param isInspected whether somebody inspected the station meanwhile */
export function bookSold(state: TankState, { nozzle, litres, beyondL, atMs }: Fuelling, isInspected: boolean): void {
  const parts = { sold: litres, night: isNight(atMs) ? litres : 0, beyond: beyondL ?? 0 };
  const today = soldToday(state);
  for (const part of ["sold", "night", "beyond"] as const) {
    state[part][nozzle] = state[part][nozzle]! + parts[part];
    const list = part === "sold" ? today.litres : today[part];
    list[nozzle] = list[nozzle]! + parts[part];
  }
  if (isInspected) state.inspected += litres;
  state.sales += 1;
  state.day.sold += litres;
}

function soldToday({ soldByDay, day, sold }: TankState): SoldDay {
  const last = soldByDay[soldByDay.length - 1];
  if (last?.day === day.day) return last;
  const zeros = () => sold.map(() => 0);
  const today = { day: day.day, litres: zeros(), night: zeros(), beyond: zeros() };
  soldByDay.push(today);
  if (soldByDay.length > SOLD_DAYS) soldByDay.shift();
  return today;
}
