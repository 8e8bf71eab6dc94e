/** What is said of nozzles, tanks and seals makes a configuration that the agent takes, or is refused with the reason. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import type { Places } from "@forecourt/protocol/commission/answers.ts";
import { testAuthority } from "@forecourt/protocol/testing/certificates.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { loadConfig } from "../config.ts";
import { readFragment } from "../config-fragment.ts";
import { agentConfigOf, brokersOf, linesAndDevices, provisionalPlaces } from "./agent-config.ts";
import { allPlaced, foundLines, site } from "./found.test-support.ts";
import { checkPlaces } from "./places.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-places-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const change = (places: Partial<Places>): Places => ({ ...allPlaced, ...places });

test("a station that is wholly named is well", () => {
  expect(checkPlaces(allPlaced, foundLines)).toBeUndefined();
});

test.each([
  ["a nozzle without a name", change({ nozzles: allPlaced.nozzles.slice(1) }), "unnamed"],
  ["a tank left out before another", change({ tanks: allPlaced.tanks.slice(1) }), "unnamed"],
  ["a seal left out before another", change({ seals: allPlaced.seals.slice(1) }), "unnamed"],
  [
    "a nozzle that is named twice",
    change({ nozzles: allPlaced.nozzles.map((one) => ({ ...one, nozzle: "N01" })) }),
    "named-twice",
  ],
  ["two tax ports of one name", change({ devices: [{ device: "tax-1", name: "tax-2" }] }), "named-twice"],
  ["an item that was not found", change({ seals: [{ ...allPlaced.seals[0]!, item: "seals-9/1" }] }), "unknown-item"],
  [
    "a tank's item for a nozzle",
    change({ nozzles: [{ ...allPlaced.nozzles[0]!, item: "gauge-1/1" }] }),
    "unknown-item",
  ],
  ["a tank that is not listed", change({ tanks: allPlaced.tanks.slice(0, 2) }), "no-tank"],
  [
    "a nozzle that sells what its tank does not hold",
    change({ nozzles: allPlaced.nozzles.map((one) => ({ ...one, grade: "98#" })) }),
    "other-grade",
  ],
  [
    "a seal on what is not there",
    change({ seals: allPlaced.seals.map((one) => ({ ...one, of: "tax-7" })) }),
    "no-such-thing",
  ],
])("%s is refused", (_what, places, code) => {
  expect(checkPlaces(places, foundLines)).toMatchObject({ code, cure: expect.stringMatching(/\w/) });
});

test("seals at the end may stay unnamed: a hub has more room than a station has seals", () => {
  expect(checkPlaces(change({ seals: allPlaced.seals.slice(0, 1) }), foundLines)).toBeUndefined();
});

test("what was found can be read at once, under names of its own", () => {
  const fragment = linesAndDevices(foundLines, provisionalPlaces(foundLines));
  const read = readFragment(fragment, join(folder, "found.yaml"));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  expect(read.value.devices.map(({ device }) => device)).toEqual(["tax-1", "tax-2", "gauge-1", "seals-1"]);
  expect(read.value.lines.map(({ line }) => line)).toEqual(["line-1", "line-2", "line-3"]);
});

test("the configuration that comes of it is one that the agent takes", async () => {
  const signer = ed25519Signer(generateKeyPem());
  mkdirSync(join(folder, "state"));
  const authority = await testAuthority();
  const { cert, key } = await authority.client({ commonName: "gw-532801-0001-a" });
  const files = { "ca.crt": authority.cert, "gateway.crt": cert, "gateway.key": key };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "state", name), text, { mode: 0o600 });
  const config = agentConfigOf(foundLines, allPlaced, site, {
    ...{ gateway: "gw-532801-0001-a", station: "532801-0001", stateDir: "./state" },
    ...{ collector: "https://collector.example", brokers: brokersOf([], "https://collector.example") },
    collectorPublicKey: signer.publicKey,
    tls: { caFile: "state/ca.crt", certFile: "state/gateway.crt", keyFile: "state/gateway.key" },
  });
  writeFileSync(join(folder, "agent.yaml"), stringify(config));
  const loaded = loadConfig(join(folder, "agent.yaml"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  expect(loaded.value.collector.brokers).toEqual(["mqtts://collector.example:8883"]);
  expect(loaded.value.uplink.budgetMb).toBe(300);
  expect(loaded.value.devices).toMatchObject([
    {
      device: "tax-2",
      nozzles: [
        { nozzle: "N02", index: 0, tank: "T1" },
        { nozzle: "N03", index: 1 },
      ],
    },
    { device: "tax-1", nozzles: [{ nozzle: "N01", index: 0, tank: "T2" }] },
    { device: "gauge-1", unit: 1, tanks: ["T1", "T2"] },
    { device: "seals-1", unit: 2, seals: ["S01", "S02"] },
  ]);
  // A tank that no gauge reads is none of the agent's business.
  expect(JSON.stringify(loaded.value.devices)).not.toContain("T3");
});
