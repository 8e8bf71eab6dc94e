/** Makes an example of a schema for the API's description, where nobody wrote one by hand. Pure. */
import type { TSchema } from "typebox";

interface Plain {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Plain[];
  allOf?: Plain[];
  properties?: Record<string, Plain>;
  items?: Plain;
  examples?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
}

/** What a text of a form may look like; a form that is missing here fails the test of the description. */
const BY_PATTERN: Readonly<Record<string, string>> = {
  "^[a-z][a-z0-9-]{0,31}$": "tax-1",
  "^([01][0-9]|2[0-3]):[0-5][0-9]$": "08:30",
  "^T[0-9]{1,2}$": "T1",
  "^N[0-9]{2}$": "N01",
  "^S[0-9]{2,3}$": "S01",
  "^[0-9a-f]{64}$": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "^[0-9]{6}-[0-9]{4}$": "532801-0007",
  "^gw-[a-z0-9][a-z0-9-]{0,39}$": "gw-532801-0007-a",
  "^[0-9A-HJ-NPQRTUWXY]{18}$": "91532800MA6K1RXY10",
  "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$": "2028-06-30",
  "^\\+?[0-9][0-9 -]{2,24}$": "0691-2120000",
  "^[A-Za-z0-9+/]+=*$": "MCowBQYDK2VwAyEABGQ6JK25y5syXSHmQzq4W+T0B+XxaI3tdlw70JFZHno=",
};

const TIME = "2026-03-02T12:03:22.000+08:00";

/** What is usually called so. */
const BY_NAME: Readonly<Record<string, string>> = {
  station: "532801-0007",
  gateway: "gw-532801-0007-a",
  nozzle: "N01",
  tank: "T1",
  county: "景洪市",
  unit: "tax-prefecture",
  login: "yu.xiang",
  account: "yu.xiang",
  name: "玉香",
  who: "玉香 (yu.xiang)",
  by: "玉香 (yu.xiang)",
  grade: "92#",
  department: "tax",
  day: "2026-10-01",
  rule: "tax-port.total-decreased",
  address: "景洪市宣慰大道 1 号",
  nameZh: "景洪江滨加油站",
  nameEn: "Jinghong Riverside Station",
  owner: "景洪江滨石油有限公司",
  brand: "民营",
  why: "2026 年普查",
  reason: "现场核实",
  workOrder: "WX-2026-017",
  at: TIME,
  from: TIME,
  until: TIME,
  next: "532801-0007",
};

/** @param name of the property that holds it, which says what it may be */
export function exampleOf(schema: TSchema | Plain, name = ""): unknown {
  const plain = schema as Plain;
  if (plain.examples?.[0] !== undefined) return plain.examples[0];
  if ("const" in plain) return plain.const;
  if (plain.enum !== undefined) return plain.enum[0];
  if (plain.anyOf !== undefined) return exampleOf(plain.anyOf.find(({ type }) => type !== "null") ?? {}, name);
  if (plain.allOf !== undefined) {
    return Object.assign({}, ...plain.allOf.map((one) => exampleOf(one, name) as object)) as object;
  }
  switch (plain.type) {
    case "object":
      return Object.fromEntries(Object.entries(plain.properties ?? {}).map(([key, one]) => [key, exampleOf(one, key)]));
    case "array":
      return plain.items === undefined
        ? []
        : Array(Math.max(plain.minItems ?? 1, 1)).fill(exampleOf(plain.items, name.replace(/s$/, "")));
    case "integer":
    case "number":
      return Math.max(plain.minimum ?? 1, 1);
    case "boolean":
      return true;
    case "string":
      return textOf(plain, name);
    default:
      return {};
  }
}

function textOf({ pattern, format, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Plain, name: string): string {
  if (format === "date-time") return TIME;
  if (pattern !== undefined) return BY_PATTERN[pattern] ?? "";
  const usual = BY_NAME[name] ?? (name.endsWith("At") ? TIME : "…");
  return (usual.length > maxLength ? "…" : usual).padEnd(minLength, "…");
}
