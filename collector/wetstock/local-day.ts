/** Local days of the stations, counted from the epoch: UTC+8, without summer time. */
const DAY_MS = 86_400_000;
export const ZONE_MS = 8 * 3_600_000;

/** The day of a moment. */
export const localDay = (ms: number): number => Math.floor((ms + ZONE_MS) / DAY_MS);
/** The moment at which a day ends, epoch ms. */
export const dayEndMs = (day: number): number => (day + 1) * DAY_MS - ZONE_MS;
/** The moment at which a day begins, epoch ms. */
export const dayStartMs = (day: number): number => day * DAY_MS - ZONE_MS;
