/** Random requests and answers that fit a profile, for property tests. */
import fc from "fast-check";
import type { TaxPortAnswer } from "./answers.ts";
import { daysInMonth, padded } from "./calendar.ts";
import type { TaxPortProfile } from "./profile.ts";
import type { TaxPortRequest } from "./requests.ts";

const byte = fc.integer({ min: 0, max: 255 });
const month = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, number]) => `${padded(year, 4)}-${padded(number, 2)}`);
const date = month.chain((text) =>
  fc
    .integer({ min: 1, max: daysInMonth(Number(text.slice(0, 4)), Number(text.slice(5))) })
    .map((day) => `${text}-${padded(day, 2)}`),
);
const hour = fc.integer({ min: 0, max: 23 });
const minute = fc.integer({ min: 0, max: 59 });
const printable = (length: number) =>
  fc
    .array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: length, maxLength: length })
    .map((codes) => String.fromCharCode(...codes));
const digits = (length: number) => fc.integer({ min: 0, max: 10 ** length - 1 }).map((value) => padded(value, length));

/** Any request. */
export const anyRequest: fc.Arbitrary<TaxPortRequest> = fc.oneof(
  fc.record({ command: fc.constant("information" as const), nozzleIndex: byte }),
  fc.record({ command: fc.constant("last-fuelling" as const), nozzleIndex: byte, returnMethod: byte }),
  fc.record({ command: fc.constant("day-total" as const), nozzleIndex: byte, date, returnMethod: byte }),
  fc.record({ command: fc.constant("month-total" as const), nozzleIndex: byte, month, returnMethod: byte }),
  fc.record({
    command: fc.constant("grand-total" as const),
    nozzleIndex: byte,
    mode: fc.constantFrom(0 as const, 1 as const, 2 as const),
    returnMethod: byte,
  }),
);

/** Any answer that a device of this profile can give. */
export function anyAnswer(profile: TaxPortProfile): fc.Arbitrary<TaxPortAnswer> {
  const { widths } = profile;
  const quantity = (width: number) => fc.integer({ min: 0, max: 10 ** width - 1 });
  const trailing = profile.lastFuellingTrailingBytes;
  const information = {
    command: fc.constant("information" as const),
    factorySerial: printable(widths.information.factorySerial),
  };
  return fc.oneof(
    fc.record({ ...information, initialised: fc.constant(false as const) }),
    fc.record({
      ...information,
      initialised: fc.constant(true as const),
      gunCode: fc.oneof(printable(2), fc.constant("0x0102")),
      taxpayerId: printable(20),
      oilCode: digits(4),
      deviceTime: fc.tuple(date, hour, minute).map(([day, h, m]) => `${day}T${padded(h, 2)}:${padded(m, 2)}`),
      spare: fc.constantFrom(0, 2).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
    }),
    fc.record({
      command: fc.constant("last-fuelling" as const),
      status: byte,
      dayOfMonth: fc.integer({ min: 1, max: 31 }),
      hour,
      minute,
      volumeCl: quantity(widths["last-fuelling"].volume),
      amountFen: quantity(widths["last-fuelling"].amount),
      unitPriceFen: quantity(widths["last-fuelling"].unitPrice),
      trailing: fc.uint8Array({ minLength: trailing, maxLength: trailing }),
    }),
    fc.record({
      command: fc.constant("day-total" as const),
      status: byte,
      date,
      volumeCl: quantity(widths["day-total"].volume),
      amountFen: quantity(widths["day-total"].amount),
      unitPriceFen: quantity(widths["day-total"].unitPrice),
    }),
    fc.record({
      command: fc.constant("month-total" as const),
      status: byte,
      month,
      volumeCl: quantity(widths["month-total"].volume),
      amountFen: quantity(widths["month-total"].amount),
    }),
    fc.record({
      command: fc.constant("grand-total" as const),
      status: byte,
      volumeCl: quantity(widths["grand-total"].volume),
      amountFen: quantity(widths["grand-total"].amount),
    }),
  );
}
