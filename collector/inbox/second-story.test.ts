/** A greeting with another journal is noticed, and told to the rules once in a while. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { expect, test } from "vitest";
import { StoryBrake, secondStory } from "./second-story.ts";

const gateway = "gw-532801-0001" as GatewayId;
const held = { seq: 10, hash: Buffer.alloc(32, 1) };
const greeting = (lastSeq: number, fill: number) => {
  return { type: "hello", gateway, lastSeq, lastHash: Buffer.alloc(32, fill).toString("hex") } as const;
};

test("a journal that is behind, or has another hash, cannot have led to what is stored", () => {
  expect(secondStory(greeting(10, 1), held, held.hash)).toBeUndefined();
  expect(secondStory(greeting(12, 9), held, undefined)).toBeUndefined();
  expect(secondStory(greeting(10, 2), held, held.hash)).toMatchObject({ kind: "other-hash", lastSeq: 10 });
  expect(secondStory(greeting(8, 1), held, Buffer.alloc(32, 1))).toMatchObject({ kind: "behind", storedSeq: 10 });
});

test("the same story is told once in a while, another kind at once, and one that could not be stored again", () => {
  const brake = new StoryBrake(1_000);
  const behind = { gateway, kind: "behind" } as const;
  expect([brake.lets(behind, 0), brake.lets(behind, 1)]).toEqual([true, true]);
  brake.told(behind, 1);
  expect([brake.lets(behind, 2), brake.lets(behind, 1_000), brake.lets(behind, 1_001)]).toEqual([false, false, true]);
  expect(brake.lets({ gateway, kind: "other-hash" }, 2)).toBe(true);
  expect(brake.lets({ gateway: "gw-532801-0002" as GatewayId, kind: "behind" }, 2)).toBe(true);
});
