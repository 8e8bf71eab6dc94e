/**
 * How quickly every screen of the console opens on a generated year of a prefecture, asked over HTTP as a person who is
 * signed in. By default a tenth of the stations: FORECOURT_YEAR_STATIONS=200 measures all. The year is made once and kept.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomStream } from "@forecourt/simulators/random.ts";
import { stringify } from "yaml";
import { type DemoPerson, makePeople } from "../rig/people.ts";
import { ROOT } from "../rig/program.ts";
import { startReady } from "../rig/ready.ts";
import { runTool } from "../rig/tools.ts";
import type { Bench, BenchRow } from "./row.ts";
import { Asker } from "./year/asker.ts";
import type { Progress } from "./year/load.ts";
import { SCREENS, type YearFacts } from "./year/screens.ts";

const ALL = 200;
const STATIONS = Number(process.env.FORECOURT_YEAR_STATIONS ?? ALL / 10);
const FOLDER = process.env.FORECOURT_YEAR_FOLDER ?? join(ROOT, ".run", "bench", `year-${STATIONS}`);
const LOAD_DEADLINE_MS = 6 * 3_600_000;
const CHECK_DEADLINE_MS = 1_800_000;
/** Each screen is opened so often, with other stations and days each time; the first time warms up. */
const ROUNDS = 25;
const CASES = 200;
const PAGE_SECONDS = 1;

export const year: Bench = {
  name: "year",
  async run() {
    const progress = await made();
    const config = configured();
    const check = await runTool(
      process.execPath,
      [join(ROOT, "collector", "main.ts"), "statistics", "check", "--config", config],
      CHECK_DEADLINE_MS,
    );
    const people = peopleOf(config);
    const { program, said } = await startReady<{ http: number }>("the collector is up", {
      args: ["collector/main.ts", "--config", config],
      log: join(FOLDER, "collector.log"),
      deadlineMs: 120_000,
    });
    try {
      const url = `http://127.0.0.1:${said.http}/api/v1`;
      return [...sumRows(progress, check.code), ...(await screenRows(url, people, progress))];
    } finally {
      await program.stop();
    }
  },
};

/** The year, made or gone on with. */
async function made(): Promise<Progress> {
  const file = join(FOLDER, "progress.json");
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Progress) : undefined;
  if (known?.done.length !== STATIONS) {
    const load = join(ROOT, "test", "bench", "year", "load.ts");
    const ran = await runTool(
      process.execPath,
      [load, "--folder", FOLDER, "--stations", String(STATIONS)],
      LOAD_DEADLINE_MS,
    );
    if (ran.code !== 0) throw new Error(`the year could not be made:\n${ran.output.slice(-2_000)}`);
  }
  return JSON.parse(readFileSync(file, "utf8")) as Progress;
}

function configured(): string {
  const file = join(FOLDER, "collector.yaml");
  const place = { host: "127.0.0.1", port: 0 };
  writeFileSync(
    file,
    stringify({
      ...{ collector: { keyFile: "./collector.key" }, database: "./collector.db", broker: place, http: place },
      ...{ noticesToken: "the-year-of-a-benchmark", access: { secondFactor: "offered", idleMinutes: 600 } },
      // Nobody reports any more: that is not what is looked at.
      rules: { "gateway.silent": { silentMs: 2_000_000_000 } },
    }),
  );
  return file;
}

function peopleOf(config: string): DemoPerson[] {
  const file = join(FOLDER, "people.json");
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(makePeople(config)));
  return JSON.parse(readFileSync(file, "utf8")) as DemoPerson[];
}

function sumRows({ records, seconds, done }: Progress, code: number | null): BenchRow[] {
  const stations = `${done.length} stations, ${(records / 1e6).toFixed(1)} million records`;
  return [
    {
      name: "year-load",
      value: records / seconds,
      unit: "records/s",
      aim: {},
      comparedWith: `${stations} in ${Math.round(seconds / 60)} min, simulated, signed, stored and summed; made once, then kept`,
    },
    {
      name: "year-sums-differ",
      value: code ?? -1,
      unit: "(0: none)",
      aim: { max: 0 },
      comparedWith: "`statistics check`: every day of every station against its sales, to the centilitre",
    },
  ];
}

async function screenRows(url: string, people: readonly DemoPerson[], progress: Progress): Promise<BenchRow[]> {
  const askers = new Map<string, Asker>();
  for (const login of ["shangwu", "shenji"]) {
    askers.set(login, await Asker.signIn(url, people.find((one) => one.login === login)!));
  }
  const facts = await factsOf(askers.get("shangwu")!, progress);
  const share = `${progress.done.length} of ${ALL} stations`;
  const rows: BenchRow[] = [];
  for (const { name, login, questions } of SCREENS) {
    const chance = randomStream(1, `screen/${name}`);
    const asker = askers.get(login)!;
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await asker.open(questions(facts, chance)));
    const warm = times.slice(1).sort((a, b) => a - b);
    const at = (portion: number) => (warm[Math.ceil(warm.length * portion) - 1] ?? Number.NaN) / 1_000;
    rows.push({
      name: `screen-${name}-p95`,
      value: at(0.95),
      unit: "s",
      aim: { max: PAGE_SECONDS },
      comparedWith: `p50 ${at(0.5).toFixed(3)} s, first ${(times[0]! / 1_000).toFixed(2)} s; ${share}, all questions of the page at once`,
    });
  }
  return rows;
}

/** What the screens are opened with; cases are reported where there are none. */
async function factsOf(asker: Asker, { done, fromMs, untilMs }: Progress): Promise<YearFacts> {
  const day = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
  const [{ items }, flags] = await Promise.all([
    asker.ask<{ items: { id: string; county: string; tanks: number }[] }>("/stations"),
    asker.ask<{ items: { id: string }[] }>("/flags?limit=500"),
  ]);
  const loaded = items.filter(({ id }) => done.includes(id));
  const listed = await asker.ask<{ items: { id: string }[] }>("/cases?limit=200");
  for (let number = listed.items.length; number < CASES; number += 1) {
    const { id } = loaded[number % loaded.length]!;
    await asker.send("/cases", {
      station: id,
      title: `例行核查 ${number + 1}`,
      text: "逐站核对总累。",
      origin: "inspection",
    });
  }
  const cases = await asker.ask<{ items: { id: string }[] }>("/cases?limit=200");
  return {
    stations: loaded.map(({ id, county, tanks }) => ({
      ...{ id, county },
      tanks: Array.from({ length: tanks }, (_, index) => `T${index + 1}`),
    })),
    ...{ from: day(fromMs), to: day(untilMs - 1) },
    cases: cases.items.map(({ id }) => id),
    flags: flags.items.map(({ id }) => id),
  };
}
