/** What a search of a box's lines found: which adapter or address, how it is set, and what answers there. */
import { type Static, Type } from "typebox";
import { LocalNameSchema } from "../ids.ts";

const closed = { additionalProperties: false } as const;
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Text = Type.String({ maxLength: 300 });
const Choice = <const Values extends readonly (string | number)[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.Enum([...values]));

export const LineSettingsSchema = Type.Object(
  {
    baudRate: Type.Integer({ minimum: 300, maximum: 921_600 }),
    dataBits: Choice([7, 8]),
    parity: Choice(["none", "even", "odd"]),
    stopBits: Choice([1, 2]),
  },
  closed,
);
export type LineSettings = Static<typeof LineSettingsSchema>;

/** One nozzle, tank or seal of a device, by the device's own number. */
export const FoundItemSchema = Type.Object(
  {
    item: Type.String({
      pattern: "^[a-z][a-z0-9-]{0,31}/[0-9]{1,6}$",
      description: "device and number, such as tax-1/0",
    }),
    kind: Choice(["nozzle", "tank", "seal"]),
    number: Type.Integer({ minimum: 0, maximum: 999_999, description: "0-based on a tax port, else from 1" }),
    serial: Nullable(Text),
    volumeCl: Nullable(Type.Integer({ description: "a nozzle's grand total, a tank's volume" })),
    amountFen: Nullable(Type.Integer()),
    levelUm: Nullable(Type.Integer()),
    state: Nullable(Text),
  },
  closed,
);
export type FoundItem = Static<typeof FoundItemSchema>;

export const FoundDeviceSchema = Type.Object(
  {
    device: LocalNameSchema,
    driver: Choice(["tax-port", "modbus", "gauge-console"]),
    title: Text,
    /** a tax port's factory serial; null for others, or when it did not say */
    factorySerial: Nullable(Text),
    taxpayerId: Nullable(Text),
    dialect: Nullable(Text),
    /** a Modbus unit */
    unit: Nullable(Type.Integer({ minimum: 1, maximum: 247 })),
    /** the profile that fits best; null when none does */
    profile: Nullable(Text),
    /** the profiles that fit, best first */
    candidates: Type.Array(Text, { maxItems: 64 }),
    items: Type.Array(FoundItemSchema, { maxItems: 250 }),
    /** what looks wrong, in words; empty when nothing does */
    doubts: Type.Array(Text, { maxItems: 20 }),
  },
  closed,
);
export type FoundDevice = Static<typeof FoundDeviceSchema>;

export const FoundLineSchema = Type.Object(
  {
    line: LocalNameSchema,
    serial: Nullable(Text),
    tcp: Nullable(Text),
    framing: Nullable(Choice(["rtu", "tcp"])),
    settings: Nullable(LineSettingsSchema),
    devices: Type.Array(FoundDeviceSchema, { maxItems: 32 }),
    /** why nothing could be asked; null when the line could be opened */
    trouble: Nullable(Text),
  },
  closed,
);
export type FoundLine = Static<typeof FoundLineSchema>;
