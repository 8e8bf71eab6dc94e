/** What really happened at a simulated station, from its ground-truth file: cheats, and honest things that look odd. */
import { readFileSync } from "node:fs";

export interface Planted {
  id: string;
  kind: string;
  /** what it is about: a nozzle, tank, seal, device or the station */
  subject: string;
  nozzle: string | null;
  honest: boolean;
  /** rules that must find it, each of them; the first should tell first */
  expects: string[];
  /** rules that see it from another side: neither asked for nor wrong */
  also: string[];
  /** epoch ms */
  fromMs: number;
  /** epoch ms; the end of the run when it never ended */
  untilMs: number;
  /** when a record first shows it, epoch ms; its beginning where that is not told */
  shownMs: number;
  /** by how much a price is too low, 0.01 CNY; null when it is about no price */
  byFen: number | null;
  /** litres that it moved; null when that is not its nature */
  litres: number | null;
}

export interface Truth {
  fromMs: number;
  untilMs: number;
  planted: Planted[];
  /** spans without mains power, epoch ms */
  dark: { fromMs: number; untilMs: number }[];
  /** when tankers began to fill a tank */
  deliveries: { tank: string; atMs: number }[];
  /** litres that were sold past the tax ports, by tank and day */
  hidden: { tank: string; dayMs: number; litres: number }[];
  /** sales that tax ports heard of, where a cable or the gateway was unplugged: what was sold unseen is among them */
  sales: { nozzle: string; atMs: number; litres: number }[];
}

/** Kinds in which the dispensers go on selling, and nobody looks. */
export const UNPLUGGED: readonly string[] = ["cable-pulled", "gateway-unplugged"];
const DAY_MS = 86_400_000;
const ZONE_MS = 8 * 3_600_000;

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
  also?: string[];
  byFen?: number;
  tank?: string;
  trueUl?: number;
  onWire?: boolean;
  effectVolumeCl?: number;
  volumeCl?: number;
}

/** Reads a truth file. Of sales only those count that no tax port heard of. */
export function readTruth(path: string): Truth {
  const truth: Truth = {
    fromMs: Number.NaN,
    untilMs: Number.NaN,
    planted: [],
    dark: [],
    deliveries: [],
    hidden: [],
    sales: [],
  };
  const open = new Map<string, Planted>();
  const whole = readFileSync(path, "utf8");
  const isUnplugged = UNPLUGGED.some((kind) => whole.includes(`"kind":"${kind}"`));
  for (const text of whole.split("\n")) {
    if (text === "" || isUntold(text, isUnplugged)) continue;
    const line = JSON.parse(text) as Line;
    const atMs = Date.parse(line.at);
    if (line.event === "sale") takeSale(truth, line, atMs);
    if (line.event === "delivery" && line.phase === "start") truth.deliveries.push({ tank: line.tank!, atMs });
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

function isUntold(text: string, isUnplugged: boolean): boolean {
  return text.includes('"event":"sale"') && !isUnplugged && !text.includes('"onWire":false');
}

function takeSale(truth: Truth, line: Line, atMs: number): void {
  if (line.onWire === false) addHidden(truth, line, atMs);
  else truth.sales.push({ nozzle: line.nozzle!, atMs, litres: line.volumeCl! / 100 });
}

function addHidden({ hidden }: Truth, { tank, trueUl }: Line, atMs: number): void {
  const dayMs = Math.floor((atMs + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;
  let day = hidden.findLast((one) => one.tank === tank && one.dayMs === dayMs);
  if (day === undefined) {
    day = { tank: tank!, dayMs, litres: 0 };
    hidden.push(day);
  }
  day.litres += trueUl! / 1e6;
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
    also: line.also ?? [],
    fromMs,
    shownMs: fromMs,
    byFen: line.byFen ?? null,
    untilMs: Number.MAX_SAFE_INTEGER,
    litres: litresOf(line),
  };
}

function litresOf({ effectVolumeCl, volumeCl }: Line): number | null {
  const cl = effectVolumeCl ?? volumeCl;
  return typeof cl === "number" && cl !== 0 ? Math.abs(cl) / 100 : null;
}
