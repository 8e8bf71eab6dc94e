/** What carries messages between gateways and the inbox: the built-in broker, or another one when it grows. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { DownChannel, UpChannel } from "@forecourt/protocol/topics.ts";

export interface UpMessage {
  /** from the topic; the transport lets a gateway publish on its own topics only */
  gateway: GatewayId;
  channel: string;
  payload: Buffer;
}

export interface Transport {
  /** Hands every message of a gateway to the handler, but for those of channels that someone else takes. */
  onMessage(handler: (message: UpMessage) => void): void;
  /** Sends an answer to a gateway. Whether it arrives is not known: a gateway that misses one asks again. */
  answer(gateway: GatewayId, payload: Buffer): Promise<void>;
}

/** A transport that carries more than the chain: previews, commands and their answers. */
export interface ChannelTransport extends Transport {
  /** Hands the messages of one channel to the handler, and to nobody else. */
  onChannel(channel: UpChannel, handler: (message: UpMessage) => void): void;
  /** Sends on a channel. Whether it arrives is not known. */
  send(gateway: GatewayId, channel: DownChannel, payload: Buffer): Promise<void>;
}
