/** Probe profiles: the shipped ones test themselves, and an answer is found in any stream or not at all. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../hex.ts";
import { readYaml } from "../yaml-file.ts";
import { checkProbeSample, findAnswer, type ProbeAnswer, probeRequest } from "./exchange.ts";
import { probeProfileJsonSchema } from "./json-schema.ts";
import { type ProbeProfile, ProbeProfileSchema } from "./schema.ts";

const folder = new URL("../../edge-agent/profiles/probes/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

function load(name: string): ProbeProfile {
  const file = readYaml(ProbeProfileSchema, read(name), name);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  return file.value.value;
}

/** Every answer found in a stream, as a reader goes through it. */
function answersIn(profile: ProbeProfile, address: number, stream: Uint8Array): ProbeAnswer[] {
  const answers: ProbeAnswer[] = [];
  for (let rest = stream; rest.length > 0; ) {
    const found = findAnswer(profile, address, rest);
    if ("answer" in found) answers.push(found.answer);
    const used = "answer" in found ? found.answer.raw.length : "skip" in found ? found.skip : 1;
    rest = rest.subarray(used);
  }
  return answers;
}

test("the committed schema is up to date", () => {
  const cure = "node protocol/probes/json-schema.ts > edge-agent/profiles/probes/probe.schema.json";
  expect(read("probe.schema.json"), cure).toBe(probeProfileJsonSchema());
});

describe.each(files)("%s", (name) => {
  const profile = load(name);
  const answer = fromHex(profile.sample.answer);

  test("has the name of its file, gives its sample's values and names its schema", () => {
    expect(`${profile.profile}.yaml`).toBe(name);
    expect(checkProbeSample(profile)).toEqual([]);
    expect(read(name).split("\n")[0]).toBe("# yaml-language-server: $schema=probe.schema.json");
  });

  test("finds its answer after our own echo and after noise", () => {
    const echo = probeRequest(profile, profile.sample.address);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (noise, echoes) => {
        const before = echoes ? echo : new Uint8Array(0);
        const found = answersIn(profile, profile.sample.address, Buffer.concat([before, noise, answer, answer]));
        // Noise may end in what could be the beginning of an answer, and swallow the first of the two.
        expect(found.length).toBeGreaterThanOrEqual(1);
        expect(found.at(-1)?.values).toEqual(profile.sample.expect);
      }),
      { numRuns: 500 },
    );
  });

  test("takes no other probe's answer", () => {
    expect(answersIn(profile, profile.sample.address + 1, answer)).toEqual([]);
  });

  test("takes no damaged answer for another value", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, flip) => {
        const damaged = answer.slice();
        damaged[place % answer.length]! ^= flip;
        for (const { values } of answersIn(profile, profile.sample.address, damaged)) {
          expect(values).toEqual(profile.sample.expect);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

test("a probe that reports an error states no value", () => {
  const text = "34983=1=+212=00984=0043=253\n\r";
  const [answer] = answersIn(load("start-italiana-xmt.yaml"), 34_983, Buffer.from(text, "latin1"));
  expect(answer).toMatchObject({ trouble: "the probe reports status 1", values: { level: null, temperature: null } });
});
