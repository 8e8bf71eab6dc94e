/**
 * The data budget of a SIM card: bytes sent, counted by calendar month in Asia/Shanghai and kept across restarts. When
 * it runs short, signs of life and levels wait longer for company; nothing ever stops being sent.
 */
import { readFileSync } from "node:fs";
import { localDate, parseTime } from "@forecourt/protocol/time.ts";
import { replaceFile } from "../disk/replace-file.ts";

/** `short`: more was sent than the part of the month that has passed allows. `spent`: the whole budget is gone. */
export type BudgetState = "ample" | "short" | "spent";

/** So much of the budget is not held against the beginning of a month: a first day may be a busy one. */
const HEAD_START = 0.1;
/** Stays in hand for what must go at once. */
const RESERVE = 0.05;

/**
 * How a budget stands. Pure.
 * @param sentBytes this month
 * @param budgetBytes of the whole month; null: there is none
 * @param epochMs now
 */
export function budgetState(sentBytes: number, budgetBytes: number | null, epochMs: number): BudgetState {
  if (budgetBytes === null) return "ample";
  if (sentBytes >= budgetBytes) return "spent";
  const share = HEAD_START + (1 - HEAD_START - RESERVE) * monthPassed(epochMs);
  return sentBytes > budgetBytes * share ? "short" : "ample";
}

/** How much of the calendar month in Asia/Shanghai has passed, 0 to 1. */
function monthPassed(epochMs: number): number {
  const [year, month] = localDate(epochMs).split("-").map(Number) as [number, number];
  const startOf = (y: number, m: number) =>
    parseTime(`${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-01T00:00:00.000+08:00`) ?? epochMs;
  const start = startOf(year, month);
  const end = month === 12 ? startOf(year + 1, 1) : startOf(year, month + 1);
  return (epochMs - start) / (end - start);
}

const BYTES_PER_KB = 1_024;
/**
 * The file runs ahead of the count by this much, so that it need not be written for each message: a crash counts up to
 * this much too much, and never too little.
 */
const AHEAD_BYTES = 64 * BYTES_PER_KB;
/** A clock that was wrong leaves months behind; older ones are of no use. */
const MONTHS_KEPT = 24;

export interface BudgetOptions {
  /** path of a small JSON file; made when missing */
  file: string;
  /** of a month; null: none */
  budgetKb: number | null;
  epochMs: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

export class DataBudget {
  readonly #options: BudgetOptions;
  /** bytes by month, `YYYY-MM` */
  readonly #months: Map<string, number>;
  /** what the file says of the current month */
  #written: { month: string; bytes: number } = { month: "", bytes: 0 };

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#months = load(options);
  }

  /** Bytes went out on the line. */
  add(bytes: number): void {
    const month = this.#month();
    const total = (this.#months.get(month) ?? 0) + bytes;
    this.#months.set(month, total);
    if (month !== this.#written.month || total > this.#written.bytes) this.#save(AHEAD_BYTES);
  }

  /** Sent in this calendar month, KiB. */
  get sentKb(): number {
    return Math.ceil((this.#months.get(this.#month()) ?? 0) / BYTES_PER_KB);
  }

  /** What may be sent in a month, KiB; null: no limit is known. */
  get budgetKb(): number | null {
    return this.#options.budgetKb;
  }

  get state(): BudgetState {
    const { budgetKb, epochMs } = this.#options;
    const budgetBytes = budgetKb === null ? null : budgetKb * BYTES_PER_KB;
    return budgetState(this.#months.get(this.#month()) ?? 0, budgetBytes, epochMs());
  }

  /** Writes the exact count. */
  close(): void {
    this.#save(0);
  }

  #month(): string {
    return localDate(this.#options.epochMs()).slice(0, 7);
  }

  #save(aheadBytes: number): void {
    const month = this.#month();
    const bytes = (this.#months.get(month) ?? 0) + aheadBytes;
    const months = [...this.#months].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-MONTHS_KEPT);
    // Tried again with the next bytes if the disk refuses: counting goes on in memory.
    this.#written = { month, bytes };
    try {
      replaceFile(this.#options.file, `${JSON.stringify({ ...Object.fromEntries(months), [month]: bytes })}\n`);
    } catch (error) {
      this.#options.log("the data count could not be written", { error: String(error) });
    }
  }
}

function load({ file, log }: BudgetOptions): Map<string, number> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return new Map();
  }
  try {
    const months = Object.entries(JSON.parse(text) as Record<string, unknown>);
    const known = months.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1]));
    if (known.length === months.length) return new Map(known);
  } catch {
    // Said below.
  }
  log("the data count is damaged and begins anew", { file });
  return new Map();
}
