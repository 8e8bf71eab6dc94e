/** The passphrase of a key that is used by hand: from a file, or asked for. */
import { readFileSync } from "node:fs";
import { isCancel, password } from "@clack/prompts";
import { LEAST_PASSPHRASE } from "../ca/files.ts";

const EXIT_CANCELLED = 1;

/** @param file whose first line it is; undefined: it is asked for @param what names the key in the question */
export async function passphraseOf(file: string | undefined, what: string): Promise<string> {
  if (file !== undefined) return readFileSync(file, "utf8").split("\n")[0] ?? "";
  const answer = await password({ message: `Passphrase for ${what} (at least ${LEAST_PASSPHRASE} characters)` });
  if (isCancel(answer)) process.exit(EXIT_CANCELLED);
  return answer;
}
