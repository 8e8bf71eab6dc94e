/** An agent that has nothing to talk to: no collector, no device behind its lines. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";
import { stringify } from "yaml";
import { ROOT } from "../rig/program.ts";

export interface LonelyAgent {
  folder: string;
  config: string;
  /** Everything in its journal. */
  records(): JournalRecord[];
}

/** Writes its configuration into a fresh folder. @param name of the folder @param changes to the configuration */
export function lonelyAgent(name: string, changes: object = {}): LonelyAgent {
  const folder = join(ROOT, ".run", "test", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "agent.yaml");
  const file = {
    gateway: { id: "gw-lonely", station: "532801-0001", stateDir: "./state" },
    collector: { brokers: ["mqtt://127.0.0.1:1"], publicKey: ed25519Signer(generateKeyPem()).publicKey },
    lines: [
      { line: "tax-1", serial: "./no-such-port" },
      { line: "gauge-1", tcp: "127.0.0.1:1" },
    ],
    devices: [
      {
        device: "tax-1",
        line: "tax-1",
        driver: "tax-port",
        dialect: "28-byte",
        nozzles: [{ nozzle: "N01", index: 0 }],
      },
      { device: "gauge-1", line: "gauge-1", driver: "modbus", profile: "generic-gauge", tanks: ["T1"] },
    ],
    ...changes,
  };
  writeFileSync(config, stringify(file));
  return {
    folder,
    config,
    records() {
      const db = new Database(join(folder, "state", "journal.db"), { readonly: true });
      const rows = db.prepare<[], { line: string }>("SELECT line FROM entry ORDER BY seq").all();
      db.close();
      return rows.map(({ line }) => JSON.parse(line) as JournalRecord);
    },
  };
}
