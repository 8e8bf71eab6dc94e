/** Random acceptance reports whose parts fit together, for property tests. */
import fc from "fast-check";
import type { GatewayId, StationId } from "../ids.ts";
import { SEAL_STATES } from "../records/schema.ts";
import { formatTime } from "../time.ts";
import type { AcceptanceReport } from "./schema.ts";

const NOON_MS = Date.parse("2026-03-01T04:00:00Z");
const DAY_MS = 86_400_000;

const word = (maxLength: number) =>
  fc
    .string({ minLength: 1, maxLength, unit: "grapheme" })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the schema refuses them
    .filter((text) => text.length <= maxLength && !/[\u0000-\u001f\u007f]/.test(text));
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const time = fc.integer({ min: 0, max: DAY_MS }).map((ms) => formatTime(NOON_MS + ms));
const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const accumulator = fc.integer({ min: 0, max: 999_999_999_999 });
const signedInteger = fc.integer({ min: -9_000_000, max: 9_000_000 });
const base64 = fc.stringMatching(/^[A-Za-z0-9+/]{86}==$/);
const seq = fc.integer({ min: 1, max: 1_000_000 });
const localName = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const number = (index: number) => String(index + 1).padStart(2, "0");

const line = (name: string) =>
  fc.record({
    line: fc.constant(name),
    transport: fc.constantFrom("serial" as const, "tcp" as const),
    address: word(200),
    settings: orNull(word(40)),
  });
const device = (name: string, lines: readonly string[]) =>
  fc.record({
    device: fc.constant(name),
    line: fc.constantFrom(...lines),
    driver: word(40),
    profile: orNull(word(80)),
    unit: orNull(fc.integer({ min: 0, max: 255 })),
    model: orNull(word(80)),
    serial: orNull(word(80)),
    software: orNull(word(80)),
  });
const nozzle = (index: number, devices: readonly string[], tanks: readonly string[]) =>
  fc.record({
    nozzle: fc.constant(`N${number(index)}`),
    device: fc.constantFrom(...devices),
    index: fc.integer({ min: 0, max: 255 }),
    dispenser: word(20),
    grade: word(20),
    tank: fc.constantFrom(...tanks),
    factorySerial: orNull(word(10)),
    taxpayerId: orNull(word(20)),
    firstTotal: fc.record({ seq: orNull(seq), volumeCl: accumulator, amountFen: accumulator, at: time }),
    confirmedBy: fc.constantFrom("litre-drawn" as const, "total-compared" as const),
  });
const level = fc.record({
  seq: orNull(seq),
  levelUm: orNull(signedInteger),
  waterLevelUm: orNull(signedInteger),
  temperatureMc: orNull(signedInteger),
  volumeCl: orNull(signedInteger),
  at: time,
});
const tank = (name: string, devices: readonly string[]) =>
  fc.record({
    tank: fc.constant(name),
    grade: word(20),
    device: orNull(fc.constantFrom(...devices)),
    firstLevel: orNull(level),
    displayLevelUm: orNull(signedInteger),
    confirmedBy: orNull(fc.constantFrom("display-compared" as const, "dip-compared" as const)),
  });
const seal = (index: number, devices: readonly string[]) =>
  fc.record({
    seal: fc.constant(`S${number(index)}`),
    number: word(40),
    place: word(100),
    of: fc.constantFrom(...devices),
    device: orNull(fc.constantFrom(...devices)),
    state: orNull(fc.constantFrom(...SEAL_STATES)),
    serial: orNull(word(16)),
    confirmedBy: orNull(fc.constantFrom("test-button" as const, "serial-compared" as const)),
  });
