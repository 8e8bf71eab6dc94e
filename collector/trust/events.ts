/**
 * What the rules of a station are told about trust: whether the station has been accepted, what has been approved to
 * run on its gateways, and where a gateway's key was seen at work twice.
 */
import type { GatewayId } from "@forecourt/protocol/ids.ts";

/** `prepared`: being installed, nothing is judged yet. `live`: accepted, or in use before there were reports. */
export type StationLife = "prepared" | "live";

export interface LifeChange {
  event: "life";
  life: StationLife;
  by: string;
  /** id of the acceptance report, where one turned it live */
  report: string | null;
}

/** Somebody approved what a gateway is to run. What is null is not said. */
export interface Approval {
  event: "approval";
  id: string;
  gateway: GatewayId;
  /** of the configuration, as the gateway's own records state it */
  configSha256: string | null;
  /** the command that brings the configuration: it is approved when the gateway reports it done */
  command: string | null;
  /** of the program */
  version: string | null;
  by: string;
  /** what it rests on */
  basis: string;
}

/** Two programs speak for one gateway on connections that are open at the same time. */
export interface TwoPlaces {
  event: "two-places";
  gateway: GatewayId;
  /** of the older and of the newer connection */
  addresses: [string, string];
  /** how often the older one was used again after the newer one had been */
  returns: number;
  sinceMs: number;
}

/** A gateway greets with a journal that cannot be the one that is stored. */
export interface SecondStory {
  event: "second-story";
  gateway: GatewayId;
  /** `other-hash`: the same seq, another record. `behind`: it ends before what has been receipted */
  kind: "other-hash" | "behind";
  lastSeq: number;
  storedSeq: number;
}

export type TrustEvent = LifeChange | Approval | TwoPlaces | SecondStory;
