/** Writes instants as protocol/time does, but many in a row: the part up to the minute is kept while the minute lasts. */
import { formatTime } from "@forecourt/protocol/time.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const ZONE_OFFSET_MS = 8 * 3_600_000;
const pairs = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));
const thousandths = Array.from({ length: 1_000 }, (_, value) => `.${String(value).padStart(3, "0")}+08:00`);

export class FastClock {
  #day = Number.NaN;
  #date = "";
  #minute = Number.NaN;
  #untilMinute = "";

  /** RFC 3339 with offset +08:00. @param at epoch ms, an integer */
  format(at: number): string {
    const local = at + ZONE_OFFSET_MS;
    const minute = Math.floor(local / MINUTE_MS);
    if (minute !== this.#minute) this.#turnTo(minute, at);
    const ms = local - minute * MINUTE_MS;
    const second = Math.floor(ms / 1_000);
    return this.#untilMinute + pairs[second]! + thousandths[ms - second * 1_000]!;
  }

  /** The same in quotes, straight to where it goes, in pieces. */
  write(at: number, to: { text: (piece: string) => void }): void {
    const local = at + ZONE_OFFSET_MS;
    const minute = Math.floor(local / MINUTE_MS);
    if (minute !== this.#minute) this.#turnTo(minute, at);
    const ms = local - minute * MINUTE_MS;
    const second = Math.floor(ms / 1_000);
    to.text('"');
    to.text(this.#untilMinute);
    to.text(pairs[second]!);
    to.text(thousandths[ms - second * 1_000]!);
    to.text('"');
  }

  #turnTo(minute: number, at: number): void {
    const day = Math.floor((minute * MINUTE_MS) / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#date = formatTime(at).slice(0, 11);
    }
    const ofDay = minute - day * (DAY_MS / MINUTE_MS);
    this.#minute = minute;
    this.#untilMinute = `${this.#date}${pairs[Math.floor(ofDay / 60)]}:${pairs[ofDay % 60]}:`;
  }
}