const selfTest = (index: number): fc.Arbitrary<AcceptanceReport["selfTest"][number]> => {
  const fixed = fc.constant(`N${number(index)}`);
  const sale = fc.record({ seq, hash: hex, volumeCl: accumulator, amountFen: accumulator, at: time });
  const receipt = fc.record({ seq: seq.map((one) => one + 1_000_000), hash: hex, at: time, signature: base64 });
  return fc.oneof(
    fc.record({ nozzle: fixed, outcome: fc.constant("passed" as const), reason: orNull(word(200)), sale, receipt }),
    fc.record({
      nozzle: fixed,
      outcome: fc.constantFrom("failed" as const, "not-tried" as const),
      reason: word(200),
      sale: orNull(sale),
      receipt: orNull(receipt),
    }),
  );
};
const drawn = fc.oneof(
  fc.record({
    kind: fc.constant("svg-path" as const),
    width: fc.integer({ min: 1, max: 10_000 }),
    height: fc.integer({ min: 1, max: 10_000 }),
    path: fc.stringMatching(/^M[0-9]{1,3} [0-9]{1,3}(L-?[0-9]{1,3}\.[0-9] [0-9]{1,3}){0,20}$/),
  }),
  fc.record({ kind: fc.constant("image" as const), sha256: hex }),
);
const signature = (role: "technician" | "station" | "official") =>
  fc.record({ role: fc.constant(role), name: word(40), at: time, drawn });

const all = <T>(parts: readonly fc.Arbitrary<T>[]) => fc.tuple(...parts);
const upTo = (max: number) => fc.integer({ min: 1, max }).map((count) => Array.from({ length: count }, (_, at) => at));

/** @param publicKey base64 SPKI of the gateway that reports */
export function anyReport(publicKey: string): fc.Arbitrary<AcceptanceReport> {
  const names = fc.record({
    lines: fc.uniqueArray(localName, { minLength: 1, maxLength: 4 }),
    devices: fc.uniqueArray(localName, { minLength: 1, maxLength: 6 }),
    nozzles: upTo(6),
    tanks: upTo(4).map((list) => list.map((at) => `T${at + 1}`)),
    seals: upTo(4),
  });
  return names.chain(({ lines, devices, nozzles, tanks, seals }) =>
    fc.record({
      format: fc.constant("forecourt-acceptance-v1" as const),
      id: fc.stringMatching(/^[A-Za-z0-9_-]{10,40}$/),
      station: fc.record({
        id: fc.constant("532801-0007" as StationId),
        name: word(100),
        creditCode: orNull(fc.stringMatching(/^[0-9A-Z]{18}$/)),
      }),
      gateway: fc.record({
        id: fc.constant("gw-532801-0007-a" as GatewayId),
        publicKey: fc.constant(publicKey),
        serial: orNull(word(80)),
        version: word(40),
        configSha256: hex,
      }),
      startedAt: fc.constant(formatTime(NOON_MS)),
      finishedAt: time,
      technician: fc.record({ name: word(40), company: orNull(word(100)), phone: orNull(word(40)) }),
      site: fc.record({
        clockSource: fc.constantFrom("time-daemon" as const, "collector" as const, "none" as const),
        clockOffsetMs: orNull(signedInteger),
        network: word(100),
        power: word(100),
      }),
      lines: all(lines.map(line)),
      devices: all(devices.map((name) => device(name, lines))),
      nozzles: all(nozzles.map((index) => nozzle(index, devices, tanks))),
      tanks: all(tanks.map((name) => tank(name, devices))),
      seals: all(seals.map((index) => seal(index, devices))),
      selfTest: all(nozzles.map(selfTest)),
      photos: fc.uniqueArray(
        fc.record({
          name: fc.stringMatching(/^[A-Za-z0-9._-]{1,80}$/),
          sha256: hex,
          bytes: fc.nat(),
          of: word(100),
        }),
        { maxLength: 3, selector: ({ name }) => name },
      ),
      signatures: fc.tuple(signature("technician"), signature("station")),
      remarks: orNull(fc.string({ maxLength: 200, unit: "grapheme" })),
    }),
  );
}
