/** `collector enrolment code`: issues a one-time code from the command line, shown once, with its QR code. */
import { writeFileSync } from "node:fs";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import { showCode } from "@forecourt/protocol/enrolment/code.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Command } from "commander";
import { nanoid } from "nanoid";
import { Enrolment } from "../enrolment/enrolment.ts";
import { slipOf } from "../enrolment/slip.ts";
import { storedRegistry } from "../registry/registry.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { AcceptanceDesk } from "../trust/acceptance.ts";
import { configOf, signerOf } from "./shared.ts";

const EXIT_REFUSED = 1;

interface CodeFlags {
  config: string;
  station: string;
  by: string;
  replaces?: string;
  collector?: string;
  svg?: string;
}

/** Adds the commands below `enrolment`. */
export function addEnrolmentCommands(program: Command): void {
  program
    .command("enrolment")
    .description("gateways that are to be trusted")
    .command("code")
    .description(
      "issue a one-time code for a station and show it, once, with its QR code; the collector may be running",
    )
    .requiredOption("--config <file>", "configuration file (YAML)")
    .requiredOption("--station <id>", "the station for which it is good")
    .requiredOption("--by <name>", "who issues it")
    .option("--replaces <gateway>", "the box that the new one replaces: it is trusted no more from then on")
    .option("--collector <url>", "the collector's address for the QR code; by default enrolment.address")
    .option("--svg <file>", "write the QR code as a picture, readable by its owner alone")
    .action(issue);
}

async function issue(flags: CodeFlags): Promise<void> {
  const config = configOf(flags.config);
  if (config.enrolment === undefined) return refuse("The configuration has no section enrolment: no box can enrol.");
  const address = flags.collector ?? config.enrolment.address;
  const store = await openSqliteStore(config.database);
  try {
    const registry = await storedRegistry(store.registry, config.registry);
    const collectorPublicKey = signerOf(config).publicKey;
    // The running collector works off what is stored here with the station's next input.
    const onInput = () => undefined;
    const parts = { store: store.trust, registry, now: Date.now, newId: nanoid, onInput };
    const acceptance = new AcceptanceDesk({ ...parts, collector: ed25519Verifier(collectorPublicKey) });
    const desk = new Enrolment(config.enrolment, {
      ...{ store: store.enrolment, registry, position: store.ingest.position, collectorPublicKey, now: Date.now },
      prepare: (station, by) => acceptance.prepare(station, by),
      // Codes are issued here and used elsewhere: nothing is revoked by this process.
      unregister: async () => undefined,
      disconnect: () => undefined,
    });
    await desk.start();
    const { station, by, replaces = null } = flags;
    const issued = await desk.issueCode({ station, replaces, by });
    if (!issued.ok) return refuse(`${issued.error.message}. ${issued.error.cure}`);
    const { code, expiresMs, gateway, station: at } = issued.value;
    const lines = [`${showCode(code)}  for ${gateway} at ${at}, until ${formatTime(expiresMs)}`];
    if (address !== undefined) {
      const slip = slipOf(address, at, code);
      lines.push(slip.text, slip.blocks);
      if (flags.svg !== undefined) writeFileSync(flags.svg, slip.svg, { mode: 0o600, flag: "wx" });
    }
    process.stdout.write(`${lines.join("\n")}\n`);
  } finally {
    await store.close();
  }
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_REFUSED;
}
