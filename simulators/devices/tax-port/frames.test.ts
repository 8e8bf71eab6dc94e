import { readFileSync } from "node:fs";
import { fromHex, toHex } from "@forecourt/protocol/hex.ts";
import { encodeRequest } from "@forecourt/protocol/tax-port/requests.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as frames from "./frames.ts";
import { RequestScanner } from "./requests.ts";

interface Vector {
  name: string;
  hex: string;
  direction: "request" | "response";
  [field: string]: unknown;
}
const file = new URL("../../../protocol/tax-port/vectors.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] };
const vector = (start: string) => vectors.find(({ name }) => name.startsWith(start))!;
const spaced = (bytes: Uint8Array) => toHex(bytes).toUpperCase();
const hexOf = ({ hex }: Vector) => hex.replaceAll(" ", "");

const hundredths = (text: unknown) => Math.round(Number(text) * 100);
const figures = ({ volumeL, amountCNY }: Vector) => ({
  volumeCl: hundredths(volumeL),
  amountFen: hundredths(amountCNY),
});

describe("the board's frames are those of the shared vectors", () => {
  test.each([
    ["28-byte", "response: last fuelling, 28-byte"],
    ["30-byte", "response: last fuelling, 30-byte"],
    ["large-flow", "response: last fuelling, large-flow"],
  ] as const)("last fuelling of a %s board", (make, name) => {
    const sold = vector(name);
    const at = [sold.dayOfMonth, sold.hour, sold.minute] as [number, number, number];
    const unitPriceFen = hundredths(sold.unitPriceCNYPerL);
    const made = frames.fuelling(frames.MAKES[make], { ...figures(sold), status: 1, at, unitPriceFen });
    expect(made.map(spaced)).toEqual([hexOf(sold)]);
  });

  test("grand total, day total, month total", () => {
    const [grand, day, month] = ["grand total", "day total", "month total"].map((name) => vector(`response: ${name}`));
    expect(frames.grandTotal(figures(grand!)).map(spaced)).toEqual([hexOf(grand!)]);
    const unitPriceFen = hundredths(day!.unitPriceCNYPerL);
    const ofDay = { ...figures(day!), status: 1, date: String(day!.date), unitPriceFen };
    expect(frames.dayTotal(ofDay, "zero").map(spaced)).toEqual([hexOf(day!)]);
    const ofMonth = { ...figures(month!), status: 1, month: String(month!.month) };
    expect(frames.monthTotal(ofMonth, "zero").map(spaced)).toEqual([hexOf(month!)]);
  });

  test.each([
    ["without spare bytes", "two frames (letter", 0],
    ["with two spare bytes", "two frames, two spare bytes", 2],
  ])("information in two frames %s", (_, name, spareBytes) => {
    const told = vectors.find((candidate) => candidate.name.includes(name))!;
    const made = frames.information({
      serial: String(told.factorySerial),
      gunCode: String(told.gunCode),
      taxpayerId: String(told.taxpayerId),
      oilCode: String(told.oilCode),
      time: String(told.time),
      spareBytes,
    });
    expect(made.map(spaced).join("")).toBe(hexOf(told));
  });

  test("information of a board that was never initialised", () => {
    const told = vector("response: device information, not initialised");
    expect(frames.plainInformation(String(told.factorySerial)).map(spaced)).toEqual([hexOf(told)]);
  });
});

test("the board understands every request of the shared vectors", () => {
  const requests = vectors.filter(({ direction }) => direction === "request");
  expect(requests.length).toBeGreaterThan(5);
  for (const { hex, nozzle, date, month, mode } of requests) {
    const [found] = new RequestScanner().push(fromHex(hex) as Uint8Array);
    const said = Object.entries({ nozzleIndex: nozzle, date, month, mode }).filter(([, value]) => value !== undefined);
    expect(found?.request).toMatchObject(Object.fromEntries(said));
  }
});

test("the board takes a month padded with a space, as readers in the field send it", () => {
  const padded = Uint8Array.of(0xbb, 0x0b, 0xff, 0x88, 0, ...Buffer.from("2025 7"), 1, 0);
  padded[12] = padded.subarray(2, 12).reduce((check, byte) => check ^ byte, 0);
  const [found] = new RequestScanner().push(padded);
  expect(found?.request).toMatchObject({ command: "month", month: "2025-07" });
});

test("requests are found whatever stands before them and however they are torn", () => {
  const request = encodeRequest({ command: "grand-total", nozzleIndex: 3, mode: 0, returnMethod: 1 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.integer({ min: 1, max: 7 }), (noise, cut) => {
      const scanner = new RequestScanner();
      const found = [
        ...scanner.push(noise),
        ...scanner.push(request.subarray(0, cut)),
        ...scanner.push(request.subarray(cut)),
        ...scanner.giveUp(),
      ];
      expect(found.filter((one) => one.request?.nozzleIndex === 3)).toHaveLength(1);
    }),
  );
});
