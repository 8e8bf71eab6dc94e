/** Writes instants as protocol/time does, but many in a row: the part up to the minute is kept while the minute lasts. */
import { formatTime } from "@forecourt/protocol/time.ts";
import type { LineBuffer } from "./line-buffer.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const ZONE_OFFSET_MS = 8 * 3_600_000;
const MINUTES_OF_DAY = DAY_MS / MINUTE_MS;
const POINT = Buffer.from(".");
const END = Buffer.from('+08:00"');
/** `"YYYY-MM-DDT`, then `hh:mm:` */
const DATE_BYTES = 12;
const UNTIL_MINUTE_BYTES = 18;
const MOMENTS = Array.from({ length: MINUTES_OF_DAY }, (_, minute) =>
  Buffer.from(`${pair(Math.floor(minute / 60))}:${pair(minute % 60)}:`),
);

function pair(value: number): string {
  return String(value).padStart(2, "0");
}

export class FastClock {
  #day = Number.NaN;
  #minute = Number.NaN;
  readonly #untilMinute = new Uint8Array(UNTIL_MINUTE_BYTES);

  /** RFC 3339 with offset +08:00, in quotes, straight to where it goes. @param at epoch ms, an integer */
  write(at: number, to: LineBuffer): void {
    const local = at + ZONE_OFFSET_MS;
    const minute = Math.floor(local / MINUTE_MS);
    if (minute !== this.#minute) this.#turnTo(minute, at);
    const ms = local - minute * MINUTE_MS;
    const second = Math.floor(ms / 1_000);
    to.bytes(this.#untilMinute);
    to.digits(second, 2);
    to.bytes(POINT);
    to.digits(ms - second * 1_000, 3);
    to.bytes(END);
  }

  #turnTo(minute: number, at: number): void {
    const day = Math.floor(minute / MINUTES_OF_DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#untilMinute.set(Buffer.from(`"${formatTime(at).slice(0, DATE_BYTES - 1)}`));
    }
    this.#minute = minute;
    const moment = MOMENTS[minute - day * MINUTES_OF_DAY]!;
    for (let index = 0; index < moment.length; index += 1) this.#untilMinute[DATE_BYTES + index] = moment[index]!;
  }
}
