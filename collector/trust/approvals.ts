/** What may run on a gateway: approved by an acceptance report, by whoever orders a configuration, or at the desk. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { Registry } from "../registry/registry.ts";
import type { RuleInput } from "../rules/rule.ts";
import type { Approval } from "./events.ts";
import type { ApprovalRow, ProgramRow, ReportRow, TrustStore } from "./store.ts";

export interface ApprovalParts {
  store: TrustStore;
  registry: Registry;
  /** epoch ms */
  now: () => number;
  newId: () => string;
  /** Hands the rules an input that was stored. */
  onInput: (station: string, id: number, input: RuleInput) => void;
}

export interface ApprovalOrder {
  gateway: string;
  configSha256: string | null;
  version: string | null;
  by: string;
  reason: string;
}

export interface ApprovalError {
  code: "gateway" | "nothing";
  message: string;
  cure: string;
}

/** Who installed a gateway, what it ran since when, and who approved it. */
export interface GatewayHistory {
  /** where it is or was; undefined for a gateway that nobody knows */
  station: string | undefined;
  installed: ReportRow[];
  programs: ProgramRow[];
  approvals: ApprovalRow[];
}

/**
 * Who approved a configuration that ran: by its hash, or by the order that the gateway reported done. Pure.
 * @param approvals newest first
 */
export function approvalOfConfiguration(
  { configSha256, command }: Pick<ProgramRow, "configSha256" | "command">,
  approvals: readonly ApprovalRow[],
): ApprovalRow | undefined {
  const byHash = approvals.find((one) => one.configSha256 === configSha256);
  return byHash ?? approvals.find((one) => command !== null && one.command === command);
}

/** Reports of one gateway that are shown: it is installed once, and mended now and then. */
const REPORTS = 100;

export class Approvals {
  readonly #parts: ApprovalParts;

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
  }

  /** Somebody at the desk approves a configuration, a program, or both. @returns the id of the approval */
  async approve(order: ApprovalOrder): Promise<Result<string, ApprovalError>> {
    const { gateway: id, configSha256, version, by, reason } = order;
    const gateway = this.#parts.registry.gateway(id);
    if (gateway === undefined) {
      return fail({ code: "gateway", message: `there is no gateway ${id}`, cure: "Check the id." });
    }
    if (configSha256 === null && version === null) {
      return fail({ code: "nothing", message: "nothing is approved", cure: "Give configSha256, version, or both." });
    }
    const said = { gateway: gateway.id, configSha256, version, command: null, by, basis: reason };
    return ok(await this.#keep(gateway.station.id, said));
  }

  /** A configuration was ordered: it is approved, and holds when the gateway reports it done. */
  async ordered(of: { id: string; gateway: GatewayId; station: string; by: string }): Promise<void> {
    const { id: command, gateway, station, by } = of;
    await this.#keep(station, { gateway, configSha256: null, version: null, command, by, basis: `command ${command}` });
  }

  /** Everything about one gateway. A gateway that was replaced or revoked has its history still. */
  async history(gateway: string): Promise<GatewayHistory> {
    const { store } = this.#parts;
    const [station, installed, programs, approvals] = await Promise.all([
      store.stationOf(gateway),
      store.reports({ gateway }, "all", REPORTS),
      store.programs(gateway),
      store.approvals(gateway),
    ]);
    const known = station ?? this.#parts.registry.gateway(gateway)?.station.id;
    return { station: known, installed, programs, approvals };
  }

  async #keep(station: string, said: Omit<Approval, "event" | "id">): Promise<string> {
    const { store, now, newId, onInput } = this.#parts;
    const atMs = now();
    const event: Approval = { event: "approval", id: newId(), ...said };
    onInput(station, await store.note(station, event, atMs), { kind: "trust", atMs, event });
    return event.id;
  }
}
