/** Entries of the audit log, as access writes them. */
import type { CanonicalValue } from "@forecourt/protocol/records/canonical.ts";
import { actorOf } from "./actor.ts";
import type { Reader } from "./reader.ts";
import type { Account, Note } from "./store.ts";

/** @param by whoever acts: a reader, or a person about their own account */
export function note(
  by: Reader | Pick<Account, "login" | "name">,
  atMs: number,
  action: string,
  subject: string,
  detail: CanonicalValue,
): Note {
  const who = "login" in by ? `${by.name} (${by.login})` : actorOf(by, undefined);
  return { atMs, who, action, subject, detail };
}
