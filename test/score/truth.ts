/** What really happened at a simulated station, from its ground-truth file: cheats, and honest things that look odd. */
import { readFileSync } from "node:fs";

export interface Planted {
  id: string;
  kind: string;
  /** what it is about: a nozzle, tank, seal, device or the station */
  subject: string;
  nozzle: string | null;
  honest: boolean;
  /** rules that should find it */
  expects: string[];
  /** epoch ms */
  fromMs: number;
  /** epoch ms; the end of the run when it never ended */
  untilMs: number;
  /** litres that it moved; null when that is not its nature */
  litres: number | null;
}

export interface Truth {
  fromMs: number;
  untilMs: number;
  planted: Planted[];
  /** spans without mains power, epoch ms */
  dark: { fromMs: number; untilMs: number }[];
}

interface Line {
  event: string;
  at: string;
  id: string;
  kind: string;
  subject: string;
  nozzle?: string;
  phase: string;
  state?: string;
  expects: string[];
  effectVolumeCl?: number;
  volumeCl?: number;
}

/** Reads a truth file. Sales and deliveries are skipped: the collector must find them itself. */
export function readTruth(path: string): Truth {
  const truth: Truth = { fromMs: Number.NaN, untilMs: Number.NaN, planted: [], dark: [] };
  const open = new Map<string, Planted>();
  for (const text of readFileSync(path, "utf8").split("\n")) {
    if (text === "" || text.includes('"event":"sale"')) continue;
    const line = JSON.parse(text) as Line;
    const atMs = Date.parse(line.at);
    if (line.event === "start") truth.fromMs = atMs;
    if (line.event === "stop") truth.untilMs = atMs;
    if (line.event === "power") takePower(truth, line.state === "lost", atMs);
    if (line.event !== "cheat" && line.event !== "odd") continue;
    const key = `${line.id} ${line.subject}`;
    if (line.phase === "start") {
      const planted = plantedOf(line, atMs);
      open.set(key, planted);
      truth.planted.push(planted);
    } else {
      const planted = open.get(key) ?? plantedOf(line, truth.fromMs);
      planted.untilMs = atMs;
      planted.litres = litresOf(line) ?? planted.litres;
      open.delete(key);
    }
  }
  for (const one of truth.planted) one.untilMs = Math.min(one.untilMs, truth.untilMs);
  return truth;
}

function takePower(truth: Truth, isLost: boolean, atMs: number): void {
  if (isLost) truth.dark.push({ fromMs: atMs, untilMs: Number.MAX_SAFE_INTEGER });
  else {
    const last = truth.dark[truth.dark.length - 1];
    if (last !== undefined) last.untilMs = atMs;
  }
}

function plantedOf(line: Line, fromMs: number): Planted {
  const { id, kind, subject, nozzle = null } = line;
  const honest = line.event === "odd";
  const expects = honest ? [] : line.expects;
  return {
    id,
    kind,
    subject,
    nozzle,
    honest,
    expects,
    fromMs,
    untilMs: Number.MAX_SAFE_INTEGER,
    litres: litresOf(line),
  };
}

function litresOf({ effectVolumeCl, volumeCl }: Line): number | null {
  const cl = effectVolumeCl ?? volumeCl;
  return typeof cl === "number" && cl !== 0 ? Math.abs(cl) / 100 : null;
}
