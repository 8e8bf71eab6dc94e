/** What carries messages between gateways and the inbox: the built-in broker, or another one when it grows. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";

export interface UpMessage {
  /** from the topic; the transport lets a gateway publish on its own topics only */
  gateway: GatewayId;
  channel: string;
  payload: Buffer;
}

export interface Transport {
  /** Hands every message of a gateway to the handler. */
  onMessage(handler: (message: UpMessage) => void): void;
  /** Sends an answer to a gateway. Whether it arrives is not known: a gateway that misses one asks again. */
  answer(gateway: GatewayId, payload: Buffer): Promise<void>;
}
