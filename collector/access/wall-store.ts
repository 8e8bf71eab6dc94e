/** What is kept of wall displays. */
import type { Note } from "./store.ts";

export interface WallRow {
  id: string;
  /** where it hangs */
  name: string;
  /** sign-in name of who opened it: what that account may see, it shows */
  account: string;
  madeMs: number;
  /** SHA-256, base64url; null once it was used */
  codeHash: string | null;
  codeUntilMs: number;
  /** SHA-256 of what the screen holds, base64url; null until it is open */
  secretHash: string | null;
  openedMs: number | null;
  /** from where it was opened */
  address: string | null;
  seenMs: number | null;
  expiresMs: number;
  endedMs: number | null;
}

export interface WallStore {
  /** All of them, the newest first: there are few. */
  all(): WallRow[];
  add(wall: WallRow, note: Note): void;
  change(wall: WallRow, note: Note): void;
  seen(ids: readonly string[], atMs: number): void;
}
