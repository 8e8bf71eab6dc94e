/** Writes instants as protocol/time does, but many in a row: the day's part is kept while the day lasts. */
import { formatTime } from "@forecourt/protocol/time.ts";

const DAY_MS = 86_400_000;
const ZONE_OFFSET_MS = 8 * 3_600_000;
const pairs = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));

export class FastClock {
  #day = Number.NaN;
  #date = "";

  /** RFC 3339 with offset +08:00. @param at epoch ms, an integer */
  format(at: number): string {
    const local = at + ZONE_OFFSET_MS;
    const day = Math.floor(local / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#date = formatTime(at).slice(0, 11);
    }
    const ms = local - day * DAY_MS;
    const seconds = Math.floor(ms / 1_000);
    const minutes = Math.floor(seconds / 60);
    const clock = `${pairs[Math.floor(minutes / 60)]}:${pairs[minutes % 60]}:${pairs[seconds % 60]}`;
    return `${this.#date}${clock}.${String(ms % 1_000).padStart(3, "0")}+08:00`;
  }
}
