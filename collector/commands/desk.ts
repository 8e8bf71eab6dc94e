/**
 * Issues commands to gateways: signs each, keeps it, sends it at once and again whenever its gateway greets, until it
 * is answered or has expired. An answer counts when the gateway has signed it.
 */
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import { commandBodyProblem, decodeCommandAnswer, encodeCommand } from "@forecourt/protocol/commands/message.ts";
import type { CommandBody } from "@forecourt/protocol/commands/schema.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Logger } from "pino";
import type { ChannelTransport, UpMessage } from "../inbox/transport.ts";
import { limits } from "../limits.ts";
import type { Registry } from "../registry/registry.ts";
import type { CommandFilter, CommandRow, CommandStore } from "../store/commands.ts";
import { afterAnswer, stateNow } from "./state.ts";

export interface DeskOptions {
  store: CommandStore;
  registry: Registry;
  signer: Signer;
  /** epoch ms */
  now: () => number;
  newId: () => string;
  log: Logger;
  /** Told of an ordered configuration before it is sent: whoever orders it has approved it. */
  onConfiguration?: (order: { id: string; gateway: GatewayId; station: string; by: string }) => Promise<void>;
}

export interface Order {
  gateway: string;
  command: unknown;
  /** how long it may be carried out, ms */
  lifeMs: number;
  /** who orders it */
  by: string;
}

export interface OrderError {
  code: "no-gateway" | "no-command" | "too-many";
  message: string;
  cure: string;
}

export class CommandDesk {
  readonly #options: DeskOptions;
  #transport: ChannelTransport | undefined;
  readonly #due = new Map<GatewayId, NodeJS.Timeout>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Begins to send and to listen. */
  attach(transport: ChannelTransport): void {
    this.#transport = transport;
    transport.onChannel("answer", (message) => this.#answered(message));
    transport.onMessage(({ gateway, channel }) => {
      if (channel === "hello") this.#greeted(gateway);
    });
  }

  stop(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  /** Signs and keeps a command, and sends it. @returns its id, or why it cannot be issued */
  async issue({ gateway: id, command, lifeMs, by }: Order): Promise<Result<string, OrderError>> {
    const { registry, signer, store, now, newId, log } = this.#options;
    const gateway = registry.gateway(id);
    if (gateway === undefined) {
      return fail({ code: "no-gateway", message: `there is no gateway ${id}`, cure: "Check the id." });
    }
    const wrong = commandBodyProblem(command);
    if (wrong !== undefined) return fail({ code: "no-command", message: wrong, cure: "See docs/formats.md." });
    const body = command as CommandBody;
    const issuedMs = now();
    if ((await store.open(gateway.id, issuedMs)).length >= limits.commands.openOfGateway) {
      const message = `${id} has ${limits.commands.openOfGateway} commands to answer already`;
      return fail({ code: "too-many", message, cure: "Wait for its answers, or until they expire." });
    }
    const expiresMs = issuedMs + lifeMs;
    const command_ = {
      id: newId(),
      gateway: gateway.id,
      issuedAt: formatTime(issuedMs),
      expiresAt: formatTime(expiresMs),
      body,
    };
    let message: Buffer;
    try {
      message = await encodeCommand(command_, signer);
    } catch (error) {
      return fail({ code: "no-command", message: (error as Error).message, cure: "Send less, as plain text." });
    }
    const row = { id: command_.id, gateway: gateway.id, station: gateway.station.id, issuedMs, expiresMs, message };
    await store.add({ ...row, name: body.name, body: JSON.stringify(body) });
    if (body.name === "apply-configuration") {
      await this.#options.onConfiguration?.({ id: row.id, gateway: row.gateway, station: row.station, by });
    }
    log.info({ event: "command", id: command_.id, gateway: id, name: body.name, expiresAt: command_.expiresAt });
    await this.#transport?.send(gateway.id, "command", message);
    return ok(command_.id);
  }

  /** Commands, newest first, each with its state as of now. */
  async list(filter: CommandFilter, limit: number): Promise<CommandRow[]> {
    return (await this.#options.store.list(filter, limit)).map((row) => this.#asOfNow(row));
  }

  /** One command, or undefined when there is none. */
  async get(id: string): Promise<CommandRow | undefined> {
    const row = await this.#options.store.get(id);
    return row === undefined ? undefined : this.#asOfNow(row);
  }

  #asOfNow(row: CommandRow): CommandRow {
    return { ...row, state: stateNow(row.state, row.expiresMs, this.#options.now()) };
  }

  /** A gateway is there: it gets what it has not answered, once the receipt of its greeting has told it our clock. */
  #greeted(gateway: GatewayId): void {
    if (this.#due.has(gateway) || this.#due.size >= limits.broker.connections) return;
    const timer = setTimeout(() => {
      this.#due.delete(gateway);
      this.#deliver(gateway).catch((error: unknown) =>
        this.#options.log.error({ err: error, gateway }, "commands could not be delivered"),
      );
    }, limits.commands.afterGreetingMs);
    timer.unref();
    this.#due.set(gateway, timer);
  }

  async #deliver(gateway: GatewayId): Promise<void> {
    const { store, now } = this.#options;
    for (const { message } of await store.open(gateway, now()))
      await this.#transport?.send(gateway, "command", message);
  }

  #answered({ gateway: id, payload }: UpMessage): void {
    const { registry, log } = this.#options;
    const gateway = registry.gateway(id);
    if (gateway === undefined) return;
    const answer = decodeCommandAnswer(payload, { gateway: id, verifier: gateway.verifier });
    if (!answer.ok) {
      log.warn({ event: "command-answer-refused", gateway: id, reason: answer.error.message }, "answer refused");
      return;
    }
    const { command, outcome, reason, text } = answer.value;
    this.#keep({ command, gateway: id, outcome, reason, text }).catch((error: unknown) =>
      log.error({ err: error, gateway: id, command }, "an answer could not be kept"),
    );
  }

  async #keep(of: {
    command: string;
    gateway: GatewayId;
    outcome: Parameters<typeof afterAnswer>[1];
    reason: string | null;
    text: string;
  }): Promise<void> {
    const { store, now, log } = this.#options;
    const row = await store.get(of.command);
    // A gateway answers for itself alone.
    if (row === undefined || row.gateway !== of.gateway) return;
    const state = afterAnswer(row.state, of.outcome);
    if (state === undefined) return;
    const { reason, text } = of;
    await store.answered(row.id, { state, from: row.state, reason, text, answeredMs: now() });
    log.info({ event: "command-answered", id: row.id, gateway: of.gateway, state, reason });
  }
}
