/**
 * The main path of each department, from sign-in to a closed case, on a desk and on a phone, in one headless Chromium
 * against one collector. No page has a serious accessibility fault, none is wider than a phone, none asks another host.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_POLICY } from "@forecourt/collector/access/policy.ts";
import { FakeGateway } from "@forecourt/collector/testing/fake-gateway.ts";
import { PASSWORD } from "@forecourt/collector/testing/people.ts";
import { runCollector, type TestCollector, until } from "@forecourt/collector/testing/running.ts";
import { type SignedIn, signInTo } from "@forecourt/collector/testing/signed-in.ts";
import { testRegistry } from "@forecourt/collector/testing/stations.ts";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessFaults } from "../rig/accessible.ts";
import { ROOT } from "../rig/program.ts";
import { hasTool } from "../rig/tools.ts";
import { ADMINISTRATORS, LEAD, OFFICIALS, type Official, officials, PROVIDER } from "./departments-people.ts";
import { STATION, sellAndTamper, townStations } from "./departments-stations.ts";

/** A folder whose pictures are made anew, those that are there: FORECOURT_PICTURES=docs/images/console. */
const PICTURES = process.env.FORECOURT_PICTURES;
const SCREENSHOTS = join(ROOT, ".run", "screenshots");
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const DEADLINE_MS = 30_000;
const PAGE_WIDTH = "document.documentElement.scrollWidth";
/** What stands on a page once it has its data. */
const FILLED = "h1, .totals, .nothing";
/** Within this a page that was made narrower has found its place. */
const SETTLE_MS = 1_000;
const TWO_FRAMES = "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))";

