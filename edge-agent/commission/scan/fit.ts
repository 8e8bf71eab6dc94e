/** Which of several profiles fits what a device said, best first. Pure. */
import type { PointValue } from "@forecourt/protocol/profiles/decode.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";

/** A device, read by one profile. */
export interface Tried {
  profile: DeviceProfile;
  /** requests that were refused or not answered */
  refused: number;
  values: readonly PointValue[];
  /** what looks wrong, in sentences */
  doubts: readonly string[];
}

/** A doubt outweighs a few values that happen to be believable. */
const WORTH_OF_A_DOUBT = 6;
/** A level that is there and above zero is what a gauge is for; zeros are what an empty register gives any profile. */
const WORTH_OF_AN_ITEM = 10;

/** The profiles that fit, best first; none when nothing that was read is worth anything. */
export function best(tries: readonly Tried[]): Tried[] {
  return tries
    .filter(({ refused }) => refused === 0)
    .map((tried) => ({ tried, worth: worthOf(tried) }))
    .filter(({ worth }) => worth > 0)
    .toSorted((a, b) => b.worth - a.worth)
    .map(({ tried }) => tried);
}

function worthOf(tried: Tried): number {
  const there = itemsThere(tried);
  if (there.size === 0) return 0;
  const isAbout = ({ item }: PointValue) => item === undefined || there.has(item.number);
  const telling = tried.values.filter(
    (value) => isAbout(value) && value.quality === "good" && value.value !== 0,
  ).length;
  return there.size * WORTH_OF_AN_ITEM + telling - doubtsAbout(tried).length * WORTH_OF_A_DOUBT;
}

/**
 * The doubts that count: those about items that are there. A gauge may fill the places of tanks that it does not have
 * with a code that its manual does not tell.
 */
export function doubtsAbout(tried: Tried): string[] {
  const there = itemsThere(tried);
  return tried.doubts.filter((doubt) => {
    const about = / of (?:tank|seal) ([0-9]+):/.exec(doubt)?.[1];
    return about === undefined || there.has(Number(about));
  });
}

/** Items with a level, a volume or a state that nobody doubts. */
function itemsThere({ profile, values, doubts }: Tried): Set<number> {
  const telling = profile.device === "seal-hub" ? ["state"] : ["level", "volume"];
  const doubted = new Set(doubts.map((doubt) => doubt.split(":")[0]));
  return new Set(
    values.flatMap(({ point, item, quality, value }) => {
      if (item === undefined || quality !== "good" || !telling.includes(point)) return [];
      if (doubted.has(`${point} of ${item.kind} ${item.number}`)) return [];
      const isThere = typeof value === "number" ? value > 0 : value !== "not-installed";
      return isThere ? [item.number] : [];
    }),
  );
}
