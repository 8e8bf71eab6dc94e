/** The box's own addresses, so that a technician sees which cable carries what. */
import { networkInterfaces } from "node:os";

/** Found on every interface, and of no use to anybody who reads. */
const LINK_LOCAL = /^fe80:/;

/** Addresses of all interfaces but loopback. */
export function networkView(): { interfaces: { name: string; address: string }[] } {
  const interfaces = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ internal, address }) => !internal && !LINK_LOCAL.test(address))
      .map(({ address }) => ({ name, address })),
  );
  return { interfaces };
}
