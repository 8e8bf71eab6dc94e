/** Wires the commands: what can be asked of this agent from afar, and what is settled at its start. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatYamlError } from "@forecourt/protocol/yaml-file.ts";
import type { AgentConfig } from "../config.ts";
import { type ActionResult, done, failed, type RemoteActions, refused } from "../remote/actions.ts";
import { CaptureFiles } from "../remote/capture-files.ts";
import { RemoteControl } from "../remote/control.ts";
import { type Ledger, openLedger } from "../remote/ledger.ts";
import type { LogRing } from "../remote/log-ring.ts";
import type { Supervision } from "../remote/supervise.ts";
import { diskFreeBytes } from "./journal.ts";
import type { Lines } from "./lines.ts";
import type { Updates } from "./update.ts";

export interface RemoteParts {
  supervision: Supervision;
  logs: LogRing;
  signer: Signer;
  lines: Pick<Lines, "readNow" | "capture">;
  uplink: {
    answer(message: Buffer): void;
    resendRange(fromSeq: number, toSeq: number): Promise<number>;
    collectorMs(): number | undefined;
  };
  /** Makes updates possible; undefined where the launcher did not start this program. */
  updates: ((settle: (id: string, result: ActionResult) => Promise<void>) => Updates | undefined) | undefined;
  append: (bodies: readonly RecordBody[]) => void;
  epochMs: () => number;
  log: (message: string, details: Record<string, unknown>) => void;
}

export interface Remote {
  /** A command came. */
  take(message: Uint8Array): void;
  /** The collector was reached: a configuration on trial stays. */
  reached(): void;
  /** Ends what is being carried out, and says how. */
  settleAll(): Promise<void>;
  close(): void;
}

/** Files that were captured, below the state folder. */
const CAPTURES = "captures";
const BYTES_PER_MB = 1024 * 1024;

/** Begins to take commands, and says how those ended that outlived the last run. */
export function startRemote(config: AgentConfig, parts: RemoteParts): Remote {
  const { supervision, signer, uplink, append, epochMs, log } = parts;
  const { stateDir } = config.gateway;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const ledger = openLedger(join(stateDir, "commands.db"));
  const captures = new CaptureFiles({
    folder: join(stateDir, CAPTURES),
    capture: parts.lines.capture,
    diskFreeBytes: () => diskFreeBytes(stateDir),
    minFreeBytes: config.journal.minFreeMb * BYTES_PER_MB,
    ended: (id, result) => settle(id, result),
  });
  const control = new RemoteControl({
    gateway: config.gateway.id,
    collector: ed25519Verifier(config.collector.publicKey),
    signer,
    ledger,
    actions: actionsOf(config, parts, { captures, updates: () => updates }),
    collectorMs: uplink.collectorMs,
    epochMs,
    record: (body) => append([body]),
    answer: uplink.answer,
    log,
  });
  const settle = (id: string, result: ActionResult): Promise<void> =>
    control
      .settle(id, result)
      .catch((error: unknown) => log("the end of a command was not kept", { id, error: String(error) }));
  const updates: Updates | undefined = parts.updates?.(settle);
  settleOld({ ledger, supervision, settle, underWay: updates?.underWay });
  return {
    take: (message) => void control.take(message),
    reached: () => {
      updates?.reached();
      const trial = supervision.reached();
      if (trial === undefined) return;
      void settle(trial.command, done(null, { configSha256: trial.sha256 }));
      supervision.trial.forget();
    },
    settleAll: async () => {
      await Promise.all([captures.stop(), updates?.stop()]);
    },
    close: () => ledger.close(),
  };
}

/** What had begun when the program last stopped has ended one way or another. */
function settleOld(of: {
  ledger: Ledger;
  supervision: Supervision;
  settle: (id: string, result: ActionResult) => Promise<void>;
  /** the command of an update that goes on, or says its end itself */
  underWay: string | undefined;
}): void {
  const { ledger, supervision, settle, underWay } = of;
  const { standing, trial } = supervision;
  if (standing !== undefined && standing.state !== "trying") {
    const outcome = standing.state === "rolled-back" ? "rolled-back" : "failed";
    void settle(standing.command, { outcome, reason: standing.reason });
    trial.forget();
  }
  for (const { id, name } of ledger.unfinished()) {
    if (id === standing?.command || id === underWay) continue;
    void settle(id, name === "restart" ? done() : failed("the agent stopped while it was carried out"));
  }
}

function actionsOf(
  config: AgentConfig,
  { supervision, logs, lines, uplink }: RemoteParts,
  { captures, updates }: { captures: CaptureFiles; updates: () => Updates | undefined },
): RemoteActions {
  return {
    applyConfiguration: (id, yaml, deadlineMs) => applyConfiguration(config, supervision, { id, yaml, deadlineMs }),
    readNow: lines.readNow,
    resendRange: uplink.resendRange,
    captureLine: (order) => captures.begin(order),
    textOf: (id) => captures.text(id),
    logLines: (count) => logs.last(count),
    update: (id, order) =>
      updates()?.order(id, order) ?? refused("this program was not installed so that it can be updated"),
    restart: () => supervision.restart("asked for by the collector"),
  };
}

function applyConfiguration(
  config: AgentConfig,
  { trial, load, restart }: Supervision,
  { id, yaml, deadlineMs }: { id: string; yaml: string; deadlineMs: number },
): ActionResult {
  if (trial.read() !== undefined) return refused("another configuration is on trial");
  const loaded = load(trial.propose(yaml));
  const refuse = (reason: string, text = ""): ActionResult => {
    trial.withdraw();
    return { ...refused(reason), text };
  };
  if (!loaded.ok) {
    const [first] = loaded.error;
    const text = loaded.error.map(formatYamlError).join("\n");
    return refuse(`the configuration is wrong: ${first?.field ?? ""}: ${first?.message ?? ""}`, text);
  }
  // Another journal, another key or another identity would be another gateway: that is a technician's work.
  if (!isDeepStrictEqual(loaded.value.gateway, config.gateway)) {
    return refuse("gateway (id, station, stateDir, pkcs11) cannot be changed from afar");
  }
  trial.begin(id, deadlineMs);
  restart("a new configuration");
  return { outcome: "accepted", reason: null };
}
