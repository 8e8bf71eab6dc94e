/** What the agent has reported of the station, as a collector's API tells it: shown beside the truth, never mixed with it. */

export interface Reported {
  nozzles: Record<string, { totalCl: number | null; totalFen: number | null; lastSaleCl: number | null }>;
  tanks: Record<string, { levelUm: number | null; volumeCl: number | null; quality: string }>;
  seals: Record<string, { state: string; tamperCount: number | null }>;
  devices: Record<string, { state: string; reason: string | null }>;
  flags: { rule: string; subject: string; severity: string; state: string; titleZh: string; titleEn: string }[];
}

export type Report = { reported: Reported } | { error: string } | undefined;

export interface CollectorAddress {
  /** Such as http://127.0.0.1:8080 */
  url: string;
  token?: string;
}

const ANSWER_WITHIN_MS = 3_000;
/** The page asks about as often; a collector is not asked more. */
const KEPT_FOR_MS = 1_000;

/** The parts of the collector's answers that are used here. */
interface StationAnswer {
  dispensers: {
    device: string;
    link: { state: string; reason: string | null };
    nozzles: {
      nozzle: string;
      totalVolumeCl: number | null;
      totalAmountFen: number | null;
      lastSale: { volumeCl: number } | null;
    }[];
  }[];
  tanks: { tank: string; latest: { levelUm: number | null; volumeCl: number | null; quality: string } | null }[];
  seals: { seal: string; state: string; tamperCount: number | null }[];
}
interface FlagsAnswer {
  items: { rule: string; subject: string; severity: string; state: string; title: { zh: string; en: string } }[];
}

export class CollectorReader {
  readonly #address: CollectorAddress;
  readonly #station: string;
  #kept: { at: number; report: Promise<Report> } | undefined;

  constructor(address: CollectorAddress, station: string) {
    this.#address = address;
    this.#station = station;
  }

  /** What is reported now, or why that cannot be known. */
  read(): Promise<Report> {
    const now = performance.now();
    if (!this.#kept || now - this.#kept.at > KEPT_FOR_MS) this.#kept = { at: now, report: this.#fetch() };
    return this.#kept.report;
  }

  async #fetch(): Promise<Report> {
    try {
      const [station, flags] = await Promise.all([
        this.#get<StationAnswer>(`/api/v1/stations/${this.#station}`),
        this.#get<FlagsAnswer>(`/api/v1/flags?station=${this.#station}&limit=100`),
      ]);
      return { reported: reportOf(station, flags) };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
      return { error: `${this.#address.url}: ${error instanceof Error ? error.message : String(error)}${cause}` };
    }
  }

  async #get<Answer>(path: string): Promise<Answer> {
    const { url, token } = this.#address;
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(new URL(path, url), { headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (!answer.ok) throw new Error(`GET ${path}: HTTP ${answer.status}`);
    return (await answer.json()) as Answer;
  }
}

function reportOf(station: StationAnswer, flags: FlagsAnswer): Reported {
  const nozzles = station.dispensers.flatMap((dispenser) => dispenser.nozzles);
  return {
    nozzles: Object.fromEntries(
      nozzles.map(({ nozzle, totalVolumeCl, totalAmountFen, lastSale }) => [
        nozzle,
        { totalCl: totalVolumeCl, totalFen: totalAmountFen, lastSaleCl: lastSale?.volumeCl ?? null },
      ]),
    ),
    tanks: Object.fromEntries(
      station.tanks.map(({ tank, latest }) => [
        tank,
        latest
          ? { levelUm: latest.levelUm, volumeCl: latest.volumeCl, quality: latest.quality }
          : { levelUm: null, volumeCl: null, quality: "never-read" },
      ]),
    ),
    seals: Object.fromEntries(station.seals.map(({ seal, state, tamperCount }) => [seal, { state, tamperCount }])),
    devices: Object.fromEntries(
      station.dispensers.map(({ device, link }) => [device, { state: link.state, reason: link.reason }]),
    ),
    flags: flags.items.map(({ rule, subject, severity, state, title }) => ({
      ...{ rule, subject, severity, state },
      titleZh: title.zh,
      titleEn: title.en,
    })),
  };
}
