/** What the routes of the box's page stand on. */
import type { LiveView } from "@forecourt/protocol/commission/live.ts";
import type { Commissioning } from "../commission/commissioning.ts";

export interface LocalBox {
  stateDir: string;
  configFile: string;
  commissioning: Commissioning;
  live: () => LiveView;
  /** epoch ms */
  epochMs: () => number;
}
