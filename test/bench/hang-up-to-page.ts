/** Seconds from hanging up a nozzle to the sale on an open page, and from cutting a seal to its flag. */
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { readTruth } from "../rig/account.ts";
import { type Chain, type Station, startChain } from "../rig/chain.ts";
import { READING } from "../rig/chain-collector.ts";
import { control } from "../rig/control.ts";
import { ROOT, until } from "../rig/program.ts";
import { signedIn } from "../rig/sign-in.ts";
import { type Bench, median } from "./row.ts";

const SALES = 12;
const DEADLINE_MS = 180_000;
const CHROMIUM = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
/** Runs in the page: notes when each sale's row first stood there. */
const NOTE_ROWS = `
  window.seenRows = new Map();
  const note = () => {
    for (const row of document.querySelectorAll('[data-testid^="sale-"]')) {
      const id = row.getAttribute("data-testid");
      if (!window.seenRows.has(id)) window.seenRows.set(id, Date.now());
    }
  };
  note();
  new MutationObserver(note).observe(document.body, { childList: true, subtree: true, attributes: true });
`;

export const hangUpToPage: Bench = {
  name: "hang-up-to-page",
  async run() {
    const chain = await startChain({
      folder: join(ROOT, ".run", "bench", "hang-up-to-page"),
      scenarios: [join(ROOT, "simulators", "scenarios", "demo-honest.yaml")],
      speed: 10,
      people: true,
    });
    let browser: Browser | undefined;
    try {
      browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: CHROMIUM });
      const station = chain.stations[0]!;
      const page = await browser.newPage({
        storageState: await signedIn(browser, chain.collector.url, chain.people[0]!),
      });
      const sales = await saleDelays(chain, station, page);
      const flagS = await flagDelay(chain, station, page);
      return [
        {
          name: "hang-up-to-sale-on-page",
          value: median(sales) / 1000,
          unit: "s (median)",
          aim: {},
          comparedWith: `${sales.length} sales, longest ${(Math.max(...sales) / 1000).toFixed(2)} s; totals of 4 nozzles a port every 0.3 s`,
        },
        {
          name: "seal-cut-to-flag-on-page",
          value: flagS,
          unit: "s",
          aim: {},
          comparedWith: "seals read every 0.5 s",
        },
      ];
    } finally {
      // Neither a browser that does not start nor one that does not close leaves programs behind.
      await browser?.close().catch(() => undefined);
      await chain.stop();
    }
  },
};

async function saleDelays(chain: Chain, station: Station, page: Page): Promise<number[]> {
  await page.goto(`${chain.collector.url}/stations/${station.plan.station.id}`);
  await page.getByTestId("tank-T1").first().waitFor();
  const openedAt = Date.now();
  await page.evaluate(NOTE_ROWS);
  const soldSince = () =>
    readTruth(station).filter(({ event, wall }) => event === "sale" && Date.parse(wall as string) > openedAt);
  await until("enough sales", () => soldSince().length > SALES, DEADLINE_MS);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const seen = await page.evaluate<[string, number][]>("[...window.seenRows]");
  const rows = new Map(await Promise.all(seen.map(async ([id, at]) => [await saleKey(chain, id), at] as const)));
  return soldSince().flatMap((sale) => {
    const at = rows.get(`${sale.nozzle}/${sale.totalAfterCl}`);
    return at === undefined ? [] : [at - Date.parse(sale.wall as string)];
  });
}

/** A row names the record; the record names nozzle and total, which the truth knows too. */
async function saleKey(chain: Chain, testId: string): Promise<string> {
  const match = /^sale-(.+)-(\d+)$/.exec(testId);
  const response = await fetch(`${chain.collector.url}/api/v1/records/${match?.[1]}/${match?.[2]}`, {
    headers: READING,
  });
  const { line } = (await response.json()) as { line: string };
  const record = JSON.parse(line) as { nozzle: string; totalVolumeCl: number };
  return `${record.nozzle}/${record.totalVolumeCl}`;
}

async function flagDelay(chain: Chain, station: Station, page: Page): Promise<number> {
  await page.goto(`${chain.collector.url}/flags`);
  await page.getByTestId("live-state").first().waitFor();
  const cutAt = performance.now();
  await control(station, "POST", "/api/cheats", { kind: "seal-cut", seal: "S05" });
  await page.locator('[data-rule="seal.opened"][data-subject="S05"]').first().waitFor({ timeout: 30_000 });
  return (performance.now() - cutAt) / 1000;
}
