/** What can be planted in a station, as data: one schema for each kind of cheat, accident or honest event. */
import { LOCAL_NAME_PATTERN, NOZZLE_PATTERN, SEAL_PATTERN, TANK_PATTERN } from "@forecourt/protocol/ids.ts";
import { type Static, type TProperties, Type } from "typebox";
import { DURATION_PATTERN } from "../time.ts";

const closed = { additionalProperties: false };
const text = (description: string) => Type.String({ minLength: 1, maxLength: 2000, description });
const duration = Type.String({ pattern: DURATION_PATTERN, description: "a simulated duration such as 90s, 10m, 2h" });
const whole = (minimum: number, maximum: number, what: string) =>
  Type.Integer({ minimum, maximum, description: `${what}, a whole number from ${minimum} to ${maximum}` });
const number = (minimum: number, maximum: number, what: string) =>
  Type.Number({ minimum, maximum, description: `${what}, from ${minimum} to ${maximum}` });
const local = (what: string) =>
  Type.String({ pattern: LOCAL_NAME_PATTERN, description: `${what}: small letters, digits and -, such as tax-1` });
const nozzle = Type.String({ pattern: NOZZLE_PATTERN, description: "a nozzle such as N03" });
const tank = Type.String({ pattern: TANK_PATTERN, description: "a tank such as T2" });
const seal = Type.String({ pattern: SEAL_PATTERN, description: "a seal such as S07" });
const yesNo = Type.Boolean({ description: "true or false" });
const serial = Type.String({ pattern: "^[A-Za-z0-9]{10}$", description: "10 letters or digits, in quotes" });
const share = number(0, 1, "a share");
const percent = number(0, 100, "per cent");
const maybe = Type.Optional;

/** Hours of the local day in which it is at work, from the first to before the second; may run over midnight. */
const hours = Type.String({
  pattern: "^([01][0-9]|2[0-3])-([01][0-9]|2[0-4])$",
  description: "hours of the local day, such as 22-05",
});
const span = { for: maybe(duration), hours: maybe(hours) };
/** A careful cheat behaves while an inspector is there. */
const careful = { honestWhenInspected: maybe(yesNo) };
const load = {
  volumeL: number(1, 60_000, "litres"),
  tanker: maybe(text("the tanker's number plate")),
  unloadLPerMin: maybe(number(10, 2_000, "litres a minute")),
};

function planted<const Kind extends string, Fields extends TProperties>(kind: Kind, fields: Fields) {
  const when = { id: maybe(text("a name for it")), at: maybe(duration) };
  return Type.Object({ kind: Type.Literal(kind), ...when, ...fields }, closed);
}

