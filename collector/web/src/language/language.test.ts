/** The two dictionaries, and the choice between them. */
import { describe, expect, it } from "vitest";
import { figureLabels } from "./figure-labels.ts";
import { dictionaries, phrase, phraseFor, rememberedLanguage, rememberLanguage } from "./language.ts";

const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe("the dictionaries", () => {
  it("have the same names in both languages", () => {
    expect(Object.keys(dictionaries.en).sort()).toEqual(Object.keys(dictionaries.zh).sort());
  });

  it("have the same places to fill in under each name, and no empty phrase", () => {
    for (const [name, zh] of Object.entries(dictionaries.zh)) {
      const en = dictionaries.en[name as keyof typeof dictionaries.en];
      expect(places(en), name).toEqual(places(zh));
      expect(zh.trim() === "" || en.trim() === "", name).toBe(false);
    }
  });

  it("name every figure in both languages", () => {
    for (const [key, { zh, en }] of Object.entries(figureLabels)) expect([zh, en], key).not.toContain("");
  });
});

describe("a phrase", () => {
  it("has its places filled in, and keeps those it has no value for", () => {
    expect(phrase("en", "flag.range", { gateway: "gw-a", from: 1 })).toBe("gw-a, 1 to {to}");
  });

  it("is found by a name from data, and is missing rather than wrong for an unknown one", () => {
    expect(phraseFor("zh", "sealState", "cut")).toBe("已剪断");
    expect(phraseFor("zh", "sealState", "melted")).toBeUndefined();
  });
});

describe("the chosen language", () => {
  it("is Chinese until English was chosen, and is remembered", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(rememberedLanguage(storage)).toBe("zh");
    rememberLanguage(storage, "en");
    expect(rememberedLanguage(storage)).toBe("en");
  });

  it("is Chinese where the browser keeps nothing", () => {
    const refusing = {
      getItem: () => {
        throw new Error("denied");
      },
    };
    expect(rememberedLanguage(refusing)).toBe("zh");
  });
});
