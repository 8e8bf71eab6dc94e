/** The probe driver with the shipped profiles: values, silence, errors, and answers in pieces. */
import { readFileSync } from "node:fs";
import { fromHex } from "@forecourt/protocol/hex.ts";
import { ProbeProfileSchema } from "@forecourt/protocol/probes/schema.ts";
import { readYaml } from "@forecourt/protocol/yaml-file.ts";
import { expect, test } from "vitest";
import { ScriptedLine } from "../scripted-line.test-support.ts";
import { probeDriver } from "./driver.ts";

function probe(name: string, address: number) {
  const text = readFileSync(new URL(`../../profiles/probes/${name}.yaml`, import.meta.url), "utf8");
  const file = readYaml(ProbeProfileSchema, text, name);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  const profile = file.value.value;
  const tanks = [{ tank: "T1", address }];
  return {
    profile,
    driver: probeDriver({ device: "probes-1", profile, tanks, intervalMs: 5_000, answerTimeoutMs: 500 }),
  };
}

test.each([
  ["start-italiana-xmt", 34_983, { levelUm: 98_400, waterLevelUm: 43_000, temperatureMc: 21_200, volumeCl: null }],
  ["sens", 10, { levelUm: 1_234_497, temperatureMc: 15_500, volumeCl: 1_497_998, waterLevelUm: 12_000 }],
])("%s: the values of its sample, whole, in single bytes and behind an echo", async (name, address, values) => {
  const { profile, driver } = probe(name, address);
  const answer = fromHex(profile.sample.answer);
  const deliveries = [
    [answer],
    [...answer].map((byte) => Uint8Array.of(byte)),
    [fromHex(profile.sample.request), answer],
  ];
  for (const pieces of deliveries) {
    const line = new ScriptedLine(() => pieces);
    const read = await driver.read(line, driver.polls[0]!);
    expect(read).toMatchObject({ ok: true, value: [{ tank: "T1", ...values, quality: "good", reason: null }] });
    expect(Buffer.from(line.requests[0]!).toString("hex").toUpperCase()).toBe(profile.sample.request);
  }
});

test("a probe's own error makes its values missing, and silence is a time-out", async () => {
  const { driver } = probe("start-italiana-xmt", 34_983);
  const text = Buffer.from("34983=1=+212=00984=0043=253\n\r", "latin1");
  expect(await driver.read(new ScriptedLine(() => [text]), driver.polls[0]!)).toMatchObject({
    ok: true,
    value: [{ levelUm: null, quality: "missing", reason: "the probe reports status 1" }],
  });
  expect(await driver.read(new ScriptedLine(() => []), driver.polls[0]!)).toMatchObject({ error: { code: "timeout" } });
});

test("docs/adding-a-driver.md shows this driver as it is", () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
  const shown = [...read("../../../docs/adding-a-driver.md").matchAll(/```ts\n([\s\S]*?)\n```/g)].map(
    (match) => match[1]!,
  );
  expect(shown.length).toBeGreaterThan(0);
  for (const code of shown) expect(read("./driver.ts")).toContain(code);
});
