/**
 * Writes a named figure of a flag, a rule or a record: the unit is the end of its name (`missingCl`, `silentMs`), the
 * label comes from the dictionary. Nested values are spread out under their own names.
 */
import { figureLabels } from "../language/figure-labels.ts";
import { type Language, phrase, phraseFor } from "../language/language.ts";
import { formatCount } from "./number.ts";
import {
  formatAmount,
  formatLevel,
  formatPercent,
  formatTemperature,
  formatUnitPrice,
  formatVolume,
  MISSING,
} from "./quantity.ts";
import { formatDateTime, formatDuration } from "./time.ts";

/** One line of a description list. */
export interface FigureLine {
  key: string;
  label: string;
  value: string;
}

const BY_UNIT: [suffix: RegExp, write: (value: number, language: Language) => string][] = [
  [/unitPriceFen$/i, (value) => formatUnitPrice(value)],
  [/Cl$/, (value) => formatVolume(value)],
  [/Fen$/, (value) => formatAmount(value)],
  [/Um$/, (value) => formatLevel(value)],
  [/Mc$/, (value) => formatTemperature(value)],
  [/Ms$/, (value, language) => formatDuration(value, language)],
  [/Percent$/, (value) => formatPercent(value)],
  [/Permille$/, (value) => `${formatCount(value)} ‰`],
  [/Litres$/, (value) => `${formatCount(value)} L`],
];

/** Names whose values are words of the vocabulary, and where the dictionary keeps those. */
const WORDS: Record<string, string> = {
  state: "sealState",
  previousState: "sealState",
  quality: "quality",
  kind: "recordKind",
  cause: "word",
  clock: "word",
  basis: "word",
  scope: "word",
  event: "word",
  taxState: "word",
};

/**
 * The label of a figure.
 * @returns the key itself when the dictionary does not know it
 */
export function figureLabel(key: string, language: Language): string {
  return figureLabels[key]?.[language] ?? key;
}

/**
 * The value of a figure with its unit.
 * @param value an integer, a text, a truth value or null; anything else is written as JSON
 */
export function figureValue(key: string, value: unknown, language: Language): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (typeof value === "boolean") return phrase(language, value ? "common.yes" : "common.no");
  if (typeof value === "number") {
    const unit = BY_UNIT.find(([suffix]) => suffix.test(key));
    if (unit !== undefined) return unit[1](value, language);
    return Number.isInteger(value) ? formatCount(value) : String(value);
  }
  if (typeof value === "string") {
    if (/At$/.test(key)) return formatDateTime(value);
    const group = WORDS[key];
    const word =
      group === undefined ? undefined : (phraseFor(language, group, value) ?? phraseFor(language, "link", value));
    return word ?? value;
  }
  if (Array.isArray(value)) {
    return value.length === 0
      ? phrase(language, "common.none")
      : value.map((item) => figureValue(key, item, language)).join(phrase(language, "common.listSeparator"));
  }
  return JSON.stringify(value);
}

/**
 * The figures as lines of a description list, in the order they stand in.
 * @param figures values by name; objects among them are spread out as `label · label`
 * @param hidden names to leave out
 */
export function figureLines(
  figures: Record<string, unknown>,
  language: Language,
  hidden: ReadonlySet<string> = new Set(),
): FigureLine[] {
  return Object.entries(figures).flatMap(([key, value]) => {
    if (hidden.has(key)) return [];
    const label = figureLabel(key, language);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return [{ key, label, value: figureValue(key, value, language) }];
    }
    return figureLines(value as Record<string, unknown>, language).map((line) => ({
      key: `${key}.${line.key}`,
      label: `${label} · ${line.label}`,
      value: line.value,
    }));
  });
}