describe.skipIf(!hasTool("chromium", "chromium"))("the main path", () => {
  const box = new FakeGateway(`gw-${STATION}`, STATION);
  let collector: TestCollector;
  let browser: Browser;
  let lead: SignedIn;
  const faults: string[] = [];
  const wide: string[] = [];
  const foreign: string[] = [];
  const complaints: string[] = [];
  const looked = new Set<string>();

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
    collector = await runCollector(testRegistry(...townStations(box)), { people: officials(), access });
    await sellAndTamper(collector, box);
    lead = await signInTo(collector.http, LEAD.login);
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--lang=zh-CN",
        "--disable-background-networking",
        "--disable-sync",
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await collector?.remove();
  });

  async function newContext(): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport: DESKTOP, locale: "zh-CN" });
    context.setDefaultTimeout(DEADLINE_MS);
    context.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(collector.http) && !/^(data|blob):/.test(url)) foreign.push(url);
    });
    context.on("weberror", (error) => complaints.push(error.error().message));
    return context;
  }

  /** Signs a person in by the form, as they would. */
  async function signIn(login: string): Promise<Page> {
    const page = await (await newContext()).newPage();
    await page.goto(collector.http);
    await page.getByLabel("登录名").fill(login);
    await page.getByLabel("口令", { exact: true }).fill(PASSWORD);
    await lookAt(page, "sign-in");
    await page.getByTestId("sign-in").click();
    await page.getByTestId("own").waitFor();
    return page;
  }

  /** Looks at a kind of page once, at both sizes: nothing is wider than a phone, and axe finds no serious fault. */
  async function lookAt(page: Page, name: string): Promise<void> {
    if (looked.has(name)) return;
    looked.add(name);
    const before = page.viewportSize() ?? DESKTOP;
    for (const [size, viewport] of [
      ["phone", PHONE],
      ["desk", DESKTOP],
    ] as const) {
      await page.setViewportSize(viewport);
      await page.evaluate(TWO_FRAMES);
      const width = () => page.evaluate<number>(PAGE_WIDTH);
      // A list that closes may stick out for the moment of its closing.
      await until(async () => (await width()) <= viewport.width, SETTLE_MS).catch(() => wide.push(`${name} ${size}`));
      faults.push(...(await accessFaults(page)).map((fault) => `${name} ${size}: ${fault}`));
      await picture(page, `${name}-${size}`);
    }
    await page.setViewportSize(before);
  }
  async function picture(page: Page, name: string): Promise<void> {
    const path = join(PICTURES ?? SCREENSHOTS, `${name}.png`);
    if (PICTURES === undefined || existsSync(path)) await page.screenshot({ path });
  }

  /** Goes to a page and waits until it has been filled. */
  async function go(page: Page, path: string): Promise<void> {
    await page.goto(`${collector.http}${path}`);
    await page.locator(FILLED).first().waitFor();
    await page.locator(".waiting").first().waitFor({ state: "detached" });
  }

  async function take(page: Page, step: string, text: string): Promise<void> {
    await page.getByRole("radio", { name: step, exact: true }).click();
    await page.getByLabel("说明", { exact: true }).fill(text);
    await page.locator(".step-form").getByRole("button", { name: "提交", exact: true }).click();
    await page.locator(".step-form").getByText(text).waitFor({ state: "detached" });
  }

  /** From what they can see to a case that is theirs: of a flag that is theirs, else of a report that commerce gives out. */
  async function openCase(page: Page, { rule }: Official): Promise<string> {
    if (rule !== undefined) {
      await page.locator(`[data-rule="${rule}"] a`).first().click();
      await page.getByText("证据").first().waitFor();
      await lookAt(page, "flag");
      await page.getByText("立案").first().click();
      await page.getByLabel("标题").waitFor();
    } else {
      await go(page, `/cases/new?station=${STATION}`);
      await page.getByLabel("标题").fill("卸油区异常，请派员核实");
      await page.getByLabel("问题描述").fill("夜间有车辆在卸油区停留，未见运单。");
    }
    await lookAt(page, "new-case");
    return submitCase(page);
  }

  async function submitCase(page: Page): Promise<string> {
    await page.locator("form").getByRole("button", { name: "提交", exact: true }).click();
    await page.waitForURL(/\/cases\/(?!new)/);
    return decodeURIComponent(page.url().split("/").at(-1) ?? "");
  }

  /** The tasks of Article 15, where the case has them. */
  async function doTasks(page: Page): Promise<void> {
    const open = page.getByRole("button", { name: "完成", exact: true });
    for (let left = await open.count(); left > 0; left -= 1) {
      await open.first().click();
      await expect.poll(() => open.count(), { timeout: DEADLINE_MS }).toBe(left - 1);
    }
  }

  /** What another department does about a case, over the API: its own path is on the page. */
  async function act(by: SignedIn, id: string, step: string, more: object): Promise<void> {
    const known = (await (await by.ask("GET", `/api/v1/cases/${id}`)).json()) as { after: number };
    const answer = await by.ask("POST", `/api/v1/cases/${id}/steps`, { step, after: known.after, ...more });
    expect([step, answer.status]).toEqual([step, 200]);
  }

  const handling = OFFICIALS.filter(({ role }) => role !== "development-officer");

  it.each(handling)("of $unitName leads from signing in to a closed case", async (official) => {
    const page = await signIn(official.login);
    const station = page.getByRole("link", { name: "景洪江滨加油站" }).first();
    await station.waitFor();
    await lookAt(page, "stations");
    await station.click();
    await page.getByTestId("tank-T1").first().waitFor();
    await lookAt(page, "station");
    await page.locator('nav a[href="/flags"]').click();
    await page.locator(".flag-list, .nothing").first().waitFor();
    await lookAt(page, "flags");
    const id = await openCase(page, official);
    if (official.rule === undefined) {
      await page.getByText("待分派").first().waitFor();
      await act(lead, id, "assign", { department: official.department });
    }
    await go(page, `/cases/${id}`);
    await lookAt(page, "case");
    await take(page, "受理", "已受理，今日到站核实");
    await page.setViewportSize(PHONE);
    await take(page, "现场检查", "现场核对铅封、油枪与交易流水");
    await doTasks(page);
    await take(page, "办理结果", "情况属实，已责令整改");
    await act(lead, id, "feed-back", { text: "结果已反馈上报单位" });
    await act(lead, id, "close", {});
    await go(page, `/cases/${id}`);
    await page.getByText("已办结").first().waitFor();
    await lookAt(page, "case-closed");
    await go(page, "/cases");
    await lookAt(page, "cases");
    await page.context().close();
  });

  it("of the bureau of commerce gives a case out, feeds its result back and closes it", async () => {
    const page = await signIn(LEAD.login);
    await go(page, `/cases/new?station=${STATION}`);
    await page.getByLabel("标题").fill("电子运单与到货量不符");
    await page.getByLabel("问题描述").fill("运单 12 吨，卸油 11.2 吨。");
    const id = await submitCase(page);
    await page.getByText("待分派").first().waitFor();
    await page.getByRole("radio", { name: "分派", exact: true }).click();
    await page.getByLabel("部门", { exact: true }).click();
    await page.getByTitle("交通运输", { exact: true }).click();
    await lookAt(page, "case-assign");
    await page.locator(".step-form").getByRole("button", { name: "提交", exact: true }).click();
    await page.getByText("待受理").first().waitFor();
    const transport = await signInTo(collector.http, "jiaotong");
    await act(transport, id, "accept", {});
    await act(transport, id, "answer", { text: "罐车途中卸油，已立案查处", outcome: "confirmed" });
    await go(page, `/cases/${id}`);
    await page.setViewportSize(PHONE);
    await take(page, "结果反馈", "结果已反馈上报单位");
    await page.getByRole("radio", { name: "办结", exact: true }).click();
    await page.locator(".step-form").getByRole("button", { name: "提交", exact: true }).click();
    await page.getByText("已办结").first().waitFor();
    await page.context().close();
  });

  it("of development and reform leads to the statistics: it has no cases", async () => {
    const page = await signIn("fagai");
    await page.getByText("景洪江滨加油站").first().waitFor();
    expect(await page.locator('nav a[href="/cases"]').count()).toBe(0);
    await go(page, "/statistics");
    await lookAt(page, "statistics");
    await page.context().close();
  });

  it.each([
    [LEAD, ["/own", `/registry/${STATION}`, "/registry/changes", "/registry/import", "/registry/coverage"]],
    [PROVIDER, [`/registry/${STATION}/change`]],
    [ADMINISTRATORS[0]!, ["/access?part=accounts", "/access?part=units", "/access?part=calendar"]],
    [ADMINISTRATORS[1]!, ["/access?part=tokens"]],
    [ADMINISTRATORS[2]!, []],
  ] as const)("goes on to every page in the menu of $name, and beyond it", async ({ login }, more) => {
    const context = await newContext();
    await context.request.post(`${collector.http}/api/v1/session`, { data: { login, password: PASSWORD } });
    const page = await context.newPage();
    await page.goto(collector.http);
    await page.getByTestId("own").waitFor();
    const menu = await page
      .locator("nav a")
      .evaluateAll((links: { getAttribute(name: string): string | null }[]) =>
        links.map((one) => one.getAttribute("href")),
      );
    for (const path of [...menu, ...more]) {
      if (path === null) continue;
      await go(page, path);
      await lookAt(
        page,
        path === "/"
          ? "stations"
          : path
              .slice(1)
              .replace(STATION, "entry")
              .replaceAll(/[/?=]+/g, "-"),
      );
    }
    await context.close();
  });

  it("asks no other host, on any page", () => {
    expect(foreign).toEqual([]);
  });

  it("is on no page wider than a phone", () => {
    expect(wide).toEqual([]);
  });

  it("has no serious accessibility fault on any page", () => {
    expect(faults).toEqual([]);
  });

  it("makes no page complain", () => {
    expect(complaints).toEqual([]);
  });
});
