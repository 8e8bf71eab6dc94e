/** The box's own addresses, so that a technician sees which cable carries what. */
import { networkInterfaces } from "node:os";

/** Addresses of all interfaces but loopback. */
export function networkView(): { interfaces: { name: string; address: string }[] } {
  const interfaces = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => ({ name, address })),
  );
  return { interfaces };
}
