/**
 * The overview in headless Chromium: the map with and without WebGL, with an operator's layers and without any, picked by
 * click and by keyboard; what stands beside it. Nothing may be asked of another host.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_POLICY } from "@forecourt/collector/access/policy.ts";
import { readLayers } from "@forecourt/collector/map/layers.ts";
import { INVENTED_AREA, pictureArchive } from "@forecourt/collector/testing/map-files.ts";
import { loginOf, PASSWORD } from "@forecourt/collector/testing/people.ts";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Prefecture, startPrefecture } from "../rig/prefecture.ts";
import { ROOT } from "../rig/program.ts";
import { signedIn } from "../rig/sign-in.ts";
import { hasTool } from "../rig/tools.ts";

const SCREENSHOTS = join(ROOT, ".run", "screenshots");
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const PAGE_WIDTH = "document.documentElement.scrollWidth";
const ARGUMENTS = ["--headless", "--no-sandbox", "--disable-background-networking", "--disable-sync", "--no-first-run"];
const SOFTWARE_GL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const NO_GL = ["--disable-gpu", "--disable-3d-apis"];
const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;

describe.skipIf(!hasTool("chromium", "chromium"))("the overview", () => {
  let folder: string;
  /** with an operator's layers */
  let mapped: Prefecture;
  /** with nothing below the stations */
  let plain: Prefecture;
  let drawing: Browser;
  let flat: Browser;
  const foreign: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), "overview-"));
    writeFileSync(join(folder, "base.pmtiles"), pictureArchive());
    writeFileSync(join(folder, "area.geojson"), JSON.stringify(INVENTED_AREA));
    const layers = [
      { name: "底图", pmtiles: "base.pmtiles", system: "gcj02" as const, attribution: "示例底图" },
      { name: "区域", geojson: "area.geojson" },
    ];
    const map = readLayers({ layers }, (path) => join(folder, path)).layers;
    [mapped, plain] = await Promise.all([startPrefecture({ access, map }), startPrefecture({ access })]);
    const executablePath = "/usr/bin/chromium";
    drawing = await chromium.launch({ executablePath, args: [...ARGUMENTS, ...SOFTWARE_GL] });
    flat = await chromium.launch({ executablePath, args: [...ARGUMENTS, ...NO_GL] });
  });
  afterAll(async () => {
    await Promise.all([drawing?.close(), flat?.close()]);
    await Promise.all([mapped?.remove(), plain?.remove()]);
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(
    of: Prefecture,
    path: string,
    { browser = flat, viewport = DESKTOP, role = "platform-lead" } = {},
  ) {
    const { http } = of.collector;
    const storageState = await signedIn(browser, http, { login: loginOf(role), password: PASSWORD });
    const page = await browser.newPage({ viewport, locale: "zh-CN", storageState });
    page.on("request", (request) => {
      if (!request.url().startsWith(http) && !request.url().startsWith("data:")) foreign.push(request.url());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // WebGL without a graphics card says how slow it is.
      if (message.type() === "error" && !message.text().includes("GL Driver")) complaints.push(message.text());
    });
    await page.goto(`${http}${path}`);
    await page.getByTestId("map").waitFor();
    return page;
  }
  const shot = (page: Page, name: string) => page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  const marks = (page: Page) => page.locator('[data-testid^="mark-"]');

  it("draws an operator's layers with WebGL, and stands the stations on them in the layers' system", async () => {
    const page = await open(mapped, "/", { browser: drawing });
    await page.locator('[data-testid="map-gl"][data-drawn="true"]').waitFor();
    await marks(page).first().waitFor();
    expect(await page.getByText("示例底图").count()).toBe(1);
    // The picture of the archive is of one colour that nothing else has.
    await expect.poll(() => greenShare(page), { timeout: 20_000 }).toBeGreaterThan(0.3);
    await shot(page, "overview-desktop");
    await page.close();
  });

  it("draws what it can without WebGL, and says what it cannot", async () => {
    const page = await open(mapped, "/");
    await page.locator('[data-testid="map-flat"] path.map-area[d^="M"]').waitFor({ state: "attached" });
    await page.getByText("未显示图层：底图").waitFor();
    expect(await page.getByTestId("map-gl").count()).toBe(0);
    const shown = await marks(page).evaluateAll((all) => all.map((one) => one.getAttribute("data-mark")));
    await page.close();
    const other = await open(mapped, "/", { browser: drawing });
    await marks(other).first().waitFor();
    expect(await marks(other).evaluateAll((all) => all.map((one) => one.getAttribute("data-mark")))).toEqual(shown);
    await other.close();
  });

  it("stands on a plain grid of degrees where the operator supplied nothing, and asks for no map library", async () => {
    const asked: string[] = [];
    const page = await open(plain, "/", { browser: drawing });
    page.on("request", (request) => asked.push(request.url()));
    await page.reload();
    await page.getByText("22°N").waitFor();
    for (const county of ["景洪市", "勐海县", "勐腊县"]) {
      expect(await page.locator(".map-counties", { hasText: county }).count()).toBe(1);
    }
    await page.getByText("1 座加油站没有登记坐标").waitFor();
    expect(asked.filter((url) => url.includes("gl-base") || url.includes("maplibre"))).toEqual([]);
    await page.close();
  });

  it("has each state as a shape and a word, and narrows the map to one of them", async () => {
    const page = await open(plain, "/");
    const before = await marks(page).count();
    await page.getByTestId("legend-silent").click();
    await expect.poll(() => marks(page).count()).toBe(2);
    const label = await marks(page).first().getAttribute("aria-label");
    expect(label).toContain("离线");
    await page.getByTestId("legend-silent").click();
    await expect.poll(() => marks(page).count()).toBe(before);
    await page.close();
  });

  it("is picked by click and by keyboard, and leads to the station", async () => {
    const page = await open(plain, "/");
    await page.getByTestId(`mark-${plain.stations[0]}`).click();
    await page.getByTestId("map-card").getByText("景洪江滨加油站").waitFor();
    await page.keyboard.press("ArrowRight");
    const focused = () => page.evaluate<string>("document.activeElement?.dataset.mark ?? ''");
    await expect.poll(focused).not.toBe(plain.stations[0]);
    const next = await focused();
    expect(next).not.toBe("");
    await page.keyboard.press("Enter");
    // One mark may stand for several stations, the one that it is named after first.
    await page.locator(`[data-mark="${next}"][aria-pressed="true"]`).waitFor();
    await page.getByTestId("map-card").getByRole("link").first().click();
    await page.waitForURL(`**/stations/${next}`);
    await page.close();
  });

  it("shows a sale as it happens, and the open flags of each department", async () => {
    const page = await open(plain, "/");
    await page.getByTestId("department-market-regulation").waitFor();
    const first = page.getByTestId("ticker").locator("li").first();
    const before = await first.textContent();
    await plain.sell();
    await expect.poll(() => first.textContent(), { timeout: 20_000 }).not.toBe(before);
    await page.close();
  });

  it("shows a department its own flags alone", async () => {
    const page = await open(plain, "/", { role: "transport-officer" });
    await marks(page).first().waitFor();
    await page.getByTestId("ticker").or(page.getByText("还没有新的流水或疑点")).waitFor();
    expect(await page.getByTestId("department-market-regulation").count()).toBe(0);
    await page.close();
  });

  it("fits a phone, and the map with it", async () => {
    const page = await open(plain, "/", { viewport: PHONE });
    await marks(page).first().waitFor();
    const width = await page.evaluate<number>(PAGE_WIDTH);
    await shot(page, "overview-phone");
    await page.close();
    expect(width).toBeLessThanOrEqual(PHONE.width);
  });

  it("becomes a wall by a one-time link, and shows since when its data are old while the network is away", async () => {
    const person = await open(mapped, "/", {});
    await person.goto(`${mapped.collector.http}/own`);
    await person.getByLabel("大屏名称（安装地点）").fill("指挥大厅");
    await person.getByTestId("wall-prepare").click();
    const link = (await person.getByTestId("wall-link").textContent()) ?? "";
    await person.close();
    const context = await drawing.newContext({ viewport: { width: 1920, height: 1080 }, locale: "zh-CN" });
    const wall = await context.newPage();
    wall.on("request", (request) => {
      if (!request.url().startsWith(mapped.collector.http) && !request.url().startsWith("data:"))
        foreign.push(request.url());
    });
    await wall.goto(`${mapped.collector.http}/wall`);
    await wall.getByTestId("wall-door").waitFor();
    await wall.goto("about:blank");
    await wall.goto(link.trim());
    await wall.getByTestId("wall").getByText("指挥大厅").waitFor();
    await wall.locator('[data-testid="map-gl"][data-drawn="true"]').waitFor();
    expect(wall.url()).not.toContain("#");
    expect(
      await wall.evaluate<number[]>("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"),
    ).toEqual([1920, 1080]);
    await shot(wall, "wall");
    await context.setOffline(true);
    await wall.getByTestId("wall-old").waitFor({ timeout: 60_000 });
    expect(await marks(wall).count()).toBeGreaterThan(0);
    await context.setOffline(false);
    await wall.getByTestId("wall-old").waitFor({ state: "detached", timeout: 30_000 });
    await context.close();
  });

  it("shows every gateway with what needs a look first, and narrows them", async () => {
    const page = await open(plain, "/", {});
    await page.goto(`${plain.collector.http}/devices`);
    const cards = page.locator('[data-testid^="gateway-gw-"]');
    await cards.first().waitFor();
    expect(await cards.count()).toBe(plain.stations.length);
    expect(await cards.first().textContent()).toContain("网关离线");
    await page.getByLabel("按站名、网关、设备、版本查找").fill("嘎洒");
    await expect.poll(() => cards.count()).toBe(2);
    await shot(page, "devices-desktop");
    await page.setViewportSize(PHONE);
    expect(await page.evaluate<number>(PAGE_WIDTH)).toBeLessThanOrEqual(PHONE.width);
    await shot(page, "devices-phone");
    await page.close();
  });

  it("shows a station's forecourt, seals, deliveries, reconciliation, devices and history", async () => {
    const [id] = plain.stations;
    const page = await open(plain, "/", {});
    await page.goto(`${plain.collector.http}/stations/${id}`);
    await page.getByTestId("forecourt-plan").waitFor();
    expect(await page.locator(".plan-pipe").count()).toBe(2);
    await page.getByTestId("seal-sign-S01").waitFor();
    await page.getByTestId("reconciliation").waitFor();
    await page.getByTestId("device-tax-1").waitFor();
    await page.getByTestId("version-1").waitFor();
    await page.locator(".level-chart svg").getByText("卸油").first().waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, "station-whole.png"), fullPage: true });
    await page.setViewportSize(PHONE);
    expect(await page.evaluate<number>(PAGE_WIDTH)).toBeLessThanOrEqual(PHONE.width);
    await page.close();
  });

  it("asks nothing of another host, and complains of nothing", () => {
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** The share of the map's pixels that have the colour of the archive's picture, or have it shining through. */
async function greenShare(page: Page): Promise<number> {
  const picture = await page.getByTestId("map-gl").screenshot();
  const source = `data:image/png;base64,${picture.toString("base64")}`;
  return page.evaluate<number>(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(source)};
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let green = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at + 1] > data[at] + 25 && data[at + 1] > data[at + 2] + 25) green += 1;
    return green / (data.length / 4);
  })()`);
}
