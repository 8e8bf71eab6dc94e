/** Which gateways are shown, and in which order. Pure. */
import type { GatewayView } from "../../../../api/device-schemas.ts";
import { TROUBLES, troublesOf } from "./troubles.ts";

export const DEVICE_VIEWS = ["all", "troubled", "offline", "unapproved"] as const;
export type DeviceView = (typeof DEVICE_VIEWS)[number];

export interface GatewayChoice {
  view: DeviceView;
  /** part of a name, id, version or device; empty: all */
  words: string;
  /** empty: all */
  county: string;
  /** epoch ms */
  nowMs: number;
  nameOf: (station: string) => string;
}

/** What needs a look comes first, worst first; the rest in the registry's order. */
export function chosenGateways(all: readonly GatewayView[], choice: GatewayChoice): GatewayView[] {
  const { view, county, nowMs } = choice;
  const rank = (one: GatewayView) => {
    const [first] = troublesOf(one, nowMs);
    return first === undefined ? TROUBLES.length : TROUBLES.indexOf(first.kind);
  };
  return all
    .filter((one) => county === "" || one.county === county)
    .filter((one) => holds(one, choice))
    .filter((one) => {
      if (view === "troubled") return troublesOf(one, nowMs).length > 0;
      if (view === "offline") return one.state !== "live";
      return view === "all" || (one.configSha256 !== null && one.configApprovedBy === null);
    })
    .toSorted((a, b) => rank(a) - rank(b));
}

function holds(one: GatewayView, { words, nameOf }: GatewayChoice): boolean {
  const wanted = words.toLowerCase();
  const texts = [
    one.gateway,
    one.station,
    nameOf(one.station),
    one.version ?? "",
    ...one.devices.map(({ device }) => device),
  ];
  return wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
}
