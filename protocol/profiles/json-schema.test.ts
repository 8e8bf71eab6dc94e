/** The schema that editors use is the one that the agent checks by, and every shipped profile points to it. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { deviceProfileJsonSchema } from "./json-schema.ts";

const folder = new URL("../../edge-agent/profiles/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");

test("the committed schema is up to date", () => {
  const cure = "node protocol/profiles/json-schema.ts > edge-agent/profiles/profile.schema.json";
  expect(read("profile.schema.json"), cure).toBe(deviceProfileJsonSchema());
});

test.each(readdirSync(folder).filter((name) => name.endsWith(".yaml")))("%s names it for editors", (name) => {
  expect(read(name).split("\n")[0]).toBe("# yaml-language-server: $schema=profile.schema.json");
});
