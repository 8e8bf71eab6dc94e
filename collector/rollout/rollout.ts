/**
 * An update of many gateways in rings: a few first, chosen so that every kind of equipment is among them, then more, then
 * all. A ring that has got worse stops the whole roll-out by itself. Pure: it is told what is seen, and says what to order.
 */
import type { Member, Rollout } from "./plan-file.ts";

/** What is known of a gateway when the rings are made. */
export interface Candidate {
  gateway: string;
  station: string;
  /** what its station has, such as a tax port of one generation: the first ring should see each kind once */
  kinds: readonly string[];
}

/** What is seen of a gateway now. */
export interface Seen {
  /** of its command; null before it was ordered */
  outcome: Member["outcome"];
  isSilent: boolean;
  /** devices that cannot be read */
  unreadable: number;
}

export interface RingPolicy {
  /** gateways of each ring; the last one takes the rest */
  sizes: readonly number[];
  /** a ring must stand for so long before the next one begins, ms */
  soakMs: number;
  /** per mille of a ring that may get worse; the first ring may have none */
  toleratedPermille: number;
  /** per mille of a ring that must have the new version before the next begins: boxes may be off for weeks */
  enoughPermille: number;
}

export const usualPolicy: RingPolicy = {
  sizes: [5, 50],
  soakMs: 86_400_000,
  toleratedPermille: 20,
  enoughPermille: 800,
};

/** Begins a roll-out. Kinds that are rare come into the first ring as well. */
export function beginRollout(
  version: string,
  candidates: readonly Candidate[],
  policy: RingPolicy,
  nowMs: number,
): Rollout {
  const members = [...inOrder(candidates)].map(({ gateway, station }, at): Member => {
    let ring = 0;
    for (let end = 0; ring < policy.sizes.length; ring += 1) {
      end += policy.sizes[ring] ?? 0;
      if (at < end) break;
    }
    return { gateway, station, ring, command: null, unreadableBefore: 0, outcome: null };
  });
  return { version, startedMs: nowMs, state: "running", reason: null, ring: 0, settledMs: null, members };
}

/** Whoever adds most kinds that were not seen yet comes next. */
function* inOrder(candidates: readonly Candidate[]): Generator<Candidate> {
  const left = new Set(candidates);
  const seen = new Set<string>();
  while (left.size > 0) {
    let [best] = left;
    for (const one of left) if (fresh(one) > fresh(best!)) best = one;
    left.delete(best!);
    for (const kind of best!.kinds) seen.add(kind);
    yield best!;
  }
  function fresh({ kinds }: Candidate): number {
    return kinds.filter((kind) => !seen.has(kind)).length;
  }
}

/**
 * Looks at the rings that were ordered.
 * @returns the roll-out as it stands now, and the gateways to order next; their commands are entered with {@link ordered}
 */
export function advance(
  rollout: Rollout,
  see: (member: Member) => Seen,
  policy: RingPolicy,
  nowMs: number,
): { rollout: Rollout; order: Member[] } {
  if (rollout.state !== "running") return { rollout, order: [] };
  const begun = rollout.members.filter(({ command }) => command !== null);
  const worse = begun.flatMap((member) => complaintOf(member, see(member)) ?? []);
  const tolerated = rollout.ring === 0 ? 0 : Math.floor((begun.length * policy.toleratedPermille) / 1_000);
  if (worse.length > tolerated) {
    const reason = `ring ${rollout.ring + 1}: ${worse.length} of ${begun.length} got worse: ${worse.slice(0, 3).join("; ")}`;
    return { rollout: { ...rollout, state: "stopped", reason }, order: [] };
  }
  const ring = rollout.members.filter((member) => member.ring === rollout.ring);
  const order = ring.filter(({ command }) => command === null);
  if (order.length > 0) return { rollout, order };
  const updated = ring.filter((member) => see(member).outcome === "done").length;
  if (updated * 1_000 < ring.length * policy.enoughPermille)
    return { rollout: { ...rollout, settledMs: null }, order: [] };
  const settledMs = rollout.settledMs ?? nowMs;
  if (nowMs - settledMs < policy.soakMs) return { rollout: { ...rollout, settledMs }, order: [] };
  const next = rollout.members.filter((member) => member.ring === rollout.ring + 1);
  if (next.length === 0) return { rollout: { ...rollout, settledMs, state: "finished" }, order: [] };
  return { rollout: { ...rollout, ring: rollout.ring + 1, settledMs: null }, order: next };
}

/** Enters what was seen of each gateway's command. */
export function seenBy(rollout: Rollout, see: (member: Member) => Seen): Rollout {
  return { ...rollout, members: rollout.members.map((member) => ({ ...member, outcome: see(member).outcome })) };
}

/** Enters the command that was issued to a gateway. */
export function ordered(rollout: Rollout, gateway: string, of: Pick<Member, "command" | "unreadableBefore">): Rollout {
  const members = rollout.members.map((member) => (member.gateway === gateway ? { ...member, ...of } : member));
  return { ...rollout, members };
}

/** How a gateway got worse since it was ordered to update, if it did. */
function complaintOf(
  { gateway, unreadableBefore }: Member,
  { outcome, isSilent, unreadable }: Seen,
): string | undefined {
  if (outcome === "rolled-back" || outcome === "failed") return `${gateway} ${outcome}`;
  if (outcome === "done" && isSilent) return `${gateway} has fallen silent`;
  if (outcome === "done" && unreadable > unreadableBefore)
    return `${gateway} reads ${unreadable - unreadableBefore} devices less`;
  return undefined;
}
