/** What can go wrong with the journal's file, and how it is told apart: a disk that refuses is no damage. */

/**
 * The file cannot be used as this gateway's journal. `damaged` and `chain-broken` mean what is in it; `refused` means
 * that the disk or the system does not let us read or write, and that nothing is known to be wrong with the records.
 */
export class JournalError extends Error {
  override name = "JournalError";
  readonly code: "damaged" | "chain-broken" | "refused";
  constructor(code: JournalError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Why a disk does not take a record. `failing` is any other trouble of the system: input/output errors, a held lock. */
export type DiskRefusal = "full" | "read-only" | "failing";

const REFUSALS: readonly [RegExp, DiskRefusal][] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, "full"],
  [/^(SQLITE_READONLY|EROFS|EACCES|EPERM)/, "read-only"],
  [
    /^(SQLITE_IOERR|SQLITE_CANTOPEN|SQLITE_BUSY|SQLITE_LOCKED|SQLITE_NOMEM|EIO|EMFILE|ENFILE|ENOENT|ENOTDIR)/,
    "failing",
  ],
];

/** Tells whether the disk refused. @returns undefined when the error is something else: damage, or a mistake of ours */
export function refusalOf(error: unknown): DiskRefusal | undefined {
  if (error instanceof JournalError)
    return error.code === "refused" ? (refusalOf(error.cause) ?? "failing") : undefined;
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  return REFUSALS.find(([pattern]) => pattern.test(code))?.[1];
}

/** What an error on opening or reading the file means. */
export function openingError(file: string, error: unknown): JournalError {
  if (error instanceof JournalError) return error;
  const { message } = error as Error;
  // A missing folder is no answer of SQLite, but of the module around it.
  if (refusalOf(error) !== undefined || error instanceof TypeError) {
    return new JournalError(
      "refused",
      `${file} cannot be opened (${message}): look at the disk and at the rights of its folder`,
      error,
    );
  }
  return new JournalError("damaged", `${file} is not a readable journal (${message}): it is evidence, keep it`, error);
}

/** The chain does not hold at a seq. */
export function chainBroken(seq: number, what: string): JournalError {
  return new JournalError(
    "chain-broken",
    `the journal's chain breaks at seq ${seq}: ${what}; the file is evidence, keep it`,
  );
}
