/** Commands to gateways, as they are kept. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { Scope } from "../access/reader.ts";
import type { CommandState } from "../commands/state.ts";

export interface NewCommand {
  id: string;
  gateway: GatewayId;
  station: string;
  name: string;
  /** canonical JSON of what was asked */
  body: string;
  issuedMs: number;
  expiresMs: number;
  /** as it was signed */
  message: Buffer;
}

export interface CommandRow extends NewCommand {
  state: CommandState;
  reason: string | null;
  /** what the gateway sent with its answer, such as log lines */
  text: string | null;
  answeredMs: number | null;
}

export interface CommandFilter {
  gateway?: string | undefined;
  counties: Scope<string>;
}

export interface CommandStore {
  add(command: NewCommand): Promise<void>;
  get(id: string): Promise<CommandRow | undefined>;
  /** Newest first. */
  list(filter: CommandFilter, limit: number): Promise<CommandRow[]>;
  /** What a gateway has yet to answer, oldest first: issued and not expired, or begun. */
  open(gateway: GatewayId, nowMs: number): Promise<CommandRow[]>;
  /** Moves a command on, if it still is in the state that it was seen in. */
  answered(
    id: string,
    to: { from: CommandState; state: CommandState; reason: string | null; text: string; answeredMs: number },
  ): Promise<void>;
}
