/** The simulator's control page in headless Chromium: drive a station, break it, and see the truth; phone and desktop. */
import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { scenarioFrom, startStation } from "@forecourt/simulators/api.ts";
import type { Run } from "@forecourt/simulators/run.ts";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../rig/program.ts";
import { hasTool } from "../rig/tools.ts";

const SCREENSHOTS = join(ROOT, ".run", "screenshots");
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const PAGE_WIDTH = "document.documentElement.scrollWidth";

describe.skipIf(!hasTool("chromium", "chromium"))("the control page", () => {
  const folder = join(ROOT, ".run", "test", "control-page");
  let run: Run;
  let browser: Browser;
  let collector: Server;
  const complaints: string[] = [];

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(SCREENSHOTS, { recursive: true });
    collector = createServer((request, answer) => {
      answer.setHeader("content-type", "application/json");
      answer.end(JSON.stringify(request.url?.startsWith("/api/v1/flags") ? flagsAnswer : stationAnswer));
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const scenario = scenarioFrom(join(ROOT, "simulators", "scenarios", "demo-tampered.yaml"));
    run = await startStation(scenario, {
      folder,
      seed: 7,
      speed: 60,
      controlPort: 0,
      collector: { url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` },
    });
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await run?.stop();
    collector?.close();
  });

  async function open(viewport: { width: number; height: number }): Promise<Page> {
    const page = await browser.newPage({ viewport, locale: "zh-CN" });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${run.controlPort}/`);
    await page.getByTestId("nozzles").getByText("N01").waitFor();
    return page;
  }

  it("shows the truth beside what the agent reported, and what differs", async () => {
    const page = await open(DESKTOP);
    const row = page.getByTestId("nozzles").locator("tr", { hasText: "N01" });
    await row.locator(".off").waitFor();
    expect(await row.textContent()).toContain("3,456,700.00");
    expect(await page.getByTestId("flags").textContent()).toContain("铅封被打开");
    await page.screenshot({ path: join(SCREENSHOTS, "control-desktop.png") });
    await page.close();
  });

  it("cuts a seal with a click, and breaks and mends a line", async () => {
    const page = await open(DESKTOP);
    await page.getByTestId("kind-seal-cut").click();
    await page.getByTestId("form").locator("select[name=seal]").selectOption("S04");
    await page.getByTestId("inject").click();
    await page.getByTestId("seals").getByText("已剪断").first().waitFor();
    expect(run.world.seals.get("S04")?.condition).toBe("cut");
    await page.getByTestId("tab-faults").click();
    await page.getByTestId("kind-echo").click();
    await page.getByTestId("inject").click();
    const inForce = page.getByTestId("in-force").locator("li", { hasText: "回显" });
    await inForce.waitFor();
    expect(run.world.faults.on("echo", "tax-1")).toBeDefined();
    await inForce.getByRole("button").click();
    await inForce.waitFor({ state: "detached" });
    expect(run.world.faults.on("echo", "tax-1")).toBeUndefined();
    await page.close();
  });

  it("says what is wrong with a value instead of swallowing it", async () => {
    const page = await open(DESKTOP);
    await page.getByTestId("kind-bypass-tax-port").click();
    await page.getByTestId("form").locator("input[name=for]").fill("soon");
    await page.getByTestId("inject").click();
    await expect.poll(() => page.getByTestId("answer").textContent()).toContain("90s");
    await page.close();
  });

  it("pauses, changes the speed, goes on, and speaks English", async () => {
    const page = await open(DESKTOP);
    await page.getByTestId("run").click();
    await page.getByTestId("run").getByText("开始").waitFor();
    const stopped = await page.getByTestId("clock").textContent();
    await page.waitForTimeout(700);
    expect(await page.getByTestId("clock").textContent()).toBe(stopped);
    await page.getByRole("button", { name: "600×" }).click();
    await page.getByTestId("run").click();
    await page.getByTestId("run").getByText("暂停").waitFor();
    await expect.poll(() => page.getByTestId("clock").textContent()).not.toBe(stopped);
    await page.getByTestId("language").click();
    await page.getByText("Nozzles: truth and report").waitFor();
    await page.close();
  });

  it("fits a phone without sideways scrolling, in both languages", async () => {
    const page = await open(PHONE);
    expect(await page.evaluate(PAGE_WIDTH)).toBe(PHONE.width);
    await page.screenshot({ path: join(SCREENSHOTS, "control-phone.png"), fullPage: true });
    await page.getByTestId("language").click();
    await page.getByText("Nozzles: truth and report").waitFor();
    expect(await page.evaluate(PAGE_WIDTH)).toBe(PHONE.width);
    await page.screenshot({ path: join(SCREENSHOTS, "control-phone-en.png"), fullPage: true });
    await page.close();
  });

  it("has nothing to complain about in the browser's console", () => {
    expect(complaints.filter((text) => !text.includes("400"))).toEqual([]);
  });
});

/** A collector's word about the station, the parts that the page reads. */
const nozzle = (name: string) => ({
  nozzle: name,
  totalVolumeCl: 345_670_000,
  totalAmountFen: 1,
  lastSale: null,
});
const stationAnswer = {
  dispensers: [{ device: "tax-1", link: { state: "up", reason: null }, nozzles: [nozzle("N01")] }],
  tanks: [{ tank: "T1", latest: { levelUm: 1_100_000, volumeCl: 1_290_000, quality: "good" } }],
  seals: [{ seal: "S01", state: "sealed", tamperCount: 0 }],
};
const flagsAnswer = {
  items: [
    {
      rule: "seal.opened",
      subject: "S02",
      severity: "high",
      state: "open",
      title: { zh: "铅封被打开", en: "Seal opened" },
    },
  ],
};
