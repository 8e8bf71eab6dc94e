/** `provision broker …`: a broker that stands apart from the collector. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { mosquittoFiles } from "../broker/mosquitto.ts";
import { refreshList } from "../broker/refresh.ts";

const EXIT_REFUSED = 1;
const PORT = "8883";
const COLLECTOR = "collector";

interface MosquittoFlags {
  out: string;
  tls: string;
  host: string;
  port: string;
  collector: string;
  user: string;
}

interface RefreshFlags {
  collector: string;
  ca: string;
  crl: string;
  onRevoked?: string;
  onRenewed?: string;
}

/** Adds the commands to the program. */
export function brokerCommands(program: Command): void {
  const broker = program.command("broker").description("a broker that stands apart from the collector");
  broker
    .command("mosquitto")
    .description("write Mosquitto's configuration and access list; never overwrites one")
    .requiredOption("--out <folder>", "where mosquitto.conf and acl are written, and revocations.crl is looked for")
    .requiredOption("--tls <folder>", "what `provision ca server` wrote")
    .option("--host <address>", "where it listens", "0.0.0.0")
    .option("--port <number>", "TCP port", PORT)
    .option("--collector <name>", "the name in the collector's client certificate (`provision ca client`)", COLLECTOR)
    .option("--user <account>", "the account under which it runs, and which may read the files", "mosquitto")
    .action(writeMosquitto);
  broker
    .command("refresh")
    .description("fetch the list of revocations from the collector, for the broker; run it every minute")
    .requiredOption("--collector <url>", "the collector's address")
    .requiredOption("--ca <file>", "ca.crt of `provision ca server`")
    .requiredOption("--crl <file>", "the broker's list")
    .option(
      "--on-revoked <command>",
      "run when somebody was revoked: restart the broker, since connections outlive a list",
    )
    .option("--on-renewed <command>", "run when the list is the same for longer: let the broker read it")
    .action(refresh);
}

function writeMosquitto({ out, tls, host, port, collector, user }: MosquittoFlags): void {
  const at = (name: string) => resolve(join(out, name));
  const plan = {
    ...{ host, port: Number(port), collector, user, aclFile: at("acl"), crlFile: at("revocations.crl") },
    certFile: resolve(join(tls, "server.crt")),
    keyFile: resolve(join(tls, "server.key")),
    caFile: resolve(join(tls, "ca.crt")),
  };
  if (!Number.isInteger(plan.port) || plan.port < 1 || plan.port > 65_535) {
    refuse(`${port} is no TCP port`);
    return;
  }
  const files = Object.entries(mosquittoFiles(plan));
  const there = files.map(([name]) => at(name)).find((file) => existsSync(file));
  if (there !== undefined) {
    refuse(`${there} exists. Name another folder with --out, or move it away.`);
    return;
  }
  mkdirSync(out, { recursive: true });
  for (const [name, text] of files) writeFileSync(at(name), text, { flag: "wx" });
  const made = files.map(([name]) => at(name));
  process.stdout.write(`${made.join("\n")}\nGive the files to it: chown -R ${user} ${resolve(tls)} ${resolve(out)}\n`);
}

async function refresh({ collector, ca, crl, onRevoked, onRenewed }: RefreshFlags): Promise<void> {
  const refreshed = await refreshList(collector, readFileSync(ca, "utf8"), crl);
  if (!refreshed.ok) {
    refuse(`${refreshed.error.message}. ${refreshed.error.cure}`);
    return;
  }
  process.stdout.write(`${refreshed.value}\n`);
  const command = refreshed.value === "revoked" ? onRevoked : onRenewed;
  if (command !== undefined) execFileSync("sh", ["-c", command], { stdio: "inherit" });
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_REFUSED;
}
