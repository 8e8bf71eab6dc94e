/** Prints the catalogue of records as Markdown: `node scripts/record-catalogue.ts > docs/records.md`. */
import { type RecordKind, recordSchemas } from "../protocol/records/schema.ts";
import { commonMeanings, kindMeanings, kindNamesZh, kindOccasions } from "./record-meanings.ts";

/** As much of a JSON Schema as the records use. */
interface Schema {
  type?: string;
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  description?: string;
  minItems?: number;
  maxItems?: number;
}

interface Field {
  name: string;
  schema: Schema;
}

const HEADER = ["seq", "gateway", "at", "boot", "monoMs", "clock"];
const UNITS: readonly (readonly [suffix: RegExp, unit: string])[] = [
  [/unitPriceFen$/, "0.01 CNY/L"],
  [/Cl$/, "0.01 L"],
  [/Fen$/, "0.01 CNY"],
  [/Um$/, "0.001 mm"],
  [/Mc$/, "0.001 °C"],
  [/Ms$/, "ms"],
  [/Percent$/, "%"],
  [/Kb$/, "KiB"],
];

const INTRODUCTION = `# Records 记录目录

One line of a gateway's journal is one record: a JSON object in canonical form ([formats.md](formats.md)). Every field
below is present in every record of its kind; none may be added. A quantity is an integer whose name ends in its unit.
A value that could not be had is \`null\` and never zero.

网关日志的每一行是一条记录。数量一律为整数，单位写在字段名末尾；取不到的值写作 \`null\`，绝不写零。

This page is made by \`node scripts/record-catalogue.ts > docs/records.md\` from the schemas that both sides validate
with. Do not edit it by hand.
`;

/**
 * The catalogue as Markdown.
 * @throws Error when a field has no meaning in words, or words are left over for which there is no field
 */
export function recordCatalogue(): string {
  const kinds = Object.keys(recordSchemas) as RecordKind[];
  const used = new Set<string>();
  const common = fieldsOf(recordSchemas.sale as Schema).filter(({ name }) => HEADER.includes(name));
  const parts = [
    INTRODUCTION,
    `## Fields of every record 公共字段\n\n${table(common, "sale", used)}`,
    ...kinds.map((kind) => {
      const schema = recordSchemas[kind] as Schema;
      const own = fieldsOf(schema).filter(({ name }) => !HEADER.includes(name) && name !== "kind");
      const head = `## \`${kind}\` ${kindNamesZh[kind]}\n\n${schema.description ?? ""} ${kindOccasions[kind]}`;
      return `${head}\n\n${table(own, kind, used)}`;
    }),
  ];
  used.add("kind");
  refuseLeftOver(kinds, used);
  return `${parts.join("\n")}`;
}

function table(fields: readonly Field[], kind: RecordKind, used: Set<string>): string {
  const rows = fields.map(({ name, schema }) => {
    const meaning = meaningOf(kind, name, used);
    return `| \`${name}\` | ${typeOf(schema)} | ${unitOf(name)} | ${meaning} |`;
  });
  return ["| field | holds | unit | meaning |", "|---|---|---|---|", ...rows, ""].join("\n");
}

/** Every field, inner ones after the field that holds them. */
function fieldsOf(schema: Schema, before = ""): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = `${before}${key}`;
    const inner = [field, ...(field.anyOf ?? []), ...(field.items ? [field.items] : [])].filter(
      (one) => one.properties !== undefined,
    );
    return [{ name, schema: field }, ...inner.flatMap((one) => fieldsOf(one, `${name}.`))];
  });
}

function typeOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" or ").replaceAll("` or `", "`, `");
  if ("const" in schema) return `\`${String(schema.const)}\``;
  if (schema.type === "array") {
    const count =
      schema.minItems === undefined ? `up to ${schema.maxItems}` : `${schema.minItems} to ${schema.maxItems}`;
    return `list of ${count} ${typeOf(schema.items ?? {})}s`;
  }
  return schema.type ?? "anything";
}

function unitOf(name: string): string {
  return UNITS.find(([suffix]) => suffix.test(name))?.[1] ?? "";
}

function meaningOf(kind: RecordKind, name: string, used: Set<string>): string {
  const own = kindMeanings[kind][name];
  const meaning = own ?? commonMeanings[name];
  if (meaning === undefined) throw new Error(`${kind}.${name} has no meaning in scripts/record-meanings.ts`);
  used.add(own === undefined ? name : `${kind}/${name}`);
  return meaning;
}

function refuseLeftOver(kinds: readonly RecordKind[], used: ReadonlySet<string>): void {
  const written = [
    ...Object.keys(commonMeanings),
    ...kinds.flatMap((kind) => Object.keys(kindMeanings[kind]).map((name) => `${kind}/${name}`)),
  ];
  const left = written.filter((name) => !used.has(name));
  if (left.length > 0) throw new Error(`no record has these fields of scripts/record-meanings.ts: ${left.join(", ")}`);
}

if (import.meta.main) process.stdout.write(recordCatalogue());
