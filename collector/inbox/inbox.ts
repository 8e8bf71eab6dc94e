/**
 * The inbox: takes the gateways' messages one by one and in order for each gateway, and answers only when what it says
 * is on disk. What does not fit is kept, logged and refused with a reason; nothing from outside stops it.
 */
import { type CollectorAnswer, decodeHello, encodeAnswerMessage } from "@forecourt/protocol/batch/answer.ts";
import { type OpenedBatch, openBatch, proveBatch } from "@forecourt/protocol/batch/envelope.ts";
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { sha256Hex } from "@forecourt/protocol/records/chain.ts";
import { claimsNewChain } from "@forecourt/protocol/records/new-chain.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Logger } from "pino";
import type { InboxError, RefusalCode } from "../errors.ts";
import { limits } from "../limits.ts";
import type { RegisteredGateway, Registry } from "../registry/registry.ts";
import type { RuleInput } from "../rules/rule.ts";
import type { AcceptedBatch, IngestStore, Position } from "../store/store.ts";
import type { SecondStory } from "../trust/events.ts";
import { decideBatch } from "./decide.ts";
import { GatewayQueues } from "./queues.ts";
import { readRecords } from "./records.ts";
import { StoryBrake, secondStory } from "./second-story.ts";
import type { Transport, UpMessage } from "./transport.ts";

export interface InboxOptions {
  transport: Transport;
  store: IngestStore;
  registry: Registry;
  signer: Signer;
  /** epoch ms */
  now: () => number;
  log: Logger;
  /** Told after a commit: the station's rules have a new input. */
  onInput: (station: string, id: number, input: RuleInput) => void;
  /** Told when a gateway greets with a journal that cannot be the stored one. */
  onSecondStory?: (station: string, story: SecondStory) => Promise<void>;
}

/** Refusals that say something about the gateway's story: its rules hear of them. */
const TOLD_TO_RULES: readonly RefusalCode[] = ["chain", "fork", "schema"];
const MAX_MESSAGE = 400;

export class Inbox {
  readonly #options: InboxOptions;
  readonly #queues: GatewayQueues;
  /** when a gateway was last asked to resend, epoch ms */
  readonly #askedMs = new Map<string, number>();
  /** when a gateway's greeting was last remembered, epoch ms */
  readonly #greetedMs = new Map<string, number>();

  readonly #stories = new StoryBrake(limits.inbox.storyEveryMs);

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#queues = new GatewayQueues((messages) => this.#take(messages), options.log);
    options.transport.onMessage((message) => this.#queues.add(message));
  }

  /** Takes no more messages and waits for the running one. */
  stop(): Promise<void> {
    return this.#queues.stop();
  }

