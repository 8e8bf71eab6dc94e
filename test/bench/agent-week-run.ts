/**
 * Lives through a week: a station's readings go through the recorder, the keeper and the journal, are packed and signed
 * as batches, and receipts come back, are checked and kept, all with the agent's own code and simulated clocks. Left
 * out are the lines and the network. Prints one JSON object; a process of its own, so that its memory is the agent's.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "@forecourt/edge-agent/config.ts";
import type { Observation } from "@forecourt/edge-agent/drivers/observation.ts";
import { memoryKeeper } from "@forecourt/edge-agent/health/memory.ts";
import { createRecorder } from "@forecourt/edge-agent/recorder/recorder.ts";
import { keepJournal } from "@forecourt/edge-agent/wiring/journal.ts";
import { recorderOptions } from "@forecourt/edge-agent/wiring/recorder.ts";
import { decodeAnswerMessage, encodeAnswerMessage } from "@forecourt/protocol/batch/answer.ts";
import { encodeBatch, limits } from "@forecourt/protocol/batch/envelope.ts";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { aboutGateway } from "../journal/records.ts";
import { ROOT } from "../rig/program.ts";
import { seeded } from "../rig/random.ts";
import { readPlan, writeAgentConfig } from "../rig/site.ts";
import { busyStation } from "./busy-station.ts";

const HOUR_MS = 3_600_000;
/** How many hours; 0 only compiles the sources, as an agent's second start finds them. */
const HOURS = Number(process.argv[2] ?? 168);
/** How often everything is read; no sale is shorter, so nothing is missed. */
const STEP_MS = 10_000;
/** Sales of one nozzle in an hour. */
const SALES_AN_HOUR = 15;
const SEALS = 40;
const BEGIN_MS = Date.parse("2026-11-16T00:00:00+08:00");
const MAX_CHARACTERS = 900_000;
const FRAME = "BB1C89010000012345670000089ABCDEF0112233445566778899AA5C";
const UNIT_PRICE_FEN = 770;

const random = seeded(7);
const clock = { monoMs: 0 };
const epochMs = () => BEGIN_MS + clock.monoMs;
/** Memory is measured, not the disk: a week of syncs would take a quarter of an hour. */
const SHARED_MEMORY = "/dev/shm";
const base = existsSync(SHARED_MEMORY) ? SHARED_MEMORY : join(ROOT, ".run", "bench");
const folder = join(base, "forecourt-agent-week");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const collector = ed25519Signer(generateKeyPem());
const verifier = ed25519Verifier(collector.publicKey);
const signer = ed25519Signer(generateKeyPem());
const plan = readPlan(busyStation());
const loaded = loadConfig(
  writeAgentConfig({
    plan,
    folder,
    collector: { port: 1, publicKey: collector.publicKey },
    lines: undefined,
    speed: 1,
  }),
);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
const config = loaded.value;
const { id: gateway, station } = config.gateway;
const { journal, keeper, beginning, close } = await keepJournal({
  folder: config.gateway.stateDir,
  config: config.journal,
  clocks: { epochMs, monoMs: () => clock.monoMs },
  stamp: () => ({ gateway, at: formatTime(epochMs()), boot: "boot-week", monoMs: clock.monoMs, clock: "trusted" }),
  report: (event, details) => aboutGateway(event, details),
  log: () => undefined,
  committed: () => undefined,
});
const recorder = createRecorder({
  ...recorderOptions(config),
  known: journal.latest(),
  now: () => clock.monoMs,
  epochMs,
  append: (bodies) => keeper.append(bodies),
});

interface Nozzle {
  device: string;
  nozzle: string;
  volumeCl: number;
  amountFen: number;
  lastCl: number;
}

const nozzles: Nozzle[] = plan.dispensers.flatMap(({ device, nozzles: own }) =>
  own.map(({ nozzle }) => ({ device, nozzle, volumeCl: 1_000_000, amountFen: 7_700_000, lastCl: 4_000 })),
);
const tanks = plan.tanks.map(({ tank }) => ({ tank, levelUm: 1_500_000 }));
const seals = Array.from({ length: SEALS }, (_, index) => `S${String(index + 1).padStart(2, "0")}`);

function totalOf({ device, nozzle, volumeCl, amountFen }: Nozzle): Observation {
  return { point: "grand-total", device, nozzle, volumeCl, amountFen, raw: [FRAME] };
}

