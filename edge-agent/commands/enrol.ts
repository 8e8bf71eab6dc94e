/** `enrol`: makes the box's key, and gets its certificate with a one-time code. */
import { readFileSync } from "node:fs";
import { STATION_ID_PATTERN, type StationId } from "@forecourt/protocol/ids.ts";
import { enrol } from "../enrolment/enrol.ts";
import { enrolmentFiles, keepEnrolment, readEnrolment } from "../enrolment/files.ts";
import { openBoxKeys, tlsKeyFile } from "../keys/place.ts";
import { type AddCommand, guarded } from "./shared.ts";
import { addTokenOptions, TOKEN_INCOMPLETE, type TokenFlags, tokenOf } from "./token-options.ts";

const EXIT_REFUSED = 1;

interface EnrolFlags extends TokenFlags {
  state: string;
  collector: string;
  station: string;
  code: string;
  ca?: string;
}

export const addEnrol: AddCommand = (program) => {
  const command = program
    .command("enrol")
    .description("get this box's certificate with the one-time code of an official; needs no configuration yet")
    .requiredOption("--state <folder>", "the folder for the key and the journal")
    .requiredOption("--collector <url>", "the collector's address, for example https://collector.example")
    .requiredOption("--station <id>", "the station at which the box stands, for example 532801-0007")
    .requiredOption("--code <code>", "the ten characters")
    .option("--ca <file>", "who vouches for the collector, PEM; without it, the system's authorities")
    .action((flags: EnrolFlags) => guarded(() => run(flags)));
  addTokenOptions(command);
};

async function run(flags: EnrolFlags): Promise<void> {
  const { state, collector, station, code, ca } = flags;
  const before = readEnrolment(state);
  if (before !== undefined) return refuse(`the box is enrolled already, as ${before.gateway} of ${before.station}`);
  if (!new RegExp(STATION_ID_PATTERN).test(station)) return refuse(`${station} is no station id such as 532801-0007`);
  const desk = { collector, ca: ca === undefined ? undefined : readFileSync(ca, "utf8") };
  const pkcs11 = tokenOf(flags);
  if (pkcs11 === "incomplete") return refuse(TOKEN_INCOMPLETE);
  const { signer, connection } = await openBoxKeys({ stateDir: state, pkcs11 });
  const order = { code, station: station as StationId };
  const enrolled = await enrol(desk, order, signer, connection);
  if (!enrolled.ok) return refuse(`${enrolled.error.message}. ${enrolled.error.cure}`);
  keepEnrolment(state, enrolled.value);
  const { gateway, brokers, collectorPublicKey } = enrolled.value;
  const { certFile, caFile } = enrolmentFiles(state);
  const lines = [
    `enrolled as ${gateway} of station ${enrolled.value.station}`,
    `brokers: ${brokers.join(" ")}`,
    `collector's public key: ${collectorPublicKey}`,
    `certificate: ${certFile}`,
    `authorities: ${caFile}`,
    ...(connection === undefined ? [] : [`key of the connection: ${tlsKeyFile({ stateDir: state, pkcs11 })}`]),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_REFUSED;
}
