/** What a box does by itself: again after every interruption, only once where once is enough, and patiently. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openReport } from "@forecourt/protocol/acceptance/message.ts";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import type { Commission } from "@forecourt/protocol/commission/state.ts";
import { makeCode } from "@forecourt/protocol/enrolment/code.ts";
import type { Enrolment } from "@forecourt/protocol/enrolment/messages.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { keepEnrolment, readEnrolment } from "../enrolment/files.ts";
import { type ErrandOptions, Errands } from "./errands.ts";
import { allPlaced, foundLines, reportAnswers, site } from "./found.test-support.ts";
import { keepCommission, readCommission } from "./store.ts";
import * as go from "./transitions.ts";

const AT = "2026-11-25T09:00:00.000+08:00";
const STATION = "532801-0001" as StationId;
const GATEWAY = "gw-532801-0001-a" as GatewayId;
const signer = ed25519Signer(generateKeyPem());
const code = makeCode(new Uint8Array(9).fill(5));

let folder: string;
let collector: Server;
let url: string;
let answer: (path: string, body: Buffer) => { status: number; body: unknown };
let asked: { path: string; body: Buffer }[];
let now: number;
let state: Commission;
let isRunning: boolean;
let starts: number;
let ids: number;
let enrolment: Enrolment;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-errands-"));
  asked = [];
  [now, starts, ids, isRunning] = [0, 0, 0, false];
  answer = () => ({ status: 503, body: { detail: "not now", cure: "wait" } });
  collector = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push({ path: request.url ?? "", body: Buffer.concat(chunks) });
      const said = answer(request.url ?? "", Buffer.concat(chunks));
      reply.writeHead(said.status, { "content-type": "application/json" }).end(JSON.stringify(said.body));
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const authority = await testAuthority();
  const { cert } = await authority.client({ commonName: GATEWAY });
  enrolment = {
    ...{ gateway: GATEWAY, station: STATION, certificate: cert, authorities: [authority.cert] },
    ...{ collectorPublicKey: signer.publicKey, brokers: [], predecessor: null, renewAfter: AT },
  };
  state = [
    (one: Commission) => go.searched(one, foundLines, AT),
    (one: Commission) => go.linesAccepted(one, true),
    (one: Commission) => go.placed(one, allPlaced, true, AT),
    (one: Commission) => go.siteTold(one, site, { at: AT, clockSource: "none", clockOffsetMs: null }),
    (one: Commission) => go.enrolmentOrdered(one, { collector: url, station: STATION, code }, AT),
  ].reduce((one, step) => {
    const next = step(one);
    if (!next.ok) throw new Error(next.error.message);
    return next.value;
  }, go.begin(AT));
});
afterEach(() => {
  collector.close();
  rmSync(folder, { recursive: true });
});

/** Errands of a box that has just been started. */
function errands(more: Partial<ErrandOptions> = {}): Errands {
  return new Errands({
    ...{
      stateDir: folder,
      configFile: join(folder, "agent.yaml"),
      keys: () => Promise.resolve({ signer, connection: undefined }),
      version: "0.1.0",
    },
    agent: {
      get isRunning() {
        return isRunning;
      },
      start: async () => {
        starts += 1;
        isRunning = true;
        return undefined;
      },
      stop: async () => {
        isRunning = false;
      },
    },
    at: () => AT,
    now: () => now,
    newId: () => {
      ids += 1;
      return `report-000${ids}`;
    },
    configSha256: () => "a".repeat(64),
    state: () => state,
    keep: (next) => {
      keepCommission(folder, next);
      state = next;
    },
    log: () => undefined,
    ...more,
  });
}

describe("enrolment", () => {
  test("is tried again, less and less often, until the collector answers; then the agent runs", async () => {
    const box = errands();
    for (const atMs of [0, 500, 1_999, 2_000, 6_999, 7_000]) {
      now = atMs;
      await box.tick();
    }
    expect(asked).toHaveLength(3);
    expect(state.enrol).toMatchObject({
      doneAt: null,
      order: { code },
      trouble: { code: "network", message: "not now" },
    });
    answer = () => ({ status: 200, body: enrolment });
    box.hurry();
    await box.tick();
    expect(state.enrol).toMatchObject({ doneAt: AT, gateway: GATEWAY, order: null, trouble: null });
    expect([starts, isRunning]).toEqual([1, true]);
    const config = readFileSync(join(folder, "agent.yaml"), "utf8");
    expect(config).toContain("mqtts://127.0.0.1:8883");
    await box.tick();
    expect(starts).toBe(1);
  });

  test("that is refused is told, and the code is not tried again", async () => {
    answer = () => ({ status: 403, body: { detail: "the code was used", cure: "ask for another" } });
    const box = errands();
    await box.tick();
    now = 100_000;
    await box.tick();
    expect(asked).toHaveLength(1);
    expect(state.enrol).toMatchObject({ order: null, trouble: { code: "refused", cure: "ask for another" } });
    expect(starts).toBe(0);
  });

  test("that was cut off after the answer is finished without asking again: the code is used up", async () => {
    keepEnrolment(folder, enrolment);
    await errands().tick();
    expect(asked).toEqual([]);
    expect(state.enrol).toMatchObject({ doneAt: AT, gateway: GATEWAY, collector: url });
    expect(isRunning).toBe(true);
  });

  test("of a box that belongs to another station is refused on the spot", async () => {
    keepEnrolment(folder, { ...enrolment, station: "532801-0009" as StationId });
    await errands().tick();
    expect(state.enrol).toMatchObject({
      doneAt: null,
      trouble: { code: "refused", message: expect.stringContaining("0009") },
    });
  });
});

