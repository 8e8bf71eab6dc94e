/** Sales and flags in one line of time. Pure. */
import type { Flag, Sale } from "../../../../api/schemas.ts";
import { saleKey } from "../../data/merge.ts";

export type Happening = { key: string; atMs: number } & ({ sale: Sale } | { flag: Flag });

/**
 * The newest of both, newest first. A flag stands at the moment at which its cause began.
 * @param most how many are kept
 */
export function happenings(sales: readonly Sale[], flags: readonly Flag[], most: number): Happening[] {
  const all: Happening[] = [
    ...sales.map((sale) => ({ key: saleKey(sale), atMs: Date.parse(sale.at), sale })),
    ...flags.map((flag) => ({ key: flag.id, atMs: Date.parse(flag.from), flag })),
  ];
  return all.sort((a, b) => b.atMs - a.atMs).slice(0, most);
}
