/**
 * The two languages of the page: which one is chosen, how that is remembered, and how a phrase is found.
 */
import { casesEn } from "./cases-en.ts";
import { casesZh } from "./cases-zh.ts";
import { en } from "./en.ts";
import { inspectionsEn } from "./inspections-en.ts";
import { inspectionsZh } from "./inspections-zh.ts";
import { mapEn } from "./map-en.ts";
import { mapZh } from "./map-zh.ts";
import { noticesEn } from "./notices-en.ts";
import { noticesZh } from "./notices-zh.ts";
import { registryEn } from "./registry-en.ts";
import { registryZh } from "./registry-zh.ts";
import { statisticsEn } from "./statistics-en.ts";
import { statisticsZh } from "./statistics-zh.ts";
import { updatesEn } from "./updates-en.ts";
import { updatesZh } from "./updates-zh.ts";
import { viewsEn } from "./views-en.ts";
import { viewsZh } from "./views-zh.ts";
import { zh } from "./zh.ts";

export type Language = "zh" | "en";
/** The name of a phrase in the dictionaries. */
export type Phrase =
  | keyof typeof zh
  | keyof typeof statisticsZh
  | keyof typeof registryZh
  | keyof typeof casesZh
  | keyof typeof mapZh
  | keyof typeof noticesZh
  | keyof typeof inspectionsZh
  | keyof typeof updatesZh
  | keyof typeof viewsZh;

export const dictionaries: Record<Language, Record<Phrase, string>> = {
  zh: {
    ...zh,
    ...statisticsZh,
    ...registryZh,
    ...casesZh,
    ...mapZh,
    ...noticesZh,
    ...inspectionsZh,
    ...updatesZh,
    ...viewsZh,
  },
  en: {
    ...en,
    ...statisticsEn,
    ...registryEn,
    ...casesEn,
    ...mapEn,
    ...noticesEn,
    ...inspectionsEn,
    ...updatesEn,
    ...viewsEn,
  },
};

/** What the `lang` attribute says. */
export const languageTags: Record<Language, string> = { zh: "zh-CN", en: "en" };

const STORAGE_KEY = "forecourt.language";

/**
 * A phrase with its places filled in.
 * @param values for each `{name}` in the phrase what stands there
 */
export function phrase(language: Language, name: Phrase, values: Record<string, string | number> = {}): string {
  return dictionaries[language][name].replace(/\{(\w+)\}/g, (place, key: string) => String(values[key] ?? place));
}

/**
 * A phrase whose name comes from data, such as a seal's state.
 * @returns undefined when the dictionary has no such phrase
 */
export function phraseFor(language: Language, group: string, name: string): string | undefined {
  const key = `${group}.${name}`;
  return Object.hasOwn(dictionaries[language], key) ? dictionaries[language][key as Phrase] : undefined;
}

/** The language chosen before; Chinese when none was, or when the browser keeps nothing. */
export function rememberedLanguage(storage: Pick<Storage, "getItem"> | undefined): Language {
  try {
    return storage?.getItem(STORAGE_KEY) === "en" ? "en" : "zh";
  } catch {
    return "zh";
  }
}

/** Keeps the choice for the next visit, where the browser allows it. */
export function rememberLanguage(storage: Pick<Storage, "setItem"> | undefined, language: Language): void {
  try {
    storage?.setItem(STORAGE_KEY, language);
  } catch {
    // A browser that keeps nothing still shows the page in the chosen language until it is closed.
  }
}
