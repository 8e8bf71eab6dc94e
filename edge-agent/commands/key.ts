/** `key`: the gateway's public key, which the collector must know. */
import { gatewaySigner } from "../key.ts";
import { type AddCommand, configured, guarded } from "./shared.ts";

export const addKey: AddCommand = (program) => {
  program
    .command("key")
    .description("print the gateway's public key, making a key when there is none")
    .action(() =>
      guarded(() => {
        const { stateDir } = configured(program).gateway;
        process.stdout.write(`${gatewaySigner(stateDir).publicKey}\n`);
      }),
    );
};
