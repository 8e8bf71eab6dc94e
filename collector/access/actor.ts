/** The name under which an act is put down: real names are not unique, sign-in names are. */
import type { Reader } from "./reader.ts";

/** @param told by a machine, for whom it acts; what a person says of that is not believed */
export function actorOf(reader: Reader, told: string | undefined): string {
  return reader.kind === "machine" ? (told ?? reader.account) : `${reader.name} (${reader.account})`;
}