function lastFuellingOf({ device, nozzle, lastCl }: Nozzle): Observation {
  const at = new Date(epochMs() + 8 * HOUR_MS);
  const fuelling = {
    ...{ dayOfMonth: at.getUTCDate(), hour: at.getUTCHours(), minute: at.getUTCMinutes(), volumeCl: lastCl },
    ...{ amountFen: Math.round((lastCl * UNIT_PRICE_FEN) / 100), unitPriceFen: UNIT_PRICE_FEN },
  };
  return { point: "last-fuelling", device, nozzle, fuelling, raw: [FRAME] };
}

function levelOf({ tank, levelUm }: (typeof tanks)[number]): Observation {
  return {
    ...{ point: "tank", device: plan.gauge!.device, tank, levelUm, waterLevelUm: 3_000, temperatureMc: 15_000 },
    ...{ volumeCl: levelUm * 2, standardVolumeCl: null, waterVolumeCl: null, ullageCl: null, alarms: [] },
    ...{ quality: "good", reason: null, raw: [FRAME] },
  };
}

function sealOf(seal: string): Observation {
  return {
    ...{ point: "seal", device: plan.sealHub!.device, seal, state: "sealed", tamperCount: 0, openCount: 0 },
    ...{ batteryPercent: 90, serial: "0011223344556677", quality: "good", reason: null, raw: [FRAME] },
  };
}

const keepMemorySmall = memoryKeeper();
let [observations, batches] = [0, 0];

/** Hands readings on, and answers what the recorder wants to know next, as a line does. */
function read(seen: Observation[]): void {
  let due = seen;
  for (let round = 0; due.length > 0 && round < 6; round += 1) {
    observations += due.length;
    const wants = recorder.observed(due);
    due = wants.flatMap(({ device, key }) => {
      const [kind, name] = key.split("/");
      const nozzle = nozzles.find((one) => one.device === device && one.nozzle === name);
      if (nozzle === undefined) return [];
      if (kind === "grand-total") return [totalOf(nozzle)];
      return kind === "last-fuelling" ? [lastFuellingOf(nozzle)] : [];
    });
  }
}

function step(): void {
  clock.monoMs += STEP_MS;
  for (const nozzle of nozzles) {
    if (random() >= (SALES_AN_HOUR * STEP_MS) / HOUR_MS) continue;
    nozzle.lastCl = 500 + Math.floor(random() * 5_000);
    nozzle.volumeCl += nozzle.lastCl;
    nozzle.amountFen += Math.round((nozzle.lastCl * UNIT_PRICE_FEN) / 100);
    const tank = tanks[Math.floor(random() * tanks.length)]!;
    tank.levelUm = tank.levelUm < 300_000 ? 1_500_000 : tank.levelUm - nozzle.lastCl;
  }
  read(nozzles.map(totalOf));
  read(tanks.map(levelOf));
  if (clock.monoMs % 60_000 === 0) {
    read(seals.map(sealOf));
    keeper.append([aboutGateway("heartbeat", {})]);
    keeper.tick();
    keepMemorySmall();
  }
}

/** Everything that is not acknowledged goes through a batch, and its receipt comes back. */
async function send(): Promise<void> {
  while (journal.acknowledged.seq < journal.head.seq) {
    const lines = journal.read(journal.acknowledged.seq + 1, limits.recordsPerBatch, MAX_CHARACTERS);
    const [first, last] = [lines[0]!, lines.at(-1)!];
    const place = { gateway, station, firstSeq: first.seq, previousHash: journal.hashBefore(first.seq)! };
    await encodeBatch(
      { ...place, lastHash: last.hash },
      lines.map(({ line }) => line),
      signer,
    );
    const receipt = { gateway, seq: last.seq, hash: last.hash.toString("hex"), at: formatTime(epochMs()) };
    const message = await encodeAnswerMessage({ type: "receipt", ...receipt }, collector);
    const answer = decodeAnswerMessage(message, verifier);
    if (!answer.ok) throw new Error(answer.error.message);
    journal.acknowledge({ seq: last.seq, hash: last.hash }, message);
    batches += 1;
  }
}

keeper.append(beginning);
const rssMb: number[] = [];
for (let hour = 0; hour < HOURS; hour += 1) {
  for (let stepped = 0; stepped < HOUR_MS; stepped += STEP_MS) {
    step();
    if (clock.monoMs % 60_000 === 0) await send();
  }
  rssMb.push(process.memoryUsage.rss() / 1024 / 1024);
  // Timers of the journal's own and the event loop have their turn, as in a running agent.
  await new Promise((resolve) => setImmediate(resolve));
}
const records = journal.head.seq;
close();
rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify({ rssMb, observations, records, batches })}\n`);
