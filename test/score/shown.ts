/**
 * When the records of a station first show a cheat: "found within" counts from there, since nobody can find what no
 * record holds yet. The score looks at the journal by itself, with its own arithmetic. Pure.
 */
import { type Planted, type Truth, UNPLUGGED } from "./truth.ts";

/** What the score reads of a journal line. */
export interface Line {
  atMs: number;
  kind: string;
  device?: string;
  line?: string | null;
  nozzle?: string;
  seal?: string;
  cause?: string;
  event?: string;
  state?: string;
  outageMs?: number | null;
  factorySerial?: string;
  initialised?: boolean;
  amountFen?: number;
  volumeCl?: number;
  unitPriceFen?: number | null;
  count?: number | null;
}

/** @param priceFen at which the line's nozzle sold before */
type Shows = (line: Line, planted: Planted, priceFen: number | undefined) => boolean;

function isSale({ kind, nozzle }: Line, { subject, nozzle: own }: Planted): boolean {
  return kind === "sale" && (nozzle === subject || nozzle === own || subject === "station");
}

/** By kind of what is planted; the others are shown from their beginning on. */
const shows: Record<string, Shows> = {
  "short-measure": isSale,
  "board-under-area": isSale,
  "price-under-board": (line, planted, priceFen) =>
    isSale(line, planted) && priceFen !== undefined && line.unitPriceFen === priceFen - planted.byFen!,
  "amount-mismatch": (line, planted) =>
    isSale(line, planted) &&
    line.count === 1 &&
    Math.abs(line.amountFen! - (line.volumeCl! * (line.unitPriceFen ?? 0)) / 100) > 1,
  "total-rollback": isSale,
  "total-reset": isSale,
  "board-swap": ({ kind, device, cause }, { subject }) =>
    kind === "identity" && device === subject && cause === "changed",
  "tax-state-lost": ({ kind, device, initialised }, { subject }) =>
    kind === "identity" && device === subject && initialised === false,
  "seal-cut": isSeal,
  "seal-open": isSeal,
  "seal-swapped": isSeal,
  "cable-pulled": ({ kind, device, state }, { subject }) => kind === "link" && device === subject && state === "down",
  // What was sold while the box was off is known when it is back.
  "gateway-unplugged": ({ kind, event }) => kind === "gateway" && event === "start",
};

function isSeal({ kind, seal, cause }: Line, { subject }: Planted): boolean {
  return kind === "seal" && seal === subject && cause === "changed";
}

/** Kinds that wait for the next tanker. */
const BY_TANKER = ["unannounced-supply", "short-supply", "delivery-short", "tanker-sale", "delivery-without-notice"];

/**
 * Sets `shownMs` of everything planted, and the litres of what was sold unseen.
 * @param lines the journal, in its order
 * @param deviceOf the tax port of each nozzle
 */
export function findShown(truth: Truth, lines: Iterable<Line>, deviceOf: ReadonlyMap<string, string>): void {
  const silences = new Silences();
  const replays = truth.planted.filter(({ kind }) => kind === "replayed-records").map((one) => new Replay(one));
  for (const one of truth.planted) {
    if (!BY_TANKER.includes(one.kind)) continue;
    const tanker = truth.deliveries.find(({ tank, atMs }) => tank === one.subject && atMs >= one.fromMs);
    if (tanker !== undefined && tanker.atMs <= one.untilMs) one.shownMs = tanker.atMs;
  }
  const open = truth.planted.filter((one) => !one.honest && shows[one.kind] !== undefined);
  const prices = new Map<string, number>();
  for (const line of lines) {
    silences.take(line);
    for (const replay of replays) replay.take(line);
    const priceFen = prices.get(line.nozzle ?? "");
    if (line.kind === "sale" && line.unitPriceFen != null) prices.set(line.nozzle!, line.unitPriceFen);
    for (let at = open.length - 1; at >= 0; at -= 1) {
      const one = open[at]!;
      if (line.atMs < one.fromMs || !shows[one.kind]!(line, one, priceFen)) continue;
      one.shownMs = line.atMs;
      open.splice(at, 1);
    }
  }
  for (const one of truth.planted) {
    if (!one.honest && UNPLUGGED.includes(one.kind)) one.litres = silences.litresOf(one, truth, deviceOf);
  }
}

/**
 * Fuellings that a nozzle tells again. One that equals an earlier one shows nothing: an honest station has 560 of them a
 * year (round ones left out, among the last 128 of the nozzle). A second one behind it comes by chance 0.05 times a
 * year, a quarter of what all rules together may say wrongly; a third one once in 100 000 years. So the third is the
 * first record that can show it. Round fuellings follow each other honestly: of those it takes forty.
 */
class Replay {
  readonly #planted: Planted;
  readonly #told = new Set<string>();
  #again = 0;
  #notRound = 0;
  #isShown = false;

  constructor(planted: Planted) {
    this.#planted = planted;
  }

  take(line: Line): void {
    const { fromMs, untilMs } = this.#planted;
    if (this.#isShown || line.atMs < fromMs || line.atMs > untilMs || !isSale(line, this.#planted)) return;
    if (line.count !== 1) return;
    const told = `${line.volumeCl} ${line.amountFen}`;
    if (this.#told.has(told)) {
      this.#again += 1;
      if (!isRound(line.volumeCl!, line.amountFen!)) this.#notRound += 1;
    }
    this.#told.add(told);
    this.#isShown = this.#notRound >= 3 || this.#again >= 40;
    if (this.#isShown) this.#planted.shownMs = line.atMs;
  }
}

/**
 * What somebody may have asked for: whole and half litres, or whole yuan. Dispensers stop a few fen beside it, beside tens of yuan
 * up to 20.
 */
function isRound(volumeCl: number, amountFen: number): boolean {
  const isNear = (whole: number, most: number) => (amountFen + most) % whole <= 2 * most;
  return volumeCl % 50 === 0 || isNear(1_000, 20) || isNear(100, 4);
}

/** Spans in which a tax port, or the gateway with all of them, was not read. */
class Silences {
  readonly #downMs = new Map<string, number>();
  readonly #spans: { device: string; fromMs: number; untilMs: number }[] = [];

  take({ kind, event, device, state, atMs, outageMs }: Line): void {
    if (kind === "gateway" && event === "outage") {
      this.#spans.push({ device: "gateway", fromMs: atMs - (outageMs ?? 0), untilMs: atMs });
    }
    if (kind !== "link" || device === undefined) return;
    if (state === "down") this.#downMs.set(device, atMs);
    const fromMs = this.#downMs.get(device);
    if (state !== "up" || fromMs === undefined) return;
    this.#downMs.delete(device);
    this.#spans.push({ device, fromMs, untilMs: atMs });
  }

  /** Litres whose fuelling ended in a silence of the subject; null when there were none. */
  litresOf({ subject, fromMs, untilMs }: Planted, { sales }: Truth, deviceOf: ReadonlyMap<string, string>) {
    const spans = this.#spans.filter(
      (one) => one.device === subject && one.untilMs >= fromMs && one.fromMs <= untilMs + SOON_MS,
    );
    const isOurs = (nozzle: string) => subject === "gateway" || deviceOf.get(nozzle) === subject;
    const litres = sales
      .filter(({ nozzle, atMs }) => isOurs(nozzle) && spans.some((one) => atMs > one.fromMs && atMs <= one.untilMs))
      .reduce((sum, one) => sum + one.litres, 0);
    return litres === 0 ? null : litres;
  }
}

const SOON_MS = 3_600_000;
