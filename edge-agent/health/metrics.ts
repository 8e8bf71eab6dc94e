/** `/metrics` for Prometheus and `/healthz` for a supervisor, on the loopback interface only. */
import { createServer, type Server } from "node:http";
import { Gauge, Registry } from "prom-client";
import type { HealthFacts } from "./watch.ts";

export interface MetricsSource {
  facts: () => HealthFacts;
  journal: () => { headSeq: number; unacknowledged: number; waiting: number };
  isConnected: () => boolean;
  /** What is wrong right now, in words; empty when nothing is. */
  troubles: () => string[];
}

type Labels = Record<string, string>;
type Sample = { value: number | null; labels?: Labels };

/** Every figure: name after the prefix, help, label names, and how its samples are read. A missing value is left out. */
function figures(of: MetricsSource): readonly [string, string, readonly string[], () => readonly Sample[]][] {
  const one = (value: number | null): readonly Sample[] => [{ value }];
  const is = (states: readonly string[], now: string): readonly Sample[] =>
    states.map((state) => ({ labels: { state }, value: state === now ? 1 : 0 }));
  return [
    ["journal_head_seq", "last committed record", [], () => one(of.journal().headSeq)],
    ["journal_records", "records kept on disk", [], () => one(of.facts().journalRecords)],
    ["journal_unacknowledged", "records without a receipt", [], () => one(of.journal().unacknowledged)],
    ["journal_waiting", "records that wait in memory for the disk", [], () => one(of.journal().waiting)],
    [
      "disk_state",
      "1 for the state the journal's disk is in",
      ["state"],
      () => is(["good", "thinning", "full", "read-only", "unknown"], of.facts().diskState),
    ],
    ["disk_free_kilobytes", "room on the journal's disk", [], () => one(of.facts().diskFreeKb)],
    ["memory_free_kilobytes", "memory that programs can still have", [], () => one(of.facts().memoryFreeKb)],
    ["rss_bytes", "memory of this program", [], () => one(process.memoryUsage.rss())],
    ["uplink_connected", "1 while the collector answers", [], () => one(of.isConnected() ? 1 : 0)],
    ["sent_kilobytes", "sent this month", [], () => one(of.facts().sentKb)],
    ["clock_offset_milliseconds", "how far the clock is off", [], () => one(of.facts().clockOffsetMs)],
    ["temperature_millicelsius", "temperature", [], () => one(of.facts().temperatureMc)],
    ["battery_percent", "charge of the battery", [], () => one(of.facts().batteryPercent)],
    ["mains", "1 for the state of the mains", ["state"], () => is(["on", "lost", "unknown"], of.facts().mains)],
    ["cabinet", "1 for the door's state", ["state"], () => is(["closed", "open", "unknown"], of.facts().cabinet)],
    [
      "line_exchanges_total",
      "what happened on a line since the start",
      ["line", "what"],
      () =>
        of
          .facts()
          .lines.flatMap(({ line, statistics }) =>
            Object.entries(statistics).map(([what, value]) => ({ labels: { line, what }, value })),
          ),
    ],
  ];
}

/** Makes the registry; each scrape reads the present values. */
export function metricsRegistry(of: MetricsSource): Registry {
  const registry = new Registry();
  for (const [name, help, labelNames, read] of figures(of)) {
    new Gauge({
      name: `forecourt_agent_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels = {}, value } of read()) {
          if (value === null) this.remove(labels);
          else this.set(labels, value);
        }
      },
    });
  }
  return registry;
}

/**
 * Serves both paths.
 * @param port on 127.0.0.1; 0 lets the system choose
 * @returns the listening server @throws when the port is taken
 */
export function serveMetrics(port: number, of: MetricsSource): Promise<Server> {
  const registry = metricsRegistry(of);
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { "content-type": type }).end(body);
    if (request.url === "/metrics") {
      registry.metrics().then(
        (text) => answer(200, registry.contentType, text),
        (error: unknown) => answer(500, "text/plain", String(error)),
      );
    } else if (request.url === "/healthz") {
      const troubles = of.troubles();
      const status = troubles.length === 0 ? "ok" : "trouble";
      answer(troubles.length === 0 ? 200 : 503, "application/json", JSON.stringify({ status, troubles }));
    } else answer(404, "text/plain", "look at /metrics or /healthz\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
