/** Searches all ports and addresses of a box beside each other. */
import type { FoundLine } from "@forecourt/protocol/commission/found.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { searchPlace } from "./search.ts";
import type { Place, ScanTools } from "./tools.ts";

/** @returns one line for each place, in their order, named line-1, line-2, … */
export async function searchAll(
  places: readonly Place[],
  profiles: readonly DeviceProfile[],
  tools: ScanTools,
): Promise<FoundLine[]> {
  const lines = await Promise.all(
    places.map(async (place, index) => {
      const line = await searchPlace(`line-${index + 1}`, { place, tools, profiles });
      tools.done?.(place);
      return line;
    }),
  );
  return numbered(lines);
}

/** Devices are numbered in the order of the ports, whichever answered first: the same search gives the same names. */
function numbered(lines: readonly FoundLine[]): FoundLine[] {
  const counts = new Map<string, number>();
  return lines.map((line) => ({
    ...line,
    devices: line.devices.map((device) => {
      const kind = device.device.replace(/-[0-9]+$/, "");
      const number = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, number);
      const name = `${kind}-${number}`;
      return {
        ...device,
        device: name,
        items: device.items.map((item) => ({ ...item, item: `${name}/${item.number}` })),
      };
    }),
  }));
}
