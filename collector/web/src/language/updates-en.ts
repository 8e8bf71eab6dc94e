/** Phrases of updates in English. */
import type { updatesZh } from "./updates-zh.ts";

export const updatesEn: Record<keyof typeof updatesZh, string> = {
  "nav.updates": "Updates",
  "updates.title": "Updates of the gateways' program",
  "updates.none": "No update has been rolled out yet. The command collector rollout begins one.",
  "updates.of": "Version {version}: {state}",
  "updates.times": "begun {started}, last looked at {looked}",
  "updates.state.running": "being rolled out",
  "updates.state.stopped": "stopped by itself",
  "updates.state.finished": "finished",
  "updates.stopped": "Gateways got worse with it: the roll-out has stopped, and no more gateways are ordered",
  "updates.ring": "Ring",
  "updates.gateways": "Gateways",
  "updates.ordered": "Ordered",
  "updates.done": "Updated",
  "updates.worse": "Not updated",
  "updates.outcome.rolled-back": "went back",
  "updates.outcome.failed": "failed",
  "updates.outcome.refused": "refused",
  "updates.outcome.expired": "never fetched it",
};
