/**
 * How grave a flag is: what its rule says, weighed by the litres and yuan at stake and by how often the same was told
 * before. A hint stays a hint, and what a device does by itself does not become graver by happening again.
 */
import type { Figures, Rule, Severity } from "./rule.ts";

export const severityLimits = {
  /** what a litre is taken to be worth: retail prices lie between 7 and 8.5 CNY, 0.01 CNY */
  fenPerLitre: 750,
  /** from here on it is more than a fine's worth, and grave in itself, 0.01 CNY */
  graveFen: 1_000_000,
  /** below this it is worth a look, not a raid, 0.01 CNY */
  smallFen: 50_000,
  /** so many earlier flags of the same rule and subject within a year are a habit */
  habit: 2,
  withinMs: 365 * 86_400_000,
};

/** Where rules state what was lost, hidden or gained, 0.01 L. */
const LITRES = ["allUnseenCl", "lostCl", "shortCl", "gainCl", "unannouncedCl", "missingCl", "differenceCl"];

/** What a flag is about in money, 0.01 CNY; null when its figures do not say. */
export function worthFen(figures: Figures): number | null {
  const name = LITRES.find((one) => typeof figures[one] === "number");
  return name === undefined ? null : (Math.abs(Number(figures[name])) / 100) * severityLimits.fenPerLitre;
}

/**
 * @param base what the rule or its finding says
 * @param earlier flags of the same rule and subject within the last year
 */
export function weighed(
  rule: Pick<Rule, "department" | "scales">,
  base: Severity,
  figures: Figures,
  earlier: number,
): Severity {
  if (base === "notice" || rule.department === "service-provider") return base;
  const fen = worthFen(figures);
  const { graveFen, smallFen, habit } = severityLimits;
  if (earlier >= habit || (fen !== null && fen >= graveFen)) return "high";
  return rule.scales === true && fen !== null && fen < smallFen ? "medium" : base;
}

export interface Repeats {
  /** rule and subject of what is told now */
  standing: string[];
  /** when flags of a rule and subject began, epoch ms, of the last year */
  begun: Record<string, number[]>;
}

/** How often each cause was told before. JSON inside. */
export class RepeatBook {
  readonly #standing: Set<string>;
  readonly #begun: Map<string, number[]>;

  /** @param state as {@link RepeatBook.toJSON} gave it */
  constructor(state: Repeats = { standing: [], begun: {} }) {
    this.#standing = new Set(state.standing);
    this.#begun = new Map(Object.entries(state.begun));
  }

  /** A finding came. @returns earlier flags of this key within a year */
  found(key: string, atMs: number): number {
    const begun = this.#begun.get(key)?.filter((at) => at > atMs - severityLimits.withinMs) ?? [];
    if (!this.#standing.has(key)) {
      this.#standing.add(key);
      begun.push(atMs);
      this.#begun.set(key, begun);
    }
    return begun.length - 1;
  }

  /** It is no longer so, or an official has settled it. */
  over(key: string): void {
    this.#standing.delete(key);
  }

  /** For the checkpoint. */
  toJSON(): Repeats {
    return { standing: [...this.#standing], begun: Object.fromEntries(this.#begun) };
  }
}
