/** Is the power and the clock of a station's box, as far as the simulated station does anything to them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { keepBox } from "@forecourt/simulators/box/box.ts";
import { clockEnvironment, faketimeLibrary, setClock } from "@forecourt/simulators/box/clock.ts";
import type { BoxState } from "@forecourt/simulators/control/state.ts";
import type { Station } from "./chain.ts";
import { control } from "./control.ts";
import { CABINET_FILE } from "./site.ts";

/** The environment of a program whose clock can be set; empty where Debian's package faketime is missing. */
export function boxEnvironment(folder: string): Record<string, string> {
  const library = faketimeLibrary();
  return library === undefined ? {} : clockEnvironment(library, clockFile(folder));
}

/** From now on the agent dies with the power of its box and starts again with it. @returns what ends that */
export function followBox(station: Station): () => Promise<void> {
  const end = new AbortController();
  const { signal } = end;
  const following = keepBox(
    {
      look: () => control<BoxState>(station, "GET", "/api/box").catch(() => undefined),
      program: {
        start: () => station.agent.start(),
        kill: () => station.agent.kill(),
        setClock: (aheadMs) => setClock(clockFile(station.folder), aheadMs),
        setCabinet: (open) => writeFileSync(join(station.folder, CABINET_FILE), open ? "open\n" : "closed\n"),
      },
      wait: (ms) => delay(ms, undefined, { signal }).catch(() => undefined),
    },
    signal,
  );
  return async () => {
    end.abort();
    await following;
  };
}

function clockFile(folder: string): string {
  return join(folder, "clock");
}
