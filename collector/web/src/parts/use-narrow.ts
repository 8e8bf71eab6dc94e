/**
 * Whether the page is as narrow as a phone, where tables become lists.
 */
import { useSyncExternalStore } from "react";

const query = window.matchMedia("(max-width: 760px)");

/** Follows the width of the window. The same width stands in base.css. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => query.matches,
  );
}
