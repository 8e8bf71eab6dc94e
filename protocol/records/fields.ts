/** What the fields of records are made of: integers with their range, texts with their length. */
import { Type } from "typebox";
import { TIME_PATTERN } from "../time.ts";

export const closed = { additionalProperties: false } as const;
export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
export const literals = <const Names extends readonly string[]>(names: Names) =>
  Type.Unsafe<Names[number]>(Type.Union(names.map((name) => Type.Literal(name))));

/** Twelve decimal digits, the widest accumulator of the tax port (tax-port.md 1.5). */
export const Accumulator = Type.Integer({ minimum: 0, maximum: 999_999_999_999 });
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const Signed = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
export const PriceFen = Type.Integer({ minimum: 0, maximum: 999_999 });
export const Reason = Type.String({ maxLength: 200 });
export const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
export const Percent = Type.Integer({ minimum: 0, maximum: 100 });
export const DeviceText = Type.String({ maxLength: 80 });
export const LocalPart = Type.String({ maxLength: 40, description: "what it is a part for, such as T1" });
export const Time = Type.String({ pattern: TIME_PATTERN });
export const RawFrame = Type.String({
  pattern: "^([0-9A-F]{2})+$",
  maxLength: 2048,
  description: "bytes as they came, hex",
});
