/**
 * A box out of its carton becomes a live station through the terminal: unattended, with the power cut again and again,
 * and without network first. Devices, sales, receipts and the report are real; only the station is simulated.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { CommissionView } from "@forecourt/protocol/commission/live.ts";
import { BoxClient } from "@forecourt/provisioning/commission/client.ts";
import { afterEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { NewStation, PIN, STATION } from "../rig/new-station.ts";
import { until } from "../rig/program.ts";
import { answersFor } from "./answers.ts";

let station: NewStation | undefined;
afterEach(async () => {
  await station?.stop();
});

async function ready(name: string): Promise<NewStation> {
  station = new NewStation(name);
  await station.start();
  writeFileSync(station.place("answers.yaml"), stringify(answersFor(station.collectorUrl)));
  writeFileSync(station.place("pin"), `${PIN}\n`);
  await station.startBox();
  return station;
}

function wizard(at: NewStation, ...more: string[]) {
  const flags = ["--box", at.boxUrl, "--pin-file", at.place("pin"), "--answers", at.place("answers.yaml")];
  return at.node("provisioning/main.ts", "commission", ...flags, ...more);
}

/** Sells at a nozzle as soon as the box waits for it. */
async function sellWhenAsked(at: NewStation, client: () => Promise<BoxClient>): Promise<void> {
  const sold = new Set<string>();
  await until(
    "every nozzle has sold",
    async () => {
      const view = await (await client()).view();
      if (!view.ok || view.value.steps.find(({ step }) => step === "self-test")?.standing !== "open") return false;
      const live = await (await client()).live();
      if (!live.ok || live.value.mode !== "running") return false;
      // A sale counts once its nozzle's total is known.
      const known = live.value.items.filter(({ kind }) => kind === "nozzle").map(({ name }) => name);
      for (const nozzle of view.value.expected.filter((one) => known.includes(one) && !sold.has(one))) {
        await at.sell(nozzle);
        sold.add(nozzle);
      }
      return sold.size === view.value.expected.length;
    },
    150_000,
  );
}

async function signedIn(at: NewStation): Promise<BoxClient> {
  const client = new BoxClient(at.boxUrl);
  await until("the box lets us in", async () => (await client.signIn(PIN)).ok);
  return client;
}

interface Filed {
  items: { id: string; station: string; gateway: string }[];
}

/** What the collector knows in the end. */
async function expectLive(at: NewStation): Promise<void> {
  const { items } = await at.collector<Filed>("GET", "/api/v1/acceptance-reports");
  expect(items).toMatchObject([{ station: STATION, gateway: `gw-${STATION}-a` }]);
  expect(await at.collector("GET", `/api/v1/stations/${STATION}/life`)).toMatchObject({ life: "live" });
  const one = await at.collector<{ report: { selfTest: object[]; nozzles: object[]; seals: object[] } }>(
    "GET",
    `/api/v1/acceptance-reports/${items[0]?.id}`,
  );
  expect(one.report.selfTest).toMatchObject(["N01", "N02", "N03"].map((nozzle) => ({ nozzle, outcome: "passed" })));
  expect(one.report.nozzles).toMatchObject([
    { nozzle: "N01", device: "tax-1", index: 0, dispenser: "1", factorySerial: "2007700111" },
    { nozzle: "N02", device: "tax-1", index: 1, dispenser: "1" },
    { nozzle: "N03", device: "tax-2", index: 0, dispenser: "2", factorySerial: "A190010203" },
  ]);
  expect(one.report.seals).toMatchObject([{ seal: "S01", state: "sealed", number: "YN-000101" }, { seal: "S02" }]);
}

test("an answers file does it all, and the power may go at every step: it goes on where it stopped", async () => {
  const at = await ready("commission-power-cuts");
  const code = await at.code();
  const stand = (view: CommissionView, step: string) => view.steps.find((one) => one.step === step)?.standing;
  const cuts: [what: string, isSo: (view: CommissionView) => boolean][] = [
    ["while the lines are searched", ({ search }) => search.isRunning],
    ["after the lines were accepted", (view) => stand(view, "lines") === "done"],
    ["after it was said which is which", (view) => stand(view, "places") === "done"],
    ["after enrolment", (view) => stand(view, "enrol") === "done"],
    ["after the first sale of the self-test", ({ state }) => state.selfTest.tested.length > 0],
  ];
  let client = await signedIn(at);
  const selling = sellWhenAsked(at, async () => client);
  const cutting = (async () => {
    for (const [what, isSo] of cuts) {
      await until(
        what,
        async () => {
          const view = await client.view();
          return view.ok && isSo(view.value);
        },
        120_000,
      );
      await at.cutPower();
      client = await signedIn(at);
    }
  })();
  // A terminal that loses its box ends; whoever sits there starts it again.
  let last = await wizard(at, "--code", code);
  for (let again = 0; last.code !== 0 && again < 12; again += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    last = await wizard(at, "--code", code);
  }
  expect(last.output).toContain("the report is filed");
  await Promise.all([selling, cutting]);
  await expectLive(at);
  const config = parse(readFileSync(at.place("box", "agent.yaml"), "utf8")) as { devices: object[] };
  expect(config.devices).toMatchObject([
    { device: "tax-2", dialect: "30-byte", nozzles: [{ nozzle: "N03", index: 0, tank: "T1" }] },
    { device: "tax-1", dialect: "28-byte", nozzles: [{ nozzle: "N01" }, { nozzle: "N02" }] },
    { device: "gauge-1", profile: "generic-gauge", unit: 1, tanks: ["T1", "T2"] },
    { device: "seals-1", profile: "generic-seal-hub", unit: 2, seals: ["S01", "S02"] },
  ]);
  expect(readFileSync(at.place("box", "commission.json"), "utf8")).not.toContain(code.replace("-", ""));
  expect(await at.stopBox()).toBe(0);
  const verified = await at.node("edge-agent/main.ts", "--config", at.place("box", "agent.yaml"), "verify");
  expect(verified.code).toBe(0);
});

test("without network everything is said and signed, and the box does the rest when the network comes", async () => {
  const at = await ready("commission-offline");
  const code = await at.code();
  await at.stopCollector();
  const offline = await wizard(at, "--code", code);
  expect(offline.output).toContain("the box files its report by itself");
  expect(offline.code).toBe(3);
  const client = await signedIn(at);
  const waiting = await client.view();
  expect(waiting.ok && waiting.value.steps.map(({ standing }) => standing)).toEqual([
    ...["done", "done", "done", "waiting", "waiting", "waiting"],
  ]);
  // The technician has gone; the power goes too; then the network comes, and customers.
  await at.cutPower();
  await at.startCollector();
  const later = await signedIn(at);
  await sellWhenAsked(at, async () => later);
  await until(
    "the report is filed",
    async () => {
      const view = await later.view();
      return view.ok && view.value.finished;
    },
    90_000,
  );
  await expectLive(at);
});
