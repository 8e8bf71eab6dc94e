/** An installation goes on, and says what is wrong, when the agent cannot start or the disk refuses. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import type { Commission } from "@forecourt/protocol/commission/state.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepEnrolment } from "../enrolment/files.ts";
import { Commissioning } from "./commissioning.ts";
import { allPlaced, foundLines, site } from "./found.test-support.ts";
import { keepCommission } from "./store.ts";
import * as go from "./transitions.ts";

const AT = "2026-11-25T09:00:00.000+08:00";
const STATION = "532801-0001" as StationId;
const GATEWAY = "gw-532801-0001-a" as GatewayId;
const signer = ed25519Signer(generateKeyPem());
let folder: string;
let box: Commissioning | undefined;
let starts: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-commissioning-"));
  starts = 0;
});
afterEach(async () => {
  await box?.stop();
  rmSync(folder, { recursive: true });
});

/** An installation whose agent throws at its start. */
function commissioning(): Commissioning {
  box = new Commissioning({
    ...{
      stateDir: folder,
      configFile: join(folder, "agent.yaml"),
      keys: () => Promise.resolve({ signer, connection: undefined }),
      version: "0.1.0",
    },
    agent: {
      isRunning: false,
      start: async () => {
        starts += 1;
        throw new Error("others may read gateway.key");
      },
      stop: async () => undefined,
    },
    ...{ at: () => AT, now: () => 0, newId: () => "report-0001", configSha256: () => "a".repeat(64) },
    ...{ random: () => 0.5, watch: (sink) => sink, log: () => undefined },
    ports: { adapters: join(folder, "none"), board: undefined },
    clock: async () => ({ clockSource: "none", clockOffsetMs: null }),
  });
  return box;
}

test("an agent that throws at its start is told of, and not started again at once", async () => {
  const { cert } = await (await testAuthority()).client({ commonName: GATEWAY });
  keepEnrolment(folder, {
    ...{ gateway: GATEWAY, station: STATION, certificate: cert, authorities: [cert] },
    ...{ collectorPublicKey: signer.publicKey, brokers: [], predecessor: null, renewAfter: AT },
  });
  const told = [
    (one: Commission) => go.searched(one, foundLines, AT),
    (one: Commission) => go.linesAccepted(one, true),
    (one: Commission) => go.placed(one, allPlaced, true, AT),
    (one: Commission) => go.siteTold(one, site, { at: AT, clockSource: "none", clockOffsetMs: null }),
  ].reduce((one, step) => {
    const next = step(one);
    if (!next.ok) throw new Error(next.error.message);
    return next.value;
  }, go.begin(AT));
  keepCommission(
    folder,
    go.enrolled(told, { gateway: GATEWAY, station: STATION, collector: "https://collector.example", at: AT }),
  );
  const installation = commissioning();
  for (const _look of [1, 2]) await installation.tick();
  expect(starts).toBe(1);
  expect(installation.view().trouble).toMatchObject({
    code: "agent",
    message: expect.stringContaining("others may read gateway.key"),
  });
});

test("a search whose outcome the disk does not take has ended all the same", async () => {
  mkdirSync(join(folder, "commission.json.new"));
  const installation = commissioning();
  expect(installation.search([], false).ok).toBe(true);
  // Its turn on the lines comes after the search's.
  await installation.tick();
  expect(installation.view().search.isRunning).toBe(false);
  expect(installation.mode).not.toBe("searching");
});
