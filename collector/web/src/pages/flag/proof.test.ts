/** How a record is read and its hash worked out again. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { verifyHash } from "./hash.ts";
import { groupHex, readLine, subjectOf } from "./journal-line.ts";

const line = '{"kind":"sale","nozzle":"N03","站":"勐养"}';
const genesis = Buffer.alloc(32);
const previousHash = genesis.toString("hex");
const hash = createHash("sha256").update(genesis).update(line, "utf8").digest("hex");

it("the browser comes to the hash that the gateway's chain has", async () => {
  expect(await verifyHash({ line, hash, previousHash })).toBe("right");
});

it("a changed line, a changed chain or a damaged hash does not pass", async () => {
  expect(await verifyHash({ line: line.replace("N03", "N04"), hash, previousHash })).toBe("wrong");
  expect(await verifyHash({ line, hash, previousHash: hash })).toBe("wrong");
  expect(await verifyHash({ line, hash, previousHash: "zz" })).toBe("wrong");
});

it("a line is read into fields, and names what it is about", () => {
  expect(subjectOf(readLine(line) ?? {})).toBe("N03");
  expect(readLine("not a record")).toBeUndefined();
  expect(readLine("[1]")).toBeUndefined();
});

it("a frame is shown byte by byte", () => {
  expect(groupHex("AA550C")).toBe("AA 55 0C");
});
