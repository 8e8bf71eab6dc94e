/** Views that people keep: a page and what it is narrowed to, for one account or for all of its unit. */

export const VIEW_PAGES = ["flags", "statistics"] as const;
export type ViewPage = (typeof VIEW_PAGES)[number];

export interface SavedViewRow {
  id: string;
  account: string;
  /** who keeps it, by name */
  who: string;
  /** whose it is besides; null: the account's alone */
  unit: string | null;
  page: ViewPage;
  name: string;
  /** the page's address behind the question mark */
  query: string;
  madeMs: number;
}

/** Whose views are asked for. */
export interface ViewOwner {
  account: string;
  unit: string | null;
}

export interface SavedViewStore {
  /** Views of a page that an account may use, its own and those of its unit, by name. */
  of(owner: ViewOwner, page: ViewPage): Promise<SavedViewRow[]>;
  /** @returns false when the account keeps `most` already */
  keep(view: SavedViewRow, most: number): Promise<boolean>;
  /** @returns false when there is no such view of the account */
  remove(account: string, id: string): Promise<boolean>;
}
