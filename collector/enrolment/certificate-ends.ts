/** Until when each gateway's certificate lasts. Pure. */
import type { IssuedCertificate } from "./store.ts";

/** The last moment of each gateway's longest certificate that is not revoked, epoch ms by gateway. */
export function certificateEnds(certificates: readonly IssuedCertificate[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { gateway, untilMs, revokedMs } of certificates) {
    if (revokedMs === null) ends.set(gateway, Math.max(untilMs, ends.get(gateway) ?? 0));
  }
  return ends;
}
