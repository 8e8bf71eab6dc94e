/** The page in headless Chromium: three stations, a sale that arrives while it is open, and the planted flags. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Chain, startChain } from "../rig/chain.ts";
import { control } from "../rig/control.ts";
import { ROOT } from "../rig/program.ts";
import { signedIn } from "../rig/sign-in.ts";
import { hasTool } from "../rig/tools.ts";

const SCREENSHOTS = join(ROOT, ".run", "screenshots");
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const SPEED = 10;
/** Evaluated in the browser. */
const PAGE_WIDTH = "document.documentElement.scrollWidth";
const LIVE_DEADLINE_MS = 60_000;

describe.skipIf(!hasTool("chromium", "chromium"))("the page", () => {
  let chain: Chain;
  let browser: Browser;
  let storageState: Awaited<ReturnType<typeof signedIn>>;
  const foreignRequests: string[] = [];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const scenarios = ["demo-honest", "demo-bypass", "demo-tampered"];
    chain = await startChain({
      folder: join(ROOT, ".run", "test", "browser"),
      scenarios: scenarios.map((name) => join(ROOT, "simulators", "scenarios", `${name}.yaml`)),
      speed: SPEED,
      people: true,
    });
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ],
    });
    // The platform's lead sees every county and department.
    storageState = await signedIn(browser, chain.collector.url, chain.people[0]!);
  });

  afterAll(async () => {
    await browser?.close();
    await chain?.stop();
  });

  async function open(path: string, viewport: { width: number; height: number }): Promise<Page> {
    const page = await browser.newPage({ viewport, locale: "zh-CN", storageState });
    page.on("request", (request) => {
      if (!request.url().startsWith(chain.collector.url) && !request.url().startsWith("data:")) {
        foreignRequests.push(request.url());
      }
    });
    await page.goto(`${chain.collector.url}${path}`);
    return page;
  }

  it("shows the three stations by name, and none of its requests leaves the host", async () => {
    const page = await open("/", DESKTOP);
    for (const { plan } of chain.stations) {
      await page.getByTestId(`station-${plan.station.id}`).first().waitFor();
      expect(await page.getByText(plan.station.nameZh).count()).toBeGreaterThan(0);
    }
    await page.screenshot({ path: join(SCREENSHOTS, "stations-desktop.png") });
    await page.close();
    expect(foreignRequests).toEqual([]);
  });

  it("shows a sale that arrives while it is open, without being reloaded", async () => {
    const { plan } = chain.stations[0]!;
    const page = await open(`/stations/${plan.station.id}`, DESKTOP);
    await page.getByTestId("tank-T1").first().waitFor();
    const rows = () =>
      page.locator('[data-testid^="sale-"]').evaluateAll((all) => all.map((row) => row.getAttribute("data-testid")));
    const before = new Set(await rows());
    await expect
      .poll(async () => (await rows()).some((id) => !before.has(id)), { timeout: LIVE_DEADLINE_MS })
      .toBe(true);
    await page.screenshot({ path: join(SCREENSHOTS, "station-desktop.png"), fullPage: true });
    await page.close();
  });

  it("shows a cut seal as a flag soon after it was cut, with the journal records that prove it", async () => {
    const station = chain.stations[0]!;
    const page = await open("/flags", DESKTOP);
    await control(station, "POST", "/api/cheats", { kind: "seal-cut", seal: "S03" });
    const flag = page.locator('[data-rule="seal.opened"][data-subject="S03"]').first();
    await flag.waitFor({ timeout: LIVE_DEADLINE_MS });
    await page.screenshot({ path: join(SCREENSHOTS, "flags-desktop.png") });
    const id = (await flag.getAttribute("data-testid"))?.replace("flag-", "");
    await page.goto(`${chain.collector.url}/flags/${id}`);
    await page.getByText(station.gateway).first().waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, "flag-desktop.png"), fullPage: true });
    await page.close();
  });

  it("shows the planted cheats of the other stations", async () => {
    const page = await open("/flags", DESKTOP);
    for (const rule of ["tax-port.total-decreased", "tax-port.identity-changed", "wetstock.inflow-without-notice"]) {
      await page
        .locator(`[data-rule="${rule}"]`)
        .first()
        .waitFor({ timeout: 2 * LIVE_DEADLINE_MS });
    }
    await page.close();
  });

  it("speaks English when asked to", async () => {
    const page = await open("/", DESKTOP);
    await page.getByTestId("lang-switch").first().click();
    const { plan } = chain.stations[0]!;
    await page.getByText(plan.station.nameEn).first().waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await page.screenshot({ path: join(SCREENSHOTS, "stations-english.png") });
    await page.close();
  });

  it.each(["/", "/flags"])("fits a phone at %s: nothing is wider than the screen", async (path) => {
    const page = await open(path, PHONE);
    await page.locator('[data-testid^="station-"], [data-testid^="flag-"]').first().waitFor();
    const width = await page.evaluate<number>(PAGE_WIDTH);
    await page.screenshot({ path: join(SCREENSHOTS, `${path === "/" ? "stations" : "flags"}-phone.png`) });
    await page.close();
    expect(width).toBeLessThanOrEqual(PHONE.width);
  });

  it("fits a phone on a station's page", async () => {
    const { plan } = chain.stations[2]!;
    const page = await open(`/stations/${plan.station.id}`, PHONE);
    await page.getByTestId("tank-T1").first().waitFor();
    const width = await page.evaluate<number>(PAGE_WIDTH);
    await page.screenshot({ path: join(SCREENSHOTS, "station-phone.png"), fullPage: true });
    await page.close();
    expect(width).toBeLessThanOrEqual(PHONE.width);
  });
});
