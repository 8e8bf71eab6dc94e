/** One run of a scenario: world, clock, lines, truth and control, started together and stopped together. */
import type { Logger } from "pino";
import { NoticePoster } from "./control/notices.ts";
import { type CollectorAddress, CollectorReader } from "./control/reported.ts";
import { startControl } from "./control/server.ts";
import { TruthTail } from "./control/truth-tail.ts";
import { announce, openLines, type Places } from "./lines/station-lines.ts";
import type { WireMode } from "./lines/wire.ts";
import { createStation } from "./physics/station.ts";
import { advance, isQuiet, type World } from "./physics/world.ts";
import { resolveScenario } from "./scenario/scenario.ts";
import type { ScenarioFile } from "./scenario/schema.ts";
import { SimulatedClock } from "./time.ts";
import type { NoticeEvent } from "./truth/events.ts";
import { summarise } from "./truth/summary.ts";
import { TruthFile } from "./truth/truth-file.ts";
import { VERSION } from "./version.ts";

export interface RunOptions {
  file: ScenarioFile;
  linesDirectory: string;
  truthPath: string;
  wire: WireMode;
  log: Logger;
  seed?: number;
  speed?: number;
  /** Simulated ms after which the run stops by itself. */
  forMs?: number;
  /** Time stands still until the control API's resume; the devices answer already. */
  hold?: boolean;
  /** 0: any free port; undefined: no control server. */
  controlPort?: number;
  notices?: { url: string; token: string | undefined };
  /** Where the control page asks what the agent reported. */
  collector?: CollectorAddress;
}

export interface Run {
  readonly world: World;
  readonly controlPort: number | undefined;
  /** Where the devices can be reached. */
  readonly places: Places;
  /** Ends when the run has stopped, by itself or by stop(). */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** How often the world is moved on when nobody asks, in wall ms: bounds how late a hang-up reaches the truth file. */
const TICK_MS = 20;

/** Opens the station and lets it run. */
export async function startRun(options: RunOptions): Promise<Run> {
  const scenario = resolveScenario(options.file, options.seed);
  const speed = options.speed ?? scenario.station.speed;
  const startsAt = scenario.station.startsAt ?? Date.now();
  const endsAt = options.forMs === undefined ? Number.POSITIVE_INFINITY : startsAt + options.forMs;
  const world = createStation(scenario, startsAt);
  // Time stands still until everything is up.
  const clock = new SimulatedClock({ startsAt, speed, wallNow: () => Date.now() });
  clock.pause();
  const truth = new TruthFile(options.truthPath, (at) => clock.wallOf(at));
  const tail = new TruthTail();
  const notices = noticeDesk(options, world, truth);
  let up = false;
  const refresh = () => {
    if (!up) return;
    const events = advance(world, Math.min(clock.now(), endsAt));
    truth.write(events);
    tail.add(events);
    for (const event of events) {
      if (event.event === "line") lines.setPlugged(event.line, event.state === "plugged");
      if (event.event === "notice") notices.post(event);
    }
  };
  const lines = await openLines(world, { directory: options.linesDirectory, mode: options.wire, refresh });
  const collector = options.collector && new CollectorReader(options.collector, scenario.station.id);
  const quiet = () => isQuiet(world);
  const controlled = { file: options.file, world, clock, lines, tail, collector, refresh, quiet };
  const control = options.controlPort === undefined ? undefined : await startControl(options.controlPort, controlled);
  const { id: station } = scenario.station;
  if (options.hold !== true) clock.resume();
  up = true;
  truth.write([
    { at: startsAt, event: "start", station, scenario: scenario.name, seed: scenario.seed, speed, version: VERSION },
  ]);
  const finished = Promise.withResolvers<void>();
  const close = async () => {
    clearInterval(ticker);
    notices.stop();
    refresh();
    truth.write([{ at: world.now, event: "stop", summary: summarise(world) }]);
    truth.close();
    await Promise.all([control?.close(), lines.close()]);
    finished.resolve();
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= close();
    return stopping;
  };
  const ticker = setInterval(() => {
    refresh();
    if (world.now >= endsAt) void stop();
  }, TICK_MS);
  announce(options.linesDirectory, {
    ready: true,
    ...lines.places,
    ...(control && { control: { port: control.port } }),
  });
  return { world, places: lines.places, controlPort: control?.port, done: finished.promise, stop };
}

function noticeDesk(options: RunOptions, world: World, truth: TruthFile) {
  if (!options.notices) return { post: () => undefined, stop: () => undefined };
  const poster = new NoticePoster(options.notices.url, options.notices.token);
  return {
    post: ({ tank, volumeCl, tanker }: NoticeEvent) => {
      void poster.post({ station: world.scenario.station.id, tank, volumeCl, tanker }, (outcome) => {
        if (outcome.outcome !== "posted") options.log.warn({ tank, ...outcome }, "delivery notice");
        truth.write([{ at: world.now, event: "notice-post", tank, ...outcome }]);
      });
    },
    stop: () => poster.stop(),
  };
}
