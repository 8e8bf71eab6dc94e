import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { StationIdSchema } from "./ids.ts";
import { formatYamlError, readYaml } from "./yaml-file.ts";

const schema = Type.Object(
  {
    station: StationIdSchema,
    speed: Type.Integer({ minimum: 1, default: 4 }),
    lines: Type.Array(
      Type.Object({ name: Type.String(), parity: Type.Union([Type.Literal("even"), Type.Literal("none")]) }),
    ),
  },
  { additionalProperties: false },
);

function errorsOf(text: string): string[] {
  const read = readYaml(schema, text, "a.yaml");
  return read.ok ? [] : read.error.map(formatYamlError);
}

describe("a YAML file read against a schema", () => {
  it("gives the value with the schema's defaults filled in", () => {
    const read = readYaml(schema, "station: 532801-0001\nlines: [{ name: a, parity: even }]\n", "a.yaml");
    expect(read.ok && read.value.value).toEqual({
      station: "532801-0001",
      speed: 4,
      lines: [{ name: "a", parity: "even" }],
    });
  });

  it("names file, line, column, field and what was expected", () => {
    expect(errorsOf("station: 5328\nlines: []\n")).toEqual([
      "a.yaml:1:1: station: is 5328 but must be string — expected: station id, for example 532801-0007",
    ]);
  });

  it("says that a field is missing at the map in which it is missing", () => {
    expect(errorsOf("station: 532801-0001\nlines:\n  - name: a\n")).toEqual([
      "a.yaml:3:5: lines[0].parity: is missing — add `parity:` here",
    ]);
  });

  it("names the allowed values of a choice", () => {
    expect(errorsOf("station: 532801-0001\nlines:\n  - { name: a, parity: evne }\n")).toEqual([
      'a.yaml:3:16: lines[0].parity: is "evne" — one allowed value is "even" or "none"',
    ]);
  });

  it("points at a field it does not know", () => {
    expect(errorsOf("station: 532801-0001\nlines: []\nsped: 3\n")).toEqual([
      "a.yaml:3:1: sped: is not a known field — correct its spelling or remove it",
    ]);
  });

  it("points at the place where the YAML itself breaks", () => {
    expect(errorsOf("station: 532801-0001\nstation: 532801-0002\nlines: []\n")[0]).toContain(
      "a.yaml:2:1: Map keys must be unique",
    );
  });

  it("fills the defaults of one place into no other, although an alias names both", () => {
    const device = (ms: number) => Type.Object({ port: Type.String(), ms: Type.Integer({ default: ms }) });
    const two = Type.Object({ fast: device(10), slow: device(1_000), all: Type.Array(device(5)) });
    const read = readYaml(two, "fast: &one { port: a }\nslow: *one\nall: [*one, *one]\n", "a.yaml");
    const port = "a";
    expect(read.ok && read.value.value).toEqual({
      fast: { port, ms: 10 },
      slow: { port, ms: 1_000 },
      all: [
        { port, ms: 5 },
        { port, ms: 5 },
      ],
    });
    if (read.ok) expect(read.value.value.all[0]).not.toBe(read.value.value.all[1]);
  });

  it("refuses aliases that have no end, and those that come to more than a file may hold", () => {
    expect(errorsOf("station: &a [*a]\n")[0]).toContain("levels deep");
    const many = `station: &a [${"1,".repeat(30_000)}]\nlines: [${"*a,".repeat(90)}]\n`;
    expect(errorsOf(many)[0]).toContain("values — write the repeated parts out");
  });

  it("does not take an empty file for a configuration", () => {
    expect(errorsOf("")).toContain("a.yaml:1:1: station: is missing — add `station:` here");
  });

  it("explains of several forms only the one that is meant", () => {
    const closed = { additionalProperties: false };
    const forms = Type.Object({
      devices: Type.Array(
        Type.Union([
          Type.Object({ driver: Type.Literal("tax-port"), flow: Type.Integer({ maximum: 10 }) }, closed),
          Type.Object({ driver: Type.Literal("modbus"), profile: Type.String() }, closed),
        ]),
      ),
    });
    const read = readYaml(forms, "devices:\n  - driver: tax-port\n    flow: 11\n", "a.yaml");
    expect(read.ok ? [] : read.error.map(formatYamlError)).toEqual([
      "a.yaml:3:5: devices[0].flow: is 11 but must be <= 10 — correct the value",
    ]);
  });
});
