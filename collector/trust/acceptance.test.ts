/** A report is taken when its gateway signed it and what it claims is what the collector holds. */
import { encodeReport } from "@forecourt/protocol/acceptance/message.ts";
import type { AcceptanceReport } from "@forecourt/protocol/acceptance/schema.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { testReport } from "@forecourt/protocol/testing/acceptance.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Registry } from "../registry/registry.ts";
import type { RuleInput } from "../rules/rule.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { sale } from "../testing/records.ts";
import { testRegistry, testStation } from "../testing/stations.ts";
import { AcceptanceDesk } from "./acceptance.ts";

const NOW = Date.parse("2026-03-01T04:00:00Z");
const collector = ed25519Signer(generateKeyPem());

let store: Store;
let registry: Registry;
let source: FakeGateway;
let desk: AcceptanceDesk;
let inputs: RuleInput[];

beforeEach(async () => {
  store = await openSqliteStore(":memory:");
  source = new FakeGateway("gw-532801-0001", "532801-0001");
  registry = testRegistry(testStation([{ id: source.id, publicKey: source.signer.publicKey }], source.station));
  inputs = [];
  let ids = 0;
  desk = new AcceptanceDesk({
    ...{ store: store.trust, registry, collector: ed25519Verifier(collector.publicKey), now: () => NOW },
    newId: () => `id-${++ids}`,
    onInput: (_station, _id, input) => inputs.push(input),
  });
  await storeSales();
});
afterEach(() => store.close());

/** A sale of each nozzle, as the self-test leaves them. */
async function storeSales(): Promise<void> {
  const records = (["N01", "N02"] as const).map((nozzle) => source.add(sale({ nozzle }), NOW));
  const lines = source.lines.map((line, index) => ({ seq: index + 1, line, hash: source.hashes[index + 1]! }));
  await store.ingest.commit([
    {
      ...{ gateway: source.id, station: source.station, receivedMs: NOW, lines },
      envelope: await source.batch(),
      records: records.map((record) => ({ record, atMs: NOW })),
    },
  ]);
}

function salesHeld() {
  return source.lines.map((line, index) => {
    const { volumeCl, amountFen } = JSON.parse(line) as { volumeCl: number; amountFen: number };
    return { seq: index + 1, hash: source.hashes[index + 1]!.toString("hex"), volumeCl, amountFen };
  });
}

function report(changes: Partial<Parameters<typeof testReport>[0]> = {}): Promise<AcceptanceReport> {
  const { signer, id: gateway, station } = source;
  return testReport({ gateway, station, signer, collector, sales: salesHeld(), atMs: NOW, ...changes });
}

async function envelopeOf(one: AcceptanceReport, signer = source.signer): Promise<Buffer> {
  const encoded = await encodeReport(one, signer);
  if (!encoded.ok) throw new Error(encoded.error.message);
  return encoded.value;
}

async function refusal(envelope: Buffer): Promise<string | undefined> {
  const filed = await desk.file(envelope);
  return filed.ok ? undefined : filed.error.code;
}

test("a report turns its station live, and approves what the gateway ran", async () => {
  await desk.prepare(source.station, "an official");
  expect(await desk.life(source.station)).toMatchObject({ life: "prepared", by: "an official" });
  const one = await report();
  const filed = await desk.file(await envelopeOf(one));
  expect(filed).toMatchObject({ ok: true, value: { life: "live", again: false } });
  expect(await desk.life(source.station)).toMatchObject({ life: "live", by: "岩温", report: one.id });
  expect(await store.trust.approvals(source.id)).toMatchObject([
    { configSha256: one.gateway.configSha256, version: one.gateway.version, by: "岩温" },
  ]);
  expect(inputs.map((input) => input.kind === "trust" && input.event.event)).toEqual(["life", "approval", "life"]);
});

