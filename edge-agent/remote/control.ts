/**
 * Takes commands: proves them, refuses what is late, foreign or known, carries the others out one after the other, and
 * records and answers what became of each. Nothing that comes from outside stops it.
 */
import type { Signer, Verifier } from "@forecourt/protocol/batch/signer.ts";
import { type Command, decodeCommand, encodeCommandAnswer } from "@forecourt/protocol/commands/message.ts";
import type { CommandOutcome } from "@forecourt/protocol/commands/schema.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime, parseTime } from "@forecourt/protocol/time.ts";
import { type ActionResult, carryOut, type RemoteActions } from "./actions.ts";
import type { Ledger } from "./ledger.ts";

export interface ControlOptions {
  gateway: GatewayId;
  collector: Verifier;
  signer: Signer;
  ledger: Ledger;
  actions: RemoteActions;
  /** The collector's clock as far as it is known, epoch ms; undefined before its first receipt. */
  collectorMs: () => number | undefined;
  /** the box's own clock, epoch ms */
  epochMs: () => number;
  record: (body: RecordBody) => void;
  answer: (message: Buffer) => void;
  log: (message: string, details: Record<string, unknown>) => void;
}

/** Commands waiting for the running one; the collector brings the others again at the next greeting. */
const WAITING = 16;
/** A command may have been issued by a clock a little ahead. */
const AHEAD_MS = 300_000;
/** Somebody who forges commands without end must not fill the journal: so often they are recorded. */
const REFUSED_RECORD_EVERY_MS = 10_000;
const MAX_REASON = 200;
/** of a command whose id cannot be read */
const UNKNOWN_ID = "unknown";

export class RemoteControl {
  readonly #options: ControlOptions;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** A message came on the commands' topic. @returns when it has been worked off */
  take(message: Uint8Array): Promise<void> {
    if (this.#waiting >= WAITING) {
      this.#options.log("a command was not taken: too many wait", {});
      return this.#queue;
    }
    this.#waiting += 1;
    this.#queue = this.#queue
      .then(() => this.#takeOne(message))
      .catch((error: unknown) => this.#options.log("a command could not be worked off", { error: String(error) }))
      .finally(() => {
        this.#waiting -= 1;
      });
    return this.#queue;
  }

  /** Says how a command ended that outlived its process. */
  async settle(id: string, result: ActionResult): Promise<void> {
    const { ledger } = this.#options;
    const entry = ledger.get(id);
    if (entry === undefined || entry.outcome !== "accepted") return;
    this.#recordEnd(id, entry.name, result);
    ledger.end(id, result.outcome, shortened(result.reason));
    await this.#say(id, result);
  }

  async #takeOne(message: Uint8Array): Promise<void> {
    const { gateway, collector, ledger, epochMs, actions } = this.#options;
    const decoded = decodeCommand(message, { gateway, verifier: collector });
    if (!decoded.ok) {
      this.#refuse(decoded.error.id, "", `${decoded.error.code}: ${decoded.error.message}`);
      return;
    }
    const { id, body } = decoded.value;
    const known = ledger.get(id);
    if (known !== undefined) {
      // Repeated, by a collector that missed the answer or by somebody who listened: said again, never done again.
      this.#options.log("a known command came again", { id, outcome: known.outcome });
      const text = known.outcome === "done" ? actions.textOf(id) : undefined;
      await this.#say(id, { ...known, ...(text !== undefined && { text }) });
      return;
    }
    const collectorMs = this.#options.collectorMs();
    if (collectorMs === undefined) {
      // Nobody could say whether it is late. The collector brings it again at the next greeting.
      this.#options.log("a command came before the collector's first receipt", { id });
      return;
    }
    const untimely = untimelyAt(collectorMs, decoded.value);
    if (untimely !== undefined) {
      this.#refuse(id, body.name, untimely);
      await this.#say(id, { outcome: "refused", reason: untimely });
      return;
    }
    if (!ledger.begin(id, body.name, epochMs())) return;
    this.#recordEnd(id, body.name, { outcome: "accepted", reason: null });
    const result = await carryOut(id, body, actions).catch(
      (error: unknown): ActionResult => ({ outcome: "failed", reason: String(error) }),
    );
    if (result.outcome !== "accepted") {
      this.#recordEnd(id, body.name, result);
      ledger.end(id, result.outcome, shortened(result.reason));
    }
    await this.#say(id, result);
  }

  #refuse(id: string | undefined, name: string, reason: string): void {
    const { epochMs, log } = this.#options;
    log("a command was refused", { id: id ?? null, reason });
    const nowMs = epochMs();
    if (Math.abs(nowMs - this.#refusedAt) < REFUSED_RECORD_EVERY_MS) return;
    this.#refusedAt = nowMs;
    this.#recordEnd(id ?? UNKNOWN_ID, name, { outcome: "refused", reason });
  }

  #recordEnd(command: string, name: string, { outcome, reason, configSha256 }: ActionResult): void {
    const body = { kind: "command", command, name, outcome, reason: shortened(reason) } as const;
    this.#options.record({ ...body, configSha256: configSha256 ?? null });
  }

  async #say(
    command: string,
    result: { outcome: CommandOutcome; reason: string | null; text?: string },
  ): Promise<void> {
    const { gateway, signer, epochMs, answer } = this.#options;
    const { outcome, reason, text } = result;
    const at = formatTime(epochMs());
    const header = { command, gateway, outcome, reason: shortened(reason), at };
    const encoded = await encodeCommandAnswer({ ...header, text: text ?? "" }, signer).catch((error: unknown) => {
      // More than one message holds: what became of the command is said all the same.
      if (!(error instanceof RangeError)) throw error;
      return encodeCommandAnswer({ ...header, text: "" }, signer);
    });
    answer(encoded);
  }
}

/** Why a command is not to be carried out now, if so. */
function untimelyAt(nowMs: number, { issuedAt, expiresAt }: Command): string | undefined {
  if (nowMs > (parseTime(expiresAt) ?? Number.NEGATIVE_INFINITY)) return `expired at ${expiresAt}`;
  if ((parseTime(issuedAt) ?? Number.POSITIVE_INFINITY) > nowMs + AHEAD_MS) return `issued at ${issuedAt}: not yet`;
  return undefined;
}

function shortened(reason: string | null): string | null {
  return reason === null ? null : reason.slice(0, MAX_REASON).toWellFormed();
}
