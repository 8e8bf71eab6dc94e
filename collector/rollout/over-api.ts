/** A roll-out as a client of the collector's own API: whom there is, how they fare, and the commands. */
import { setTimeout as pause } from "node:timers/promises";
import type { Member } from "./plan-file.ts";
import type { Candidate, Seen } from "./rollout.ts";

export interface ApiAccess {
  /** for example http://127.0.0.1:8080 */
  url: string;
  /** of a machine account that may `stations:view` and `commands:issue` */
  token: string;
}

interface Devices {
  dispensers: { device: string; link: { state: string }; identity: { factorySerial: string } | null }[];
  gateways: { id: string; state: string }[];
}

const OUTCOMES: Record<string, Seen["outcome"]> = {
  done: "done",
  "rolled-back": "rolled-back",
  failed: "failed",
  refused: "refused",
  expired: "expired",
};

/** The API lets a program look so often a minute, and says when it may again: a thousand boxes take two minutes. */
const MOST_WAITS = 20;
const USUAL_WAIT_S = 10;

/**
 * Asks the API, and waits where it asks for patience.
 * @throws Error when it does not answer, or refuses
 */
async function ask({ url, token }: ApiAccess, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
  const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  let answer = await fetch(`${url}/api/v1${path}`, init);
  for (let waits = 0; answer.status === 429 && waits < MOST_WAITS; waits += 1) {
    await pause((Number(answer.headers.get("retry-after")) || USUAL_WAIT_S) * 1_000);
    answer = await fetch(`${url}/api/v1${path}`, init);
  }
  if (!answer.ok) throw new Error(`${path}: status ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function devicesOf(api: ApiAccess, station: string): Promise<Devices> {
  return (await ask(api, `/stations/${station}/devices`)) as Devices;
}

/** Every gateway that has been heard, with the kinds of equipment of its station. */
export async function candidatesOf(api: ApiAccess): Promise<Candidate[]> {
  const { items } = (await ask(api, "/stations")) as { items: { id: string }[] };
  const candidates: Candidate[] = [];
  for (const { id } of items) {
    const { dispensers, gateways } = await devicesOf(api, id);
    const kinds = [...new Set(dispensers.map(({ identity }) => kindOf(identity?.factorySerial)))];
    const heard = gateways.filter(({ state }) => state !== "never");
    candidates.push(...heard.map((gateway) => ({ gateway: gateway.id, station: id, kinds })));
  }
  return candidates;
}

/** Two generations of tax devices are told apart by the first character of their serial. */
function kindOf(serial: string | undefined): string {
  if (serial === undefined) return "tax port unknown";
  return /^[0-9]/.test(serial) ? "tax port, digit first" : "tax port, letter first";
}

/** How the gateways fare that were ordered. */
export async function seenOf(api: ApiAccess, members: readonly Member[]): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (const { gateway, station, command, outcome } of members) {
    if (command === null) continue;
    // What has ended stays so.
    const isEnded = outcome !== null && outcome !== "open";
    const now = isEnded ? outcome : await outcomeOf(api, command);
    const { isSilent, unreadable } = await stateOf(api, { gateway, station });
    seen.set(gateway, { outcome: now, isSilent, unreadable });
  }
  return seen;
}

async function outcomeOf(api: ApiAccess, command: string): Promise<Seen["outcome"]> {
  const { state } = (await ask(api, `/commands/${command}`)) as { state: string };
  return OUTCOMES[state] ?? "open";
}

async function stateOf(api: ApiAccess, of: { gateway: string; station: string }) {
  const { dispensers, gateways } = await devicesOf(api, of.station);
  const isSilent = gateways.find(({ id }) => id === of.gateway)?.state !== "live";
  return { isSilent, unreadable: dispensers.filter(({ link }) => link.state === "down").length };
}

/** Orders a gateway to update. @returns what is to be entered */
export async function orderUpdate(
  api: ApiAccess,
  member: Member,
  command: object,
): Promise<Pick<Member, "command" | "unreadableBefore">> {
  const { unreadable } = await stateOf(api, member);
  const issued = (await ask(api, "/commands", { gateway: member.gateway, command, lifeMs: LIFE_MS })) as { id: string };
  return { command: issued.id, unreadableBefore: unreadable };
}

/** As long as a command may live: boxes that are off for days still get it. */
const LIFE_MS = 7 * 86_400_000;
