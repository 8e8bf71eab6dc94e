/** `enrol`: makes the box's key, and gets its certificate with a one-time code. */
import { readFileSync } from "node:fs";
import { STATION_ID_PATTERN, type StationId } from "@forecourt/protocol/ids.ts";
import { enrol } from "../enrolment/enrol.ts";
import { enrolmentFiles, keepEnrolment, readEnrolment } from "../enrolment/files.ts";
import { connectionKey } from "../key.ts";
import { openSigner } from "../keys/place.ts";
import type { TokenPlace } from "../keys/token-signer.ts";
import { type AddCommand, guarded } from "./shared.ts";

const EXIT_REFUSED = 1;

interface EnrolFlags {
  state: string;
  collector: string;
  station: string;
  code: string;
  ca?: string;
  pkcs11Module?: string;
  pkcs11Token?: string;
  pkcs11Label: string;
  pkcs11PinFile?: string;
}

export const addEnrol: AddCommand = (program) => {
  program
    .command("enrol")
    .description("get this box's certificate with the one-time code of an official; needs no configuration yet")
    .requiredOption("--state <folder>", "the folder for the key and the journal")
    .requiredOption("--collector <url>", "the collector's address, for example https://collector.example")
    .requiredOption("--station <id>", "the station at which the box stands, for example 532801-0007")
    .requiredOption("--code <code>", "the ten characters")
    .option("--ca <file>", "who vouches for the collector, PEM; without it, the system's authorities")
    .option("--pkcs11-module <file>", "the key is made in a PKCS#11 token: its maker's library, absolute path")
    .option("--pkcs11-token <label>", "label of the token")
    .option("--pkcs11-label <label>", "label of the key pair in it", "gateway")
    .option("--pkcs11-pin-file <file>", "holds the PIN; readable by its owner alone")
    .action((flags: EnrolFlags) => guarded(() => run(flags)));
};

async function run(flags: EnrolFlags): Promise<void> {
  const { state, collector, station, code, ca } = flags;
  const before = readEnrolment(state);
  if (before !== undefined) return refuse(`the box is enrolled already, as ${before.gateway} of ${before.station}`);
  if (!new RegExp(STATION_ID_PATTERN).test(station)) return refuse(`${station} is no station id such as 532801-0007`);
  const desk = { collector, ca: ca === undefined ? undefined : readFileSync(ca, "utf8") };
  const pkcs11 = tokenOf(flags);
  if (pkcs11 === "incomplete") return refuse("--pkcs11-module, --pkcs11-token and --pkcs11-pin-file belong together");
  const signer = await openSigner({ stateDir: state, pkcs11 });
  // TLS needs its key in a file: with a token, the connection has a key of its own.
  const connection = pkcs11 === undefined ? undefined : connectionKey(state);
  const order = { code, station: station as StationId };
  const enrolled = await enrol(desk, order, signer, connection?.signer);
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
    ...(connection === undefined ? [] : [`key of the connection: ${connection.file}`]),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function tokenOf({
  pkcs11Module: module,
  pkcs11Token: token,
  pkcs11Label: label,
  pkcs11PinFile: pinFile,
}: EnrolFlags): TokenPlace | undefined | "incomplete" {
  if (module === undefined && token === undefined && pinFile === undefined) return undefined;
  if (module === undefined || token === undefined || pinFile === undefined) return "incomplete";
  return { module, token, label, pinFile };
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_REFUSED;
}