test("the same report again changes nothing; another one with its id is refused", async () => {
  const first = await envelopeOf(await report());
  expect(await refusal(first)).toBeUndefined();
  const before = inputs.length;
  expect(await desk.file(first)).toMatchObject({ ok: true, value: { again: true } });
  expect(inputs).toHaveLength(before);
  expect(await refusal(await envelopeOf({ ...(await report()), remarks: "another story" }))).toBe("known");
});

test("it is kept as it was received", async () => {
  const envelope = await envelopeOf(await report());
  await desk.file(envelope);
  const [row] = await desk.reports({ station: source.station }, "all", 10);
  expect(row?.envelope.equals(envelope)).toBe(true);
  expect(await desk.reports({}, new Set(["532802"]), 10)).toEqual([]);
  expect(await desk.reports({ gateway: "gw-other" }, "all", 10)).toEqual([]);
});

test("what is open and where report and registry differ is kept beside it", async () => {
  const [first] = salesHeld();
  const one = await report({ sales: [first!, null] });
  await desk.file(await envelopeOf(one));
  const [row] = await desk.reports({}, new Set(["532801"]), 10);
  expect(row?.remarks).toEqual([
    "N02: self-test not-tried: out of order",
    "N02: grade 92# in the report, 95# in the registry",
    "N02: tank T1 in the report, T2 in the registry",
    "T2: not in the report",
    "S02: not in the report",
  ]);
});

describe("refused is", () => {
  test("what is no report, and one that was changed on its way", async () => {
    expect(await refusal(Buffer.from("nonsense"))).toBe("form");
    const envelope = await envelopeOf(await report());
    envelope[envelope.length - 1]! ^= 1;
    expect(await refusal(envelope)).toBe("report");
  });

  test("a report signed by another key than the registered one", async () => {
    const thief = ed25519Signer(generateKeyPem());
    expect(await refusal(await envelopeOf(await report({ signer: thief }), thief))).toBe("signature");
  });

  test("a report of a gateway that is not registered, revoked, or of another station", async () => {
    const envelope = await envelopeOf(await report());
    const elsewhere = await report({ station: "532801-0002" as AcceptanceReport["station"]["id"] });
    expect(await refusal(await envelopeOf(elsewhere))).toBe("gateway");
    registry.removeGateway(source.id);
    expect(await refusal(envelope)).toBe("gateway");
  });

  test("a receipt that this collector never gave", async () => {
    expect(await refusal(await envelopeOf(await report({ collector: undefined as never })))).toBe("receipt");
  });

  test.each([
    ["the sale of another nozzle", (sales: ReturnType<typeof salesHeld>) => sales.reverse()],
    ["a sale of other litres", (sales: ReturnType<typeof salesHeld>) => [{ ...sales[0]!, volumeCl: 1 }, sales[1]!]],
    [
      "a record with another hash",
      (sales: ReturnType<typeof salesHeld>) => [{ ...sales[0]!, hash: "0".repeat(64) }, sales[1]!],
    ],
    ["a record that is not there", (sales: ReturnType<typeof salesHeld>) => [{ ...sales[0]!, seq: 99 }, sales[1]!]],
  ])("%s as a self-test", async (_what, change) => {
    expect(await refusal(await envelopeOf(await report({ sales: change(salesHeld()) })))).toBe("sale");
  });
});

describe("a station", () => {
  test("that nobody prepared is in use; one that is unknown has no life", async () => {
    expect(await desk.life(source.station)).toMatchObject({ life: "live", report: null });
    expect(await desk.life("000000-0000")).toBeUndefined();
  });

  test("is not prepared by a later code once it is live, but by an official it is", async () => {
    await desk.file(await envelopeOf(await report()));
    await desk.prepare(source.station, "a code");
    expect(await desk.life(source.station)).toMatchObject({ life: "live" });
    expect(await desk.setLife(source.station, "prepared", "an official")).toMatchObject({ ok: true });
    expect(await desk.setLife(source.station, "prepared", "an official")).toMatchObject({ ok: false });
    expect(await desk.life(source.station)).toMatchObject({ life: "prepared", by: "an official" });
  });
});
