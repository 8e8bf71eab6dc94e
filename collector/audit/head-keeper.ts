/** Keeps the signed head beside the database up with the log: one signature is written after the other. */
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import type { AuditHead } from "./chain.ts";
import { writeCheckpoint } from "./checkpoint.ts";

export interface HeadKeeperParts {
  head: () => AuditHead;
  signer: Signer;
  file: string;
  /** epoch ms */
  now: () => number;
}

export class HeadKeeper {
  readonly #parts: HeadKeeperParts;
  #signed = -1;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: HeadKeeperParts) {
    this.#parts = parts;
  }

  /** Signs the head, if it has moved. Resolves when what was in the log at the call is signed. */
  sign(): Promise<void> {
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        const { head: headOf, signer, file, now } = this.#parts;
        const head = headOf();
        if (head.seq === this.#signed) return;
        await writeCheckpoint(file, head, signer, now());
        this.#signed = head.seq;
      });
    return this.#writing;
  }
}