/** One schema for each kind, by `kind`. */
export const plantSchemas = {
  "bypass-tax-port": planted("bypass-tax-port", {
    nozzle,
    count: maybe(whole(1, 10_000, "sales")),
    share: maybe(share),
    ...span,
    ...careful,
  }),
  "short-measure": planted("short-measure", {
    nozzle: maybe(nozzle),
    percent,
    beyondL: maybe(number(0, 1_000, "litres that are measured honestly")),
    ...span,
    ...careful,
  }),
  "altered-records": planted("altered-records", {
    nozzle: maybe(nozzle),
    percent,
    shortPercent: maybe(percent),
    ...span,
    ...careful,
  }),
  "replayed-records": planted("replayed-records", {
    nozzle,
    sales: maybe(whole(1, 100, "sales in the loop")),
    ...span,
  }),
  "price-under-board": planted("price-under-board", {
    nozzle: maybe(nozzle),
    byFen: whole(1, 99_999, "fen a litre"),
    ...span,
  }),
  "board-under-area": planted("board-under-area", { percent, for: maybe(duration) }),
  "amount-mismatch": planted("amount-mismatch", { nozzle, percent: number(-100, 100, "per cent"), ...span }),
  "sales-invented": planted("sales-invented", {
    nozzle,
    volumeL: number(1, 9_000, "litres that each invented sale claims"),
    share: maybe(share),
    ...span,
    ...careful,
  }),
  "total-rollback": planted("total-rollback", { nozzle, volumeCl: whole(1, 999_999_999_999, "0.01 L") }),
  "total-reset": planted("total-reset", { nozzle }),
  "board-swap": planted("board-swap", { device: local("the tax port"), factorySerial: serial, for: maybe(duration) }),
  "tax-state-lost": planted("tax-state-lost", { device: local("the tax port"), for: maybe(duration) }),
  "clock-turned": planted("clock-turned", {
    device: local("a tax port, or `gateway`"),
    by: duration,
    for: maybe(duration),
  }),
  "seal-cut": planted("seal-cut", { seal }),
  "seal-open": planted("seal-open", { seal, for: maybe(duration) }),
  "seal-silent": planted("seal-silent", { seal, for: maybe(duration) }),
  "seal-swapped": planted("seal-swapped", {
    seal,
    serial: Type.String({ pattern: "^[A-Za-z0-9-]{1,8}$", description: "1 to 8 letters or digits" }),
  }),
  "seal-hub-off": planted("seal-hub-off", { for: duration, cut: maybe(seal) }),
  "cable-pulled": planted("cable-pulled", { line: local("the line"), for: duration, hours: maybe(hours) }),
  "gateway-unplugged": planted("gateway-unplugged", { for: duration, hours: maybe(hours) }),
  "cabinet-opened": planted("cabinet-opened", { for: duration }),
  "program-changed": planted("program-changed", {}),
  "journal-damaged": planted("journal-damaged", {}),
  "delivery-without-notice": planted("delivery-without-notice", { tank, ...load }),
  "delivery-short": planted("delivery-short", { tank, ...load, percent }),
  "short-supply": planted("short-supply", { tank, percent, for: maybe(duration) }),
  "unannounced-supply": planted("unannounced-supply", { tank, for: maybe(duration) }),
  "wrong-product": planted("wrong-product", { tank, grade: text("what it truly is, such as 92#"), ...load }),
  "tanker-sale": planted("tanker-sale", { tank, ...load, soldL: number(1, 60_000, "litres sold from the tanker") }),
  "hidden-tank": planted("hidden-tank", { nozzle, share: maybe(share), ...span }),
  leak: planted("leak", { tank, lPerHour: number(0.01, 1_000, "litres an hour"), for: maybe(duration) }),
  theft: planted("theft", { tank, volumeL: number(1, 60_000, "litres"), for: maybe(duration) }),
  "water-ingress": planted("water-ingress", {
    tank,
    lPerHour: number(0.01, 1_000, "litres an hour"),
    for: maybe(duration),
  }),
  "probe-stuck": planted("probe-stuck", { tank, for: maybe(duration), hours: maybe(hours) }),
  "gauge-invented": planted("gauge-invented", { tank, for: maybe(duration) }),
  "probe-out": planted("probe-out", { tank, for: maybe(duration), hours: maybe(hours) }),
  "chart-altered": planted("chart-altered", { tank, percent: number(-50, 50, "per cent"), for: maybe(duration) }),
  delivery: planted("delivery", { tank, ...load, notice: maybe(yesNo) }),
  inspection: planted("inspection", { for: duration }),
  "station-closed": planted("station-closed", { for: duration }),
  repair: planted("repair", { device: local("the tax port"), factorySerial: serial, for: duration }),
  recalibration: planted("recalibration", {
    nozzle,
    bias: number(-0.003, 0.003, "the error afterwards"),
    for: duration,
  }),
  "test-fuel": planted("test-fuel", { nozzle, cans: whole(1, 20, "cans of 20 L"), returned: maybe(yesNo) }),
  "price-change": planted("price-change", {
    grade: maybe(text("one grade, or all")),
    byFen: whole(-999, 999, "fen a litre"),
  }),
  "power-cut": planted("power-cut", { for: duration }),
  generator: planted("generator", { tank, lPerHour: number(0.1, 200, "litres an hour"), for: duration }),
  "tank-cleaning": planted("tank-cleaning", { tank, for: duration }),
  "cold-snap": planted("cold-snap", { byC: number(-30, 30, "°C"), for: duration }),
};

/** Kinds in which nobody cheats and nothing is wrong that a rule should find. */
export const honestKinds: ReadonlySet<PlantKind> = new Set<PlantKind>([
  "delivery",
  "inspection",
  "station-closed",
  "repair",
  "recalibration",
  "test-fuel",
  "price-change",
  "power-cut",
  "generator",
  "tank-cleaning",
  "cold-snap",
]);

export type PlantKind = keyof typeof plantSchemas;
export type PlantFile = { [Kind in PlantKind]: Static<(typeof plantSchemas)[Kind]> }[PlantKind];