describe("an enrolled box", () => {
  beforeEach(async () => {
    keepEnrolment(folder, enrolment);
    await errands().tick();
  });

  test("starts its agent after every interruption, with the same configuration", async () => {
    const before = readFileSync(join(folder, "agent.yaml"), "utf8");
    isRunning = false;
    await errands().tick();
    expect([starts, isRunning, readFileSync(join(folder, "agent.yaml"), "utf8")]).toEqual([2, true, before]);
  });

  test("takes another answer into its configuration, and starts the agent anew", async () => {
    const told = go.siteTold(state, { ...site, budgetMb: 50 }, { at: AT, clockSource: "none", clockOffsetMs: null });
    if (told.ok) state = told.value;
    await errands().tick();
    expect(starts).toBe(2);
    expect(readFileSync(join(folder, "agent.yaml"), "utf8")).toContain("budgetMb: 50");
  });

  test("with its key in a token names the token, and gives the connection the key that TLS can use", async () => {
    const pkcs11 = { module: "/usr/lib/token.so", token: "forecourt", label: "gateway", pinFile: "/etc/pin" };
    await errands({ pkcs11 }).tick();
    expect(parse(readFileSync(join(folder, "agent.yaml"), "utf8"))).toMatchObject({
      gateway: { pkcs11 },
      collector: { tls: { keyFile: "connection.key" } },
    });
  });

  test("signs the report once, and sends the very same until the collector has it", async () => {
    const receipt = { seq: 9, hash: "b".repeat(64), at: AT, signature: "c2lnbmF0dXJl" };
    const tested = ["N01", "N02", "N03"].map((nozzle, index) => ({
      nozzle,
      sale: { seq: index + 1, hash: "c".repeat(64), volumeCl: 100, amountFen: 770, at: AT },
      receipt,
    }));
    state = go.testedNow(state, tested, ["N01", "N02", "N03"], AT);
    for (const step of [
      (one: Commission) => go.reportTold(one, reportAnswers),
      (one: Commission) => go.signed(one, { role: "technician", name: "张三", strokes: [[1, 2, 3, 4]] }, AT),
      (one: Commission) => go.reportOrdered(one, AT),
    ]) {
      const next = step(state);
      if (!next.ok) throw new Error(next.error.message);
      state = next.value;
    }
    await errands().tick();
    expect(state.report).toMatchObject({
      sealedAt: AT,
      filedAt: null,
      id: "report-0001",
      trouble: { code: "network" },
    });
    // The power goes; another process takes over.
    state = readCommission(folder, () => undefined)!;
    answer = () => ({ status: 201, body: {} });
    await errands().tick();
    expect(state.report).toMatchObject({ filedAt: AT, trouble: null });
    const sent = asked.filter(({ path }) => path === "/api/v1/acceptance-reports");
    expect(sent).toHaveLength(2);
    expect(sent[0]?.body.equals(sent[1]!.body)).toBe(true);
    expect(openReport(sent[1]!.body)).toMatchObject({
      ok: true,
      value: { header: { id: "report-0001", gateway: GATEWAY } },
    });
    await errands().tick();
    expect(asked.filter(({ path }) => path === "/api/v1/acceptance-reports")).toHaveLength(2);
  });
});

test("a state that cannot be read is set aside, and nothing of it is lost", () => {
  keepCommission(folder, state);
  const file = join(folder, "commission.json");
  const text = readFileSync(file, "utf8");
  keepCommission(folder, { ...state, version: 2 } as unknown as Commission);
  const told: object[] = [];
  expect(readCommission(folder, (_message, details) => told.push(details))).toBeUndefined();
  const { aside } = told[0] as { aside: string };
  expect(readFileSync(aside, "utf8")).toBe(text.replace('"version": 1', '"version": 2'));
  expect(readEnrolment(folder)).toBeUndefined();
});
