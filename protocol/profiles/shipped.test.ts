/** Every profile that is shipped loads and gives the values of its own sample. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { itemCount, placePoints } from "./layout.ts";
import { parseProfile } from "./parse.ts";
import { planReads } from "./plan.ts";
import { checkSample } from "./sample.ts";
import type { DeviceProfile } from "./schema.ts";

const folder = new URL("../../edge-agent/profiles/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

function load(name: string): DeviceProfile {
  const profile = parseProfile(readFileSync(new URL(name, folder), "utf8"), name);
  if (!profile.ok) throw new Error(profile.error.map((error) => error.message).join("\n"));
  return profile.value;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("the two generic profiles are among them", () => {
  expect(files).toEqual(expect.arrayContaining(["generic-gauge.yaml", "generic-seal-hub.yaml"]));
});

describe.each(files)("%s", (name) => {
  test("has the name of its file", () => {
    expect(`${load(name).profile}.yaml`).toBe(name);
  });

  test("has a sample, and gives its values", () => {
    expect(load(name).sample).toBeDefined();
    expect(checkSample(load(name))).toEqual([]);
  });

  test("has every single point and every point of item 1 in its sample", () => {
    const expected = new Set(load(name).sample?.expect.map(({ point }) => point));
    for (const { point } of placePoints(load(name), { tank: [1], seal: [1] })) expect(expected).toContain(point.point);
  });
});

test("a full generic gauge is read in two requests, a full seal hub in three", () => {
  const gauge = load("generic-gauge.yaml");
  expect(planReads(gauge, { tank: upTo(itemCount(gauge, "tank")) })).toEqual([
    { fn: 4, address: 0, count: 114 },
    { fn: 4, address: 120, count: 34 },
  ]);
  const hub = load("generic-seal-hub.yaml");
  expect(planReads(hub, { seal: upTo(itemCount(hub, "seal")) })).toHaveLength(3);
});

test("the worked example of docs/profiles.md is a profile that gives its sample's values", () => {
  const text = readFileSync(new URL("../../docs/profiles.md", import.meta.url), "utf8");
  const example = [...text.matchAll(/```yaml\n([\s\S]*?)\n```/g)]
    .map((match) => match[1]!)
    .find((one) => one.includes("profile: acme-g4\n"));
  const profile = parseProfile(example ?? "", "docs/profiles.md");
  expect(profile).toMatchObject({ ok: true });
  if (profile.ok) expect(checkSample(profile.value)).toEqual([]);
});
