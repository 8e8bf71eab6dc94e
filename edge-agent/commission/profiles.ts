/** The device profiles that come with the agent, for a search that tries each of them. */
import { readdirSync, readFileSync } from "node:fs";
import { parseProfile } from "@forecourt/protocol/profiles/parse.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";

const FOLDER = new URL("../profiles/", import.meta.url);

/** All of them, in the order of their names; one that does not parse is left out (a test loads them all). */
export function shippedProfiles(): DeviceProfile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".yaml"))
    .toSorted()
    .flatMap((name) => {
      const parsed = parseProfile(readFileSync(new URL(name, FOLDER), "utf8"), name);
      return parsed.ok ? [parsed.value] : [];
    });
}
