/** Everything that can be planted or injected has a Chinese name on the page. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { plantSchemas } from "../../scenario/plants.ts";

const words = readFileSync(new URL("words.js", import.meta.url), "utf8");
const isNamed = (name: string) => new RegExp(`^ {2}"?${name}"?: "[^"]*[\\u4e00-\\u9fff]`, "m").test(words);

test("each kind of cheat and event, and each of its fields, is named in Chinese", () => {
  const fields = Object.values(plantSchemas).flatMap(({ properties }) => Object.keys(properties));
  const names = [...Object.keys(plantSchemas), ...fields].filter((name) => name !== "kind");
  expect([...new Set(names)].filter((name) => !isNamed(name))).toEqual([]);
});
