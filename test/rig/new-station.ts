/**
 * A station before its box is installed, as processes: authority, collector, simulated devices, and a box out of its
 * carton. Adapters bear the names that udev gives; the dispensers are plugged in the other way round.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { Program, ROOT, until } from "./program.ts";
import { startReady } from "./ready.ts";
import { readPlan, registryEntry, type StationLines } from "./site.ts";
import { runTool } from "./tools.ts";

export const STATION = "532801-0042";
export const PIN = "482913";
const TOKEN = "a-token-for-tests-only";
/** Whoever looks at stations is somebody else than whoever enrols boxes. */
const VIEWER = "a-token-to-look-at-stations";
const SCENARIO = join(ROOT, "test", "rig", "new-station.yaml");

interface Ports {
  http: number;
  mqtts: number;
}

export class NewStation {
  readonly folder: string;
  readonly #running: Program[] = [];
  #control = 0;
  #box: Program | undefined;
  #collector: Program | undefined;
  #ports: Ports = { http: 0, mqtts: 0 };
  /** The box keeps its port from one start to the next, as a real one does. */
  boxPort = 0;

  constructor(name: string) {
    this.folder = join(ROOT, ".run", "test", name);
  }

  place(...names: string[]): string {
    return join(this.folder, ...names);
  }

  get collectorUrl(): string {
    return `http://127.0.0.1:${this.#ports.http}`;
  }

  get boxUrl(): string {
    return `http://127.0.0.1:${this.boxPort}`;
  }

  /** Everything but the box. */
  async start(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.place("by-id"), { recursive: true });
    await this.#authority();
    this.#writeCollector({ http: 0, mqtts: 0 });
    await this.startCollector();
    // Only now the broker's address is known, which the collector tells boxes when they enrol.
    await this.stopCollector();
    this.#writeCollector(this.#ports);
    await this.startCollector();
    await this.#devices();
    const pin = await this.node("edge-agent/main.ts", "pin", "--state", this.place("box"), "--pin", PIN);
    if (pin.code !== 0) throw new Error(pin.output);
  }

  async stop(): Promise<void> {
    for (const program of this.#running.toReversed()) await program.stop();
  }

  node(...args: string[]) {
    const absolute = args.map((arg) => (arg.endsWith("main.ts") ? join(ROOT, arg) : arg));
    return runTool(process.execPath, absolute, 240_000);
  }

  async startCollector(): Promise<void> {
    const config = ["--config", this.place("collector.yaml")];
    const { program, said } = await this.#program<Ports>(
      "the collector is up",
      "collector.log",
      "collector/main.ts",
      ...config,
    );
    this.#collector = program;
    this.#ports = said;
  }

  async stopCollector(): Promise<void> {
    await this.#collector?.stop();
  }

  async startBox(): Promise<void> {
    const flags = ["--state", this.place("box"), "--serial-dir", this.place("by-id")];
    const listen = ["--listen", `127.0.0.1:${this.boxPort}`];
    const args = ["edge-agent/main.ts", "box", ...flags, ...listen];
    const { program, said } = await this.#program<{ port: number }>("the box is up", "box.log", ...args);
    this.#box = program;
    this.boxPort = said.port;
  }

  /** Pulls the plug, and puts it in again. */
  async cutPower(): Promise<void> {
    await this.#box?.kill();
    await this.startBox();
  }

  async stopBox(): Promise<number | null> {
    return (await this.#box?.stop()) ?? null;
  }

  /** A one-time code for the station, as an official issues it. */
  async code(): Promise<string> {
    const answer = await this.collector<{ code: string }>("POST", "/api/v1/enrolment-codes", {
      station: STATION,
      by: "李四",
    });
    return answer.code;
  }

  async collector<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
    const token = path.startsWith("/api/v1/stations/") ? VIEWER : TOKEN;
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const answer = await fetch(`${this.collectorUrl}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Somebody sells a little at a nozzle. */
  sell(nozzle: string): Promise<void> {
    return this.simulate("/api/cheats", { kind: "test-fuel", nozzle, cans: 1 });
  }

  /** Somebody presses a seal's test button. */
  pressSeal(seal: string): Promise<void> {
    return this.simulate("/api/cheats", { kind: "seal-open", seal, for: "60s" });
  }

  async simulate(path: string, body: object): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${this.#control}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  log(name: string): string {
    return readFileSync(this.place(name), "utf8");
  }

  #program<Said>(what: string, log: string, ...args: string[]): Promise<{ program: Program; said: Said }> {
    return startReady<Said>(what, { args, log: this.place(log), started: (program) => this.#running.push(program) });
  }

  async #authority(): Promise<void> {
    writeFileSync(this.place("passphrase"), "correct horse battery\n");
    const ca = ["provisioning/main.ts", "ca"];
    const dir = ["--dir", this.place("ca")];
    const by = ["--organisation", "测试商务局", "--passphrase-file", this.place("passphrase")];
    const made = await this.node(...ca, "init", ...dir, ...by);
    const names = ["--name", "127.0.0.1", "localhost"];
    const server = await this.node(...ca, "server", ...dir, ...names, "--out", this.place("tls"));
    if (made.code !== 0 || server.code !== 0) throw new Error(made.output + server.output);
  }

  #writeCollector({ http, mqtts }: Ports): void {
    const { gateways: _, ...entry } = registryEntry(readPlan(SCENARIO), "") as { gateways: unknown };
    writeFileSync(this.place("registry.yaml"), stringify({ stations: [{ ...entry, gateways: [] }] }));
    const tls = { certFile: "tls/server.crt", keyFile: "tls/server.key", caFile: "tls/ca.crt" };
    const authority = { certFile: "ca/authority/authority.crt", keyFile: "ca/authority/authority.key" };
    const config = {
      collector: { keyFile: "collector.key" },
      database: "collector.db",
      broker: { tls: { host: "127.0.0.1", port: mqtts, ...tls } },
      http: { host: "127.0.0.1", port: http },
      enrolment: {
        ...authority,
        rootFile: "ca/root/root.crt",
        token: TOKEN,
        brokers: mqtts === 0 ? [] : [`mqtts://127.0.0.1:${mqtts}`],
      },
      machines: [{ name: "viewer", token: VIEWER, functions: ["stations:view"] }],
      noticesToken: "another-token-for-tests",
      registry: "registry.yaml",
    };
    writeFileSync(this.place("collector.yaml"), stringify(config));
  }

  async #devices(): Promise<void> {
    const lines = this.place("lines");
    const flags = ["--lines", lines, "--truth", this.place("truth.jsonl"), "--control", "0", "--log-level", "warn"];
    const simulator = new Program({
      args: ["simulators/main.ts", "run", SCENARIO, ...flags],
      log: this.place("simulator.log"),
    });
    simulator.start();
    this.#running.push(simulator);
    const up = await until("the simulated station is up", () => {
      try {
        return JSON.parse(readFileSync(join(lines, "lines.json"), "utf8")) as StationLines;
      } catch {
        return undefined;
      }
    });
    this.#control = up.control?.port ?? 0;
    const adapters = {
      "usb-FTDI_Quad_RS232-HS_FT7XK3-if00-port0": "tax-2",
      "usb-FTDI_Quad_RS232-HS_FT7XK3-if01-port0": "tax-1",
      "usb-FTDI_USB-RS485_Cable_FT4A1B-if00-port0": "rs485-1",
    };
    for (const [name, line] of Object.entries(adapters)) symlinkSync(join(lines, line), this.place("by-id", name));
  }
}
