/** What is kept of filed changes: each with where it stands, and who brought it there. Nothing is deleted. */
import type { WorkOrderFiling } from "../rules/filings.ts";
import type { ChangeOrder, ChangeState } from "./change.ts";

/** Who acts: the account makes the difference, the name is for people. */
export interface Actor {
  account: string;
  name: string;
}

export interface FiledChange extends ChangeOrder {
  id: string;
  state: ChangeState;
  filedMs: number;
  filedBy: Actor;
  /** who approved or rejected it, and why */
  decision: { by: Actor; atMs: number; why: string } | null;
  /** when the work was done, and who said so */
  done: { by: Actor; atMs: number; toldMs: number } | null;
}

export interface ChangeFilter {
  station?: string | undefined;
  state?: ChangeState | undefined;
  /** six digits each; undefined: all */
  counties?: readonly string[] | undefined;
}

export interface ChangeStore {
  file(change: FiledChange): Promise<void>;
  get(id: string): Promise<FiledChange | undefined>;
  /** The newest first. @param before `next` of the page before */
  list(
    filter: ChangeFilter,
    page: { limit: number; before?: number | undefined },
  ): Promise<{ no: number; change: FiledChange }[]>;
  /**
   * Takes a change a step on, with its audit entry and the filings that go with it, in one transaction.
   * @param from the state in which it must be
   * @returns the rules' input of each filing; undefined, and nothing has changed, when it is in another state
   */
  move(
    change: FiledChange,
    from: ChangeState,
    told: { atMs: number; by: Actor; filings: readonly WorkOrderFiling[] },
  ): Promise<number[] | undefined>;
}
