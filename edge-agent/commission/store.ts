/** Where an installation stands, in the state folder: read at the start, replaced in one step after each change. */
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type Commission, CommissionSchema } from "@forecourt/protocol/commission/state.ts";
import { Compile } from "typebox/compile";
import { replaceFile } from "../disk/replace-file.ts";

const FILE = "commission.json";
const validator = Compile(CommissionSchema);

/** The file of a state folder. */
export function commissionFile(stateDir: string): string {
  return join(stateDir, FILE);
}

/** The installation of a state folder. @returns undefined when there is none; one that cannot be read is set aside */
export function readCommission(
  stateDir: string,
  log: (message: string, details: object) => void,
): Commission | undefined {
  const file = commissionFile(stateDir);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const value = parsed(text);
  if (validator.Check(value)) return value;
  const aside = setAside(stateDir, "damaged");
  log("the state of the installation cannot be read; it was set aside", { aside });
  return undefined;
}

/** Keeps a state; it is on disk when the call returns. It may hold a code: readable by its owner alone. */
export function keepCommission(stateDir: string, state: Commission): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  replaceFile(commissionFile(stateDir), `${JSON.stringify(state, null, 1)}\n`);
}

/** Puts the present installation aside, so that another can begin; nothing is deleted. @returns its new path */
export function setAside(stateDir: string, why: string): string {
  const aside = join(stateDir, `commission-${why}-${process.hrtime.bigint()}.json`);
  renameSync(commissionFile(stateDir), aside);
  return aside;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
