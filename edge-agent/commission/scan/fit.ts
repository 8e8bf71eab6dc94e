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

function worthOf({ profile, values, doubts }: Tried): number {
  const itemPoint = profile.device === "seal-hub" ? ["state"] : ["level", "volume"];
  const items = new Set(
    values
      .filter(({ point, quality }) => itemPoint.includes(point) && quality === "good")
      .filter(({ value }) => (typeof value === "number" ? value > 0 : value !== "not-installed"))
      .map(({ item }) => item?.number),
  );
  if (items.size === 0) return 0;
  const telling = values.filter(({ quality, value }) => quality === "good" && value !== 0).length;
  return items.size * WORTH_OF_AN_ITEM + telling - doubts.length * WORTH_OF_A_DOUBT;
}
