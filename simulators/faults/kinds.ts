/** What can go wrong with a line, a device or a probe, as data: one schema a kind, for scenario files and the control API. */
import { LOCAL_NAME_PATTERN, TANK_PATTERN } from "@forecourt/protocol/ids.ts";
import { type Static, Type } from "typebox";
import { DURATION_PATTERN } from "../time.ts";

const closed = { additionalProperties: false };
const duration = Type.String({ pattern: DURATION_PATTERN, description: "a simulated duration such as 90s, 10m, 2h" });
const when = { at: Type.Optional(duration), for: Type.Optional(duration) };
const line = Type.String({ pattern: LOCAL_NAME_PATTERN, description: "a line, such as tax-1" });
const device = Type.String({ pattern: LOCAL_NAME_PATTERN, description: "a device, such as tax-1" });
const tank = Type.String({ pattern: TANK_PATTERN, description: "a tank such as T2" });
const share = Type.Number({ minimum: 0, maximum: 1, description: "a share from 0 to 1" });
const milliseconds = Type.Integer({ minimum: 1, maximum: 60_000, description: "milliseconds, from 1 to 60000" });

const onLine = <const Kind extends string, More extends object>(kind: Kind, more: More) =>
  Type.Object({ kind: Type.Literal(kind), line, ...more, ...when }, closed);
const onDevice = <const Kind extends string, More extends object>(kind: Kind, more: More) =>
  Type.Object({ kind: Type.Literal(kind), device, ...more, ...when }, closed);
const onTank = <const Kind extends string>(kind: Kind) =>
  Type.Object({ kind: Type.Literal(kind), tank, ...when }, closed);

/** One schema for each kind of fault, by `kind`. */
export const faultSchemas = {
  /** A share of the frames of a line gets a byte flipped, dropped or inserted. */
  noise: onLine("noise", { share }),
  /** A share of the answers never arrives. */
  drop: onLine("drop", { share }),
  /** The line gives back what the master sends, and then the answer: a two-wire adapter that hears itself. */
  echo: onLine("echo", {}),
  /** Only the master's own bytes come back: a loop-back plug, or a cut cable that couples. */
  reflect: onLine("reflect", {}),
  /** Each answer arrives in two pieces with a pause between them. */
  split: onLine("split", { gapMs: milliseconds }),
  /** All frames of an answer arrive in one piece, as a USB adapter's buffer hands them over. */
  merge: onLine("merge", {}),
  /** The adapter is out; when it comes back, the operating system has given it another name. */
  unplugged: onLine("unplugged", {}),
  /** An answer begins this much later than usual. */
  slow: onDevice("slow", { delayMs: milliseconds }),
  /** The device does not answer. */
  silent: onDevice("silent", {}),
  /** A tax port keeps silent while one of its nozzles is lifted. */
  "silent-while-fuelling": onDevice("silent-while-fuelling", {}),
  /** A share of a tax port's answers carries the figures of another nozzle. */
  "cross-talk": onDevice("cross-talk", { share }),
  /** A tax port writes months and days below ten with a space before them. */
  "space-padding": onDevice("space-padding", {}),
  /** A tax port appends this many spare bytes to its second information frame. */
  "spare-bytes": onDevice("spare-bytes", {
    bytes: Type.Integer({ minimum: 0, maximum: 8, description: "bytes, from 0 to 8" }),
  }),
  /** A gauge's clock goes wrong by this much. */
  "clock-wrong": onDevice("clock-wrong", {
    byS: Type.Integer({ minimum: -86_400, maximum: 86_400, description: "seconds, negative: slow" }),
  }),
  /** The float hangs: the level stays as it was. */
  "float-stuck": onTank("float-stuck"),
  /** The probe is pulled or its cable cut: the gauge reports it as missing. */
  "probe-pulled": onTank("probe-pulled"),
  /** The gauge sends what is no number for every figure of the tank (minus infinity, or its map's missing code). */
  "not-a-number": onTank("not-a-number"),
  /** The console fills the figures of the tank with question marks (its map's missing code on Modbus). */
  "question-marks": onTank("question-marks"),
};

export type FaultKind = keyof typeof faultSchemas;
/** A fault as it stands in a file or a request. */
export type FaultFile = { [Kind in FaultKind]: Static<(typeof faultSchemas)[Kind]> }[FaultKind];
type Timeless<T> = Omit<T, "at" | "for">;
/** A fault that is in force. */
export type Fault = { [Kind in FaultKind]: Timeless<Extract<FaultFile, { kind: Kind }>> }[FaultKind];

/** What a fault befalls: the name of a line, a device or a tank. */
export function subjectOf(fault: Fault): string {
  if ("line" in fault) return fault.line;
  return "device" in fault ? fault.device : fault.tank;
}
