/**
 * What a browser loads before a page is of use, and how long that takes on a slow machine and a slow line: the sign-in
 * page and the overview with sixteen stations, each with an empty cache, and without the map library.
 */
import { DEFAULT_POLICY } from "@forecourt/collector/access/policy.ts";
import { loginOf, PASSWORD } from "@forecourt/collector/testing/people.ts";
import { type Browser, type BrowserContextOptions, chromium } from "playwright-core";
import { startPrefecture } from "../rig/prefecture.ts";
import { signedIn } from "../rig/sign-in.ts";
import { type Bench, type BenchRow, median } from "./row.ts";

const CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
/** An office computer of ten years ago, and what a mobile network gives at its edge (Lighthouse's «slow 4G»). */
const CPU_THROTTLE = 4;
const LINE = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const LINE_WORDS = "processor 4 times slower, 1.6 Mbit/s, 150 ms, empty cache";
const RUNS = 3;
const MOST_KB = 1_000;

interface Load {
  bytes: number;
  usefulMs: number;
  answers: number;
}

/** Bytes are counted on an open line: while Chromium slows its line down, it counts them twice. */
interface Loads {
  open: Load;
  slow: Load[];
}

export const firstLoad: Bench = {
  name: "first-load",
  async run() {
    const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
    const prefecture = await startPrefecture({ access });
    let browser: Browser | undefined;
    try {
      browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: CHROMIUM });
      const { http } = prefecture.collector;
      const signIn = await loads(browser, { url: `${http}/`, useful: "sign-in", storageState: undefined });
      const storageState = await signedIn(browser, http, { login: loginOf("platform-lead"), password: PASSWORD });
      const useful = `mark-${prefecture.stations[0]}`;
      const overview = await loads(browser, { url: `${http}/`, useful, storageState });
      return [...rows("sign-in page", signIn), ...rows("overview", overview)];
    } finally {
      await browser?.close().catch(() => undefined);
      await prefecture.remove();
    }
  },
};

interface Page {
  url: string;
  /** test id of what makes the page useful when it is there */
  useful: string;
  storageState: BrowserContextOptions["storageState"];
}

async function loads(browser: Browser, page: Page): Promise<Loads> {
  const open = await load(browser, page, false);
  const slow: Load[] = [];
  for (let run = 0; run < RUNS; run += 1) slow.push(await load(browser, page, true));
  return { open, slow };
}

async function load(browser: Browser, { url, useful, storageState }: Page, isSlow: boolean): Promise<Load> {
  const context = await browser.newContext({ locale: "zh-CN", ...(storageState && { storageState }) });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  let [bytes, answers] = [0, 0];
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    answers += 1;
  });
  await devtools.send("Network.enable");
  if (isSlow) {
    await devtools.send("Network.emulateNetworkConditions", LINE);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_THROTTLE });
  }
  const beginMs = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.getByTestId(useful).first().waitFor({ timeout: 60_000 });
  const usefulMs = performance.now() - beginMs;
  await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => undefined);
  await context.close();
  return { bytes, usefulMs, answers };
}

function rows(name: string, { open, slow }: Loads): BenchRow[] {
  const usefulS = slow.map(({ usefulMs }) => usefulMs / 1_000);
  return [
    {
      name: `first load of the ${name}`,
      value: open.bytes / 1_000,
      unit: "kB on the wire",
      aim: { max: MOST_KB },
      comparedWith: `${open.answers} answers, head and body, as the collector sends them`,
    },
    {
      name: `useful ${name}`,
      value: median(usefulS),
      unit: "s (median)",
      aim: {},
      comparedWith: `${LINE_WORDS}; slowest of ${slow.length}: ${Math.max(...usefulS).toFixed(2)} s`,
    },
  ];
}
