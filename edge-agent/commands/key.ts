/** `key`: the gateway's public key, which the collector must know. */
import { openSigner } from "../keys/place.ts";
import { type AddCommand, configured, guarded } from "./shared.ts";

export const addKey: AddCommand = (program) => {
  program
    .command("key")
    .description("print the gateway's public key, making a key when there is none")
    .action(() =>
      guarded(async () => {
        const { publicKey } = await openSigner(configured(program).gateway);
        process.stdout.write(`${publicKey}\n`);
      }),
    );
};
