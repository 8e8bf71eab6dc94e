/** Every shared vector, read and, where it is valid, written back to the same bytes. */
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../hex.ts";
import { decodeAnswer, encodeAnswer, type TaxPortAnswer } from "./answers.ts";
import { profiles } from "./dialects.ts";
import type { TaxPortError } from "./errors.ts";
import type { Frame } from "./frame.ts";
import { decodeFrame } from "./frame.ts";
import type { TaxPortProfile } from "./profile.ts";
import { decodeRequest, encodeRequest } from "./requests.ts";
import { FrameStream } from "./stream.ts";
import file from "./vectors.json" with { type: "json" };

type Vector = (typeof file.vectors)[number] & Record<string, unknown>;
const vectors: Vector[] = file.vectors;

const commandNames: Record<string, string> = {
  "0x83": "information",
  "0x86": "last-fuelling",
  "0x87": "day-total",
  "0x88": "month-total",
  "0x89": "grand-total",
};

function hundredths(text: unknown): number {
  return Number(String(text).replace(".", ""));
}

function profileOf(vector: Vector): TaxPortProfile {
  if (vector.name.includes("large-flow")) return profiles["large-flow"];
  return vector.name.includes("letter serial") ? profiles["30-byte"] : profiles["28-byte"];
}

function framesOf(vector: Vector): Frame[] {
  const stream = new FrameStream();
  const items = [...stream.push(fromHex(vector.hex)), ...stream.flush()];
  return items.map((item) => {
    if (item.kind === "noise") throw new Error(`noise in vector "${vector.name}": ${toHex(item.bytes)}`);
    return item.frame;
  });
}

function errorOf(vector: Vector): TaxPortError {
  const frame = decodeFrame(fromHex(vector.hex));
  if (!frame.ok) return frame.error;
  const answer = decodeAnswer([frame.value], profileOf(vector));
  if (answer.ok) throw new Error("decoded");
  return answer.error;
}

/** The vector's fields under the names of our types. */
function expectedFields(vector: Vector): Record<string, unknown> {
  const names: Record<string, [string, (value: unknown) => unknown]> = {
    nozzle: ["nozzleIndex", Number],
    volumeL: ["volumeCl", hundredths],
    amountCNY: ["amountFen", hundredths],
    unitPriceCNYPerL: ["unitPriceFen", hundredths],
    time: ["deviceTime", String],
  };
  const expected: Record<string, unknown> = { command: commandNames[String(vector.command)] };
  for (const [key, value] of Object.entries(vector)) {
    if (["name", "hex", "direction", "command", "widths"].includes(key)) continue;
    if (expected.command === "information" && key === "status") {
      expected.initialised = value === 1;
      continue;
    }
    const [name, convert] = names[key] ?? [key, (same: unknown) => same];
    expected[name] = convert(value);
  }
  return expected;
}

const requests = vectors.filter((vector) => vector.direction === "request");
const answers = vectors.filter((vector) => vector.direction === "response" && !vector.error);
const corrupt = vectors.filter((vector) => vector.error);

test("the vector file holds requests, answers and corrupt frames", () => {
  expect([requests.length, answers.length, corrupt.length]).toEqual([7, 10, 2]);
});

describe("requests", () => {
  test.each(requests)("$name", (vector) => {
    const request = decodeRequest(framesOf(vector)[0]!);
    if (!request.ok) throw new Error(request.error.message);
    expect(request.value).toEqual(expectedFields(vector));
    expect(toHex(encodeRequest(request.value))).toBe(vector.hex.replaceAll(" ", ""));
  });
});

describe("answers", () => {
  test.each(answers)("$name", (vector) => {
    const answer = decodeAnswer(framesOf(vector), profileOf(vector));
    if (!answer.ok) throw new Error(answer.error.message);
    expect(answer.value).toMatchObject(expectedFields(vector));
    const encoded = encodeAnswer(answer.value satisfies TaxPortAnswer, profileOf(vector));
    expect(encoded.map(toHex).join("")).toBe(vector.hex.replaceAll(" ", ""));
  });
});

describe("corrupt frames give the stated error", () => {
  test.each(corrupt)("$name", (vector) => {
    expect(errorOf(vector).message).toContain(String(vector.error));
  });
});
