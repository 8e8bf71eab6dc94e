/**
 * Holds the one live stream of the view: opens it, feeds the cache, opens it again when it is lost, and says in which
 * state it is. After every opening all data are asked for again, since events may have been missed meanwhile.
 */
import { notifyManager, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { markFresh } from "./fresh.ts";
import { applyLiveEvent, LIVE_EVENTS, type LiveEvent } from "./live-cache.ts";
import { saleKey } from "./merge.ts";
import { useMay } from "./session.tsx";

export type LiveState = "connecting" | "open" | "lost";

interface Live {
  state: LiveState;
  /** When the stream was lost, epoch milliseconds; undefined while it is not. */
  lostAtMs: number | undefined;
}

/** The browser gives up by itself when the server answers with an error; then it is tried again after this. */
const REOPEN_MS = 2000;
/** Events of this span are drawn together, so that a busy county does not redraw the page at every sale. */
const GATHER_MS = 150;

const LiveContext = createContext<Live>({ state: "connecting", lostAtMs: undefined });

/** @param station only this station's events; undefined for all */
export function LiveProvider({ station, children }: { station: string | undefined; children: ReactNode }) {
  const cache = useQueryClient();
  const [live, setLive] = useState<Live>({ state: "connecting", lostAtMs: undefined });
  const mayHear = useMay("stations:view");
  useEffect(() => {
    if (!mayHear) return undefined;
    return openStream(cache, station, (state) => setLive((before) => next(before, state)));
  }, [cache, station, mayHear]);
  const value = useMemo(() => live, [live]);
  return <LiveContext value={value}>{children}</LiveContext>;
}

/** The state of the live stream. */
export function useLive(): Live {
  return useContext(LiveContext);
}

function next(before: Live, state: LiveState): Live {
  if (state === before.state) return before;
  // Another view opens another stream: that is not news while the last one was healthy.
  if (state === "connecting") return before.state === "lost" ? before : { state: before.state, lostAtMs: undefined };
  return { state, lostAtMs: state === "lost" ? (before.lostAtMs ?? Date.now()) : undefined };
}

function openStream(cache: QueryClient, station: string | undefined, say: (state: LiveState) => void): () => void {
  const search = station === undefined ? "" : `?station=${encodeURIComponent(station)}`;
  let source: EventSource | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let gathered: LiveEvent[] = [];

  const draw = () => {
    gathering = undefined;
    const events = gathered;
    gathered = [];
    notifyManager.batch(() => {
      for (const event of events) applyLiveEvent(cache, event);
    });
  };
  const take = (event: LiveEvent) => {
    if (event.name === "sale") markFresh(saleKey(event.data));
    gathered.push(event);
    gathering ??= setTimeout(draw, GATHER_MS);
  };
  const open = () => {
    const stream = new EventSource(`/api/v1/live${search}`);
    source = stream;
    stream.onopen = () => {
      say("open");
      // Questions already under way for the first time need not be asked twice.
      void cache.invalidateQueries({ predicate: (query) => query.state.dataUpdatedAt > 0 });
    };
    stream.onerror = () => {
      say("lost");
      // The session may be over.
      void cache.invalidateQueries({ queryKey: ["session"] });
      if (stream.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_MS);
    };
    for (const name of LIVE_EVENTS) {
      stream.addEventListener(name, (message: MessageEvent<string>) => {
        const event = parseEvent(name, message.data);
        if (event !== undefined) take(event);
      });
    }
  };
  say("connecting");
  open();
  return () => {
    clearTimeout(reopening);
    clearTimeout(gathering);
    source?.close();
  };
}

function parseEvent(name: LiveEvent["name"], text: string): LiveEvent | undefined {
  try {
    return { name, data: JSON.parse(text) } as LiveEvent;
  } catch {
    // The next repeat of the question brings what this event would have brought.
    return undefined;
  }
}
