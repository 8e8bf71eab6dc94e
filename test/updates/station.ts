/**
 * One gateway as its package installs it, with the launcher and its own runtime, a gauge, and a collector that offers
 * bundles: for updates that really happen.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { ed25519Signer, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { bundleTree } from "@forecourt/provisioning/updates/bundle.ts";
import { stringify } from "yaml";
import { Program, ROOT, until } from "../rig/program.ts";
import { startReady } from "../rig/ready.ts";

export const GATEWAY = "gw-532801-0009";
const TOKEN = "a-token-for-commands";
/** The API lets nobody look more often than ten times a second. */
const LOOK_MS = 150;

/** A gauge on Modbus TCP: whatever is asked for reads as 100. */
function gauge() {
  return createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (asked) => {
      const count = asked.readUInt16BE(10);
      const registers = Buffer.alloc(2 * count);
      for (let at = 0; at < count; at += 1) registers.writeUInt16BE(100, 2 * at);
      const head = Buffer.from([asked[0]!, asked[1]!, 0, 0, 0, 3 + 2 * count, asked[6]!, asked[7]!, 2 * count]);
      socket.write(Buffer.concat([head, registers]));
    });
  });
}

export class InstalledStation {
  readonly folder: string;
  readonly updates: string;
  readonly #authority = ed25519Signer(generateKeyPem());
  readonly #gauge = gauge();
  readonly #programs: Program[] = [];
  #http = 0;
  agent!: Program;

  constructor(folder: string) {
    this.folder = folder;
    this.updates = join(folder, "update");
  }

  /** Builds the package, unpacks it, and starts collector and agent. */
  async start(): Promise<void> {
    const { folder } = this;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const what = ["--program", "agent", "--as-version", "0.1.0", "--compression", "gzip", "--out", folder];
    execFileSync(process.execPath, ["provisioning/main.ts", "packages", ...what], { cwd: ROOT });
    execFileSync("dpkg-deb", ["-x", join(folder, "forecourt-agent_0.1.0_amd64.deb"), join(folder, "root")]);
    writeFileSync(join(folder, "authority.pub"), `${this.#authority.publicKey}\n`);
    await new Promise<void>((resolve) => this.#gauge.listen(0, "127.0.0.1", resolve));
    await this.#startCollector();
    this.agent = new Program({
      args: [join(this.factory, "edge-agent", "launch.ts"), "--config", join(folder, "agent.yaml")],
      log: join(folder, "agent.log"),
      node: join(this.factory, "runtime", "node"),
      environment: {
        NODE_COMPILE_CACHE: join(folder, "cache"),
        FORECOURT_UPDATES: this.updates,
        FORECOURT_AUTHORITY: join(folder, "authority.pub"),
      },
    });
    this.agent.start();
    this.#programs.push(this.agent);
    await until("the gauge is read", () => readFileSync(join(folder, "agent.log"), "utf8").includes("agent started"));
  }

  async stop(): Promise<void> {
    for (const program of this.#programs) await program.stop();
    this.#gauge.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get factory(): string {
    return join(this.folder, "root", "usr", "lib", "forecourt-agent");
  }

  get journal(): string {
    return join(this.folder, "state", "journal.db");
  }

  /** Puts a version on the collector's shelf. @param change files that differ, by their path */
  async offer(version: string, change: Record<string, (text: string) => string> = {}): Promise<void> {
    const tree = join(this.folder, `tree-${version}`);
    cpSync(this.factory, tree, { recursive: true, verbatimSymlinks: true });
    const named = { "edge-agent/package.json": (text: string) => text.replace('"0.1.0"', `"${version}"`) };
    for (const [path, changed] of Object.entries({ ...named, ...change })) {
      writeFileSync(join(tree, path), changed(readFileSync(join(tree, path), "utf8")));
    }
    const out = join(this.folder, "bundles");
    await bundleTree(tree, { version, arch: "amd64", out, authority: this.#authority, nowMs: Date.now(), level: 1 });
    rmSync(tree, { recursive: true });
  }

  /** Orders an update, and waits for its end. */
  async order(version: string, more: object = {}): Promise<{ state: string; reason: string | null; id: string }> {
    const from = `http://127.0.0.1:${this.#http}/api/v1/bundles`;
    const command = { name: "update", version, from, allowOlder: false, trialMs: 20_000, ...more };
    const { id } = await this.#call("POST", "", { gateway: GATEWAY, command });
    const ends = ["done", "refused", "failed", "rolled-back"];
    return until(
      `the update to ${version} ends`,
      async () => {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        const shown = await this.#call("GET", `/${id}`);
        return ends.includes(shown.state) && shown;
      },
      120_000,
    );
  }

  async #call(method: string, path: string, body?: object) {
    const answer = await fetch(`http://127.0.0.1:${this.#http}/api/v1/commands${path}`, {
      method,
      // Updates take a minute: a connection that was kept open may just be closing.
      headers: {
        authorization: `Bearer ${TOKEN}`,
        connection: "close",
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as { id: string; state: string; reason: string | null };
  }

  async #startCollector(): Promise<void> {
    const { folder } = this;
    const file = (name: string) => join(folder, name);
    const place = { host: "127.0.0.1", port: 0 };
    const station = { id: "532801-0009", nameZh: "站", nameEn: "Station", county: "景洪市" };
    const things = { dispensers: [], tanks: [{ tank: "T1", grade: "92#", capacityL: 30_000 }], seals: [] };
    const write = (publicKey: string | undefined) => {
      const stations =
        publicKey === undefined ? [] : [{ ...station, gateways: [{ id: GATEWAY, publicKey }], ...things }];
      writeFileSync(file("registry.yaml"), stringify({ stations }));
    };
    const updates = { bundles: "bundles", address: "http://127.0.0.1/api/v1/bundles" };
    const tokens = { noticesToken: "a-token-for-tests-only", commandsToken: TOKEN };
    const files = { collector: { keyFile: "collector.key" }, database: "collector.db", registry: "registry.yaml" };
    writeFileSync(
      file("collector.yaml"),
      stringify({ ...files, broker: { ...place }, http: { ...place }, updates, ...tokens }),
    );
    write(undefined);
    const publicKey = keyOf("collector/main.ts", "key", "--config", file("collector.yaml"));
    const configure = (mqtt: number) => {
      const lines = [{ line: "gauge", tcp: `127.0.0.1:${(this.#gauge.address() as AddressInfo).port}` }];
      const devices = [{ device: "gauge-1", line: "gauge", driver: "modbus", profile: "generic-gauge", tanks: ["T1"] }];
      const gateway = { id: GATEWAY, station: station.id, stateDir: "state" };
      const collector = { brokers: [`mqtt://127.0.0.1:${mqtt}`], publicKey };
      const uplink = { reconnectMinMs: 50, reconnectMaxMs: 200 };
      writeFileSync(file("agent.yaml"), stringify({ gateway, collector, lines, devices, uplink }));
    };
    configure(1);
    write(keyOf("edge-agent/main.ts", "--config", file("agent.yaml"), "key"));
    const { said } = await startReady<{ mqtt: number; http: number }>("the collector is up", {
      args: ["collector/main.ts", "--config", file("collector.yaml")],
      log: file("programs.log"),
      started: (program) => this.#programs.push(program),
    });
    this.#http = said.http;
    configure(said.mqtt);
  }
}

/** What a command prints that says a public key. */
function keyOf(...args: string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}
