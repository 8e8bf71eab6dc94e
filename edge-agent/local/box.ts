/** Wires one box: the agent when it has a configuration, the installation until then, and the page that shows both. */
import { existsSync } from "node:fs";
import type { LiveView } from "@forecourt/protocol/commission/live.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { nanoid } from "nanoid";
import { type Agent, type AgentWatch, configSha256, VERSION } from "../agent.ts";
import { Commissioning } from "../commission/commissioning.ts";
import type { PortFolders } from "../commission/scan/ports.ts";
import { loadConfig } from "../config.ts";
import { askTimeDaemon } from "../health/time-daemon.ts";
import { openBoxKeys } from "../keys/place.ts";
import type { TokenPlace } from "../keys/token-signer.ts";
import type { Supervisor } from "../remote/supervise.ts";
import { Board } from "./board.ts";
import { BoxAgent } from "./box-agent.ts";
import { keepServing } from "./keep-serving.ts";
import type { PinHash } from "./pin.ts";
import { startLocalServer } from "./server.ts";
import { Sessions } from "./sessions.ts";

export interface BoxOptions {
  stateDir: string;
  configFile: string;
  /** where the key that signs lies, if not in a file */
  pkcs11?: TokenPlace | undefined;
  host: string;
  port: number;
  /** looked up at each use: whoever sets another is not asked to start the box again */
  pin: () => PinHash | undefined;
  ports: PortFolders;
  /** Makes a supervisor of the agent of the configuration. */
  supervise: (of: { started: (agent: Agent) => void; watch: AgentWatch }) => Supervisor;
  epochMs: () => number;
  monoMs: () => number;
  random: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

export interface Box {
  /** of the page; undefined while its address cannot be used */
  readonly port: number | undefined;
  readonly isAgentRunning: boolean;
  stop(reason: string): Promise<void>;
}

/** Starts a box; its page is served as soon as its address can be used. @throws what the start of the agent throws */
export async function startBox(options: BoxOptions): Promise<Box> {
  const { stateDir, configFile, pkcs11, host, port, pin, ports, epochMs, monoMs, random, log } = options;
  // What was seen under one name must not be shown under another: each way of reading has a board of its own.
  let board = new Board(epochMs);
  const freshBoard = () => {
    board = new Board(epochMs);
    return board;
  };
  const agent = new BoxAgent((started) => options.supervise({ started, watch: freshBoard() }));
  const commissioning = new Commissioning({
    ...{ stateDir, configFile, ports, agent, random, log, version: VERSION },
    keys: () => openBoxKeys({ stateDir, pkcs11 }),
    pkcs11,
    at: () => formatTime(epochMs()),
    now: monoMs,
    newId: () => nanoid(16),
    configSha256: () => {
      const config = loadConfig(configFile);
      return config.ok ? configSha256(config.value) : "0".repeat(64);
    },
    watch: (sink) => freshBoard().watch(sink),
    clock: clockNow,
  });
  const live = (): LiveView => {
    const standing = agent.standing();
    const { items, devices, lines, sales } = board.view();
    return { now: epochMs(), mode: commissioning.mode, items, devices, lines, sales, uplink: standing ?? null };
  };
  if (existsSync(configFile)) {
    const reason = await agent.start();
    if (reason !== undefined) log("the agent does not start", { reason });
  }
  commissioning.start();
  const sessions = new Sessions({ now: monoMs, newToken: () => nanoid(32) });
  const serving = await keepServing({
    start: () =>
      startLocalServer({
        ...{ host, port, pin, sessions, log },
        box: { stateDir, configFile, commissioning, live, epochMs },
      }),
    after: realTimer,
    log,
  });
  return {
    get port() {
      return serving.port;
    },
    get isAgentRunning() {
      return agent.isRunning;
    },
    async stop(reason) {
      await serving.close();
      await commissioning.stop();
      await agent.stop(reason);
    },
  };
}

function realTimer(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}

async function clockNow(): Promise<{ clockSource: "time-daemon" | "none"; clockOffsetMs: number | null }> {
  const daemon = await askTimeDaemon();
  if (daemon?.isSynchronised !== true) return { clockSource: "none", clockOffsetMs: null };
  return { clockSource: "time-daemon", clockOffsetMs: daemon.offsetMs };
}