  /** Works off consecutive messages of one gateway: batches that follow each other share one transaction. */
  async #take(messages: readonly UpMessage[]): Promise<void> {
    const run: AcceptedBatch[] = [];
    for (const message of messages) {
      try {
        await this.#takeOne(message, run);
      } catch (error) {
        this.#unanswered(message.gateway, error);
      }
      const records = run.reduce((sum, batch) => sum + batch.lines.length, 0);
      if (records >= limits.inbox.recordsAtOnce) await this.#commit(run);
    }
    await this.#commit(run);
  }

  async #takeOne(message: UpMessage, run: AcceptedBatch[]): Promise<void> {
    const { gateway: id, channel } = message;
    const gateway = this.#options.registry.gateway(id);
    const accepted =
      gateway !== undefined && channel === "batch" ? await this.#accept(gateway, message, run) : undefined;
    if (accepted !== undefined) {
      run.push(accepted);
      return;
    }
    // Everything else is answered from what is on disk.
    await this.#commit(run);
    if (gateway === undefined) {
      const error = refusal(
        "unregistered",
        `${id} is not registered`,
        "register the gateway, or find out who sent this",
      );
      await this.#refuse(message, error, undefined, undefined);
    } else if (channel === "hello") {
      await this.#hello(gateway, message);
    } else if (channel === "batch") {
      await this.#batch(gateway, message);
    } else {
      const text = `nothing is known of the channel ${channel.slice(0, 40)}`;
      await this.#refuse(message, refusal("channel", text, "update the agent or the collector"), gateway, undefined);
    }
  }

  async #hello(gateway: RegisteredGateway, message: UpMessage): Promise<void> {
    const hello = decodeHello(message.payload);
    if (!hello.ok || hello.value.gateway !== gateway.id) {
      const text = hello.ok ? `the greeting is of ${hello.value.gateway}` : hello.error.message;
      await this.#refuse(message, refusal("hello", text, "update the agent"), gateway, undefined);
      return;
    }
    const { store, log, now, onInput } = this.#options;
    const position = await store.position(gateway.id);
    const atMs = now();
    await this.#receipt(gateway.id, position);
    const stored = await store.hashAt(gateway.id, hello.value.lastSeq);
    const story = secondStory(hello.value, position, stored);
    if (story !== undefined && this.#stories.lets(story, atMs)) {
      log.warn({ ...story, event: "second-story" }, "a gateway greeted with another journal than the stored one");
      await this.#options.onSecondStory?.(gateway.station.id, story);
      this.#stories.told(story, atMs);
    }
    if (atMs - (this.#greetedMs.get(gateway.id) ?? Number.NEGATIVE_INFINITY) < limits.inbox.helloEveryMs) return;
    this.#greetedMs.set(gateway.id, atMs);
    const input = await store.hello(gateway.id, gateway.station.id, atMs);
    onInput(gateway.station.id, input, { kind: "hello", atMs, gateway: gateway.id });
  }

  /** The batch as it will be stored, when it is in order and follows the run; undefined when it must be looked at. */
  async #accept(
    gateway: RegisteredGateway,
    { payload }: UpMessage,
    run: readonly AcceptedBatch[],
  ): Promise<AcceptedBatch | undefined> {
    const opened = openBatch(payload);
    if (!opened.ok || !isFrom(gateway, opened.value)) return undefined;
    const position = run.at(-1)?.lines.at(-1) ?? (await this.#options.store.position(gateway.id));
    // A batch that does not follow is proved when it is looked at: not twice here.
    const { header } = opened.value;
    if (header.firstSeq > position.seq + 1 && !claimsNewChain(header)) return undefined;
    const lines = proveBatch(opened.value, gateway.verifier);
    if (!lines.ok) return undefined;
    const decision = decideBatch(position, header, lines.value);
    if (decision.action !== "store") return undefined;
    const records = readRecords(gateway.id, decision.lines);
    if (!records.ok) return undefined;
    const { id, station } = gateway;
    const receivedMs = this.#options.now();
    return {
      gateway: id,
      station: station.id,
      receivedMs,
      envelope: payload,
      lines: decision.lines,
      records: records.value,
    };
  }

  /** Says why a batch cannot be stored, or that it is stored already. */
  async #batch(gateway: RegisteredGateway, message: UpMessage): Promise<void> {
    const opened = openBatch(message.payload);
    if (!opened.ok) return this.#refuse(message, opened.error, gateway, undefined);
    const { header } = opened.value;
    if (header.gateway !== gateway.id) {
      const error = refusal("gateway", `a batch of ${header.gateway} came on the topic of ${gateway.id}`, WHO);
      return this.#refuse(message, error, gateway, opened.value);
    }
    if (header.station !== gateway.station.id) {
      const text = `${gateway.id} belongs to ${gateway.station.id}, the batch says ${header.station}`;
      return this.#refuse(message, refusal("station", text, "mend the agent's configuration"), gateway, opened.value);
    }
    const lines = proveBatch(opened.value, gateway.verifier);
    if (!lines.ok) return this.#refuse(message, lines.error, gateway, opened.value);
    const position = await this.#options.store.position(gateway.id);
    const decision = decideBatch(position, header, lines.value);
    switch (decision.action) {
      case "gap":
        return this.#resend(gateway.id, position, header.firstSeq);
      case "refuse":
        return this.#refuse(message, refusal(decision.code, decision.message, VERIFY), gateway, opened.value);
      case "repeat": {
        const stored = await this.#options.store.hashAt(gateway.id, decision.lastSeq);
        const isKnown = stored !== undefined && decision.lastHash.equals(stored);
        const isThinned = stored === undefined && (await this.#options.store.isThinned(gateway.id, decision.lastSeq));
        if (isKnown || isThinned) return this.#receipt(gateway.id, position);
        const text = `record ${decision.lastSeq} has another hash than the one that was stored and receipted`;
        return this.#refuse(message, refusal("fork", text, VERIFY), gateway, opened.value);
      }
      case "store": {
        const records = readRecords(gateway.id, decision.lines);
        if (records.ok) throw new Error("a batch that could be stored was not");
        return this.#refuse(message, records.error, gateway, opened.value);
      }
    }
  }

  /** Commits a run of batches and acknowledges the last, which answers all of them; the run is empty afterwards. */
  async #commit(run: AcceptedBatch[]): Promise<void> {
    const batches = run.splice(0);
    if (batches.length === 0) return;
    try {
      await this.#store(batches).catch(async (error: Error) => {
        if (batches.length === 1) throw error;
        // What stands before the batch that cannot be stored must not wait for it.
        for (const batch of batches) await this.#store([batch]);
      });
    } catch (error) {
      this.#unanswered(batches[0]!.gateway, error);
    }
  }

  /** A full disk or a bug: no answer, so nothing is lost; the gateway sends it again. */
  #unanswered(gateway: string, error: unknown): void {
    this.#options.log.error({ event: "inbox-error", gateway, err: error }, "a message could not be worked off");
  }

  async #store(batches: readonly AcceptedBatch[]): Promise<void> {
    const { store, onInput } = this.#options;
    const last = batches.at(-1)!;
    const ids = await store.commit(batches);
    await this.#receipt(last.gateway, last.lines.at(-1)!);
    for (const [index, { station, receivedMs, gateway, records }] of batches.entries()) {
      onInput(station, ids[index]!, { kind: "batch", atMs: receivedMs, gateway, records });
    }
  }

  async #receipt(gateway: GatewayId, { seq, hash }: Position): Promise<void> {
    const at = formatTime(this.#options.now());
    await this.#answer({ type: "receipt", gateway, seq, hash: Buffer.from(hash).toString("hex"), at });
  }

  async #resend(gateway: GatewayId, position: Position, firstSeq: number): Promise<void> {
    const nowMs = this.#options.now();
    if (nowMs - (this.#askedMs.get(gateway) ?? Number.NEGATIVE_INFINITY) < limits.inbox.resendEveryMs) return;
    this.#askedMs.set(gateway, nowMs);
    const fromSeq = position.seq + 1;
    this.#options.log.info({ event: "gap", gateway, fromSeq, firstSeq }, "records are missing: asked for them");
    await this.#answer({
      type: "resend",
      gateway,
      fromSeq,
      hash: Buffer.from(position.hash).toString("hex"),
      reason: `records ${fromSeq} to ${firstSeq - 1} are missing`,
      at: formatTime(nowMs),
    });
  }

  async #refuse(
    { gateway, payload }: UpMessage,
    error: InboxError,
    registered: RegisteredGateway | undefined,
    opened: OpenedBatch | undefined,
  ): Promise<void> {
    const { store, now, log, onInput } = this.#options;
    const atMs = now();
    const envelopeSha256 = sha256Hex(payload);
    const message = error.message.slice(0, MAX_MESSAGE);
    const refused = {
      code: error.code,
      message,
      envelopeSha256,
      firstSeq: opened?.header.firstSeq ?? 0,
      count: opened?.header.count ?? 0,
      positionSeq: registered === undefined ? 0 : (await store.position(gateway)).seq,
    };
    log.warn({ event: "refused", gateway, ...refused, bytes: payload.length, cure: error.cure }, "message refused");
    const station = registered?.station.id ?? null;
    const tellRules = TOLD_TO_RULES.includes(error.code) && opened !== undefined;
    const id = await store.refuse({ gateway, station, atMs, envelope: payload, refused }, tellRules);
    if (registered !== undefined) {
      await this.#answer({ type: "refusal", gateway, envelopeSha256, code: error.code, message, at: formatTime(atMs) });
    }
    if (id !== undefined && station !== null) onInput(station, id, { kind: "refused", atMs, gateway, refused });
  }

  async #answer(answer: CollectorAnswer): Promise<void> {
    const { transport, signer } = this.#options;
    // Not waited for: a gateway that does not read must not hold up its own next batch, and it asks again anyway.
    void transport.answer(answer.gateway, await encodeAnswerMessage(answer, signer));
  }
}

const WHO = "find out which gateway holds this key";
const VERIFY = "secure the gateway and verify its journal against the receipts it holds";

function isFrom(gateway: RegisteredGateway, { header }: OpenedBatch): boolean {
  return header.gateway === gateway.id && header.station === gateway.station.id;
}

function refusal(code: RefusalCode, message: string, cure: string): InboxError {
  return { code, message, cure };
}
