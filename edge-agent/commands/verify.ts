/** `verify`: recomputes the journal's whole hash chain. */
import { join } from "node:path";
import { verifyJournal } from "../journal/journal.ts";
import { type AddCommand, configured, guarded } from "./shared.ts";

export const addVerify: AddCommand = (program) => {
  program
    .command("verify")
    .description("recompute the journal's whole hash chain")
    .action(() =>
      guarded(() => {
        const { stateDir } = configured(program).gateway;
        process.stdout.write(`${verifyJournal(join(stateDir, "journal.db"))} records, the chain holds\n`);
      }),
    );
};
