/** Where the command line says that the gateway's key is in a PKCS#11 token. */
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { TokenPlace } from "../keys/token-signer.ts";

export interface TokenFlags {
  pkcs11Module?: string;
  pkcs11Token?: string;
  pkcs11Label: string;
  pkcs11PinFile?: string;
}

const OPTIONS = [
  ["module <file>", "the key is made in a PKCS#11 token: its maker's library, absolute path", "MODULE"],
  ["token <label>", "label of the token", "TOKEN"],
  ["pin-file <file>", "holds the PIN; readable by its owner alone", "PIN_FILE"],
] as const;

/** Adds the options to a command; a service says the same by the environment. */
export function addTokenOptions(command: Command): Command {
  for (const [flag, what, name] of OPTIONS) {
    command.addOption(new Option(`--pkcs11-${flag}`, what).env(`FORECOURT_PKCS11_${name}`));
  }
  const label = new Option("--pkcs11-label <label>", "label of the key pair in it").env("FORECOURT_PKCS11_LABEL");
  return command.addOption(label.default("gateway"));
}

export const TOKEN_INCOMPLETE = "--pkcs11-module, --pkcs11-token and --pkcs11-pin-file belong together";

/** The token that was named; undefined when the key is in a file. */
export function tokenOf(flags: TokenFlags): TokenPlace | undefined | "incomplete" {
  const { pkcs11Module: module, pkcs11Token: token, pkcs11Label: label, pkcs11PinFile: pinFile } = flags;
  if (module === undefined && token === undefined && pinFile === undefined) return undefined;
  if (module === undefined || token === undefined || pinFile === undefined) return "incomplete";
  return { module, token, label, pinFile: resolve(pinFile) };
}
