/**
 * Signing in, a request for access, its approval and all that follows, in headless Chromium, as the people whose work it
 * is; on a desktop and on a phone.
 */
import { createHmac } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { everybody, loginOf, PASSWORD } from "@forecourt/collector/testing/people.ts";
import { runCollector, type TestCollector } from "@forecourt/collector/testing/running.ts";
import { testRegistry, testStation } from "@forecourt/collector/testing/stations.ts";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../rig/program.ts";
import { hasTool } from "../rig/tools.ts";

const SCREENSHOTS = join(ROOT, ".run", "screenshots");
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const PAGE_WIDTH = "document.documentElement.scrollWidth";
const STEP_MS = 30_000;
/** Nothing on the page takes as long, also on a busy machine. */
const STEP_DEADLINE_MS = 20_000;

/** An authenticator of our own (RFC 6238), apart from the library that the collector uses. */
function codeOf(secret: string, atMs: number): string {
  const bits = [...secret].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from(
    bits
      .join("")
      .match(/.{8}/g)!
      .map((byte) => Number.parseInt(byte, 2)),
  );
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / STEP_MS)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19]! & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, "0");
}

describe.skipIf(!hasTool("chromium", "chromium"))("access, on the page", () => {
  let collector: TestCollector;
  let browser: Browser;
  const secrets = new Map<string, string>();
  const complaints: string[] = [];
  const first = { login: "yu.xiang", password: "" };

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const people = everybody();
    collector = await runCollector(testRegistry(testStation()), { people });
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await collector?.remove();
  });

  async function open(viewport = DESKTOP): Promise<Page> {
    const page = await browser.newPage({ viewport, locale: "zh-CN" });
    page.setDefaultTimeout(STEP_DEADLINE_MS);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // Chromium itself says so when an answer is 401: asking who is signed in is how the page begins.
      if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
    });
    await page.goto(`${collector.http}/`);
    return page;
  }

  async function fillIn(page: Page, login: string, password: string, code?: string): Promise<void> {
    await page.getByLabel("登录名").fill(login);
    await page.getByLabel("口令", { exact: true }).fill(password);
    if (code !== undefined) await page.getByRole("textbox", { name: "动态口令" }).fill(code);
    await page.getByTestId("sign-in").click();
  }

  /** Sets up one-time codes as the page asks. */
  async function setUpFactor(page: Page, login: string): Promise<void> {
    await page.getByTestId("begin-factor").click();
    const secret = (await page.getByTestId("factor-secret").textContent()) ?? "";
    secrets.set(login, secret);
    await page.getByRole("textbox", { name: "动态口令" }).fill(codeOf(secret, Date.now()));
    await page.screenshot({ path: join(SCREENSHOTS, "access-factor.png"), fullPage: true });
    await page.getByTestId("confirm-factor").click();
    await page.getByTestId("own").waitFor();
  }

  /** Makes a unit, gives it its right name, and closes it. */
  async function tendUnits(page: Page): Promise<void> {
    await page.goto(`${collector.http}/access?part=units`);
    await page.getByTestId("new-unit").click();
    await page.getByLabel("单位名称").fill("勐海县税务局");
    await page.getByLabel("编号").fill("tax-menghai");
    await page.getByTestId("unit-department").click();
    await page.getByTitle("税务").click();
    await page.getByLabel("县（市）代码").fill("532822");
    await page.getByTestId("make-unit").click();
    const card = page.getByTestId("unit-tax-menghai");
    await card.getByTestId("rename-unit").click();
    await card.getByLabel("单位名称").fill("国家税务总局勐海县税务局");
    await card.getByTestId("save-unit").click();
    await card.getByText("国家税务总局勐海县税务局").waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, "access-units.png"), fullPage: true });
    await card.getByText("撤销单位").click();
    await page.locator(".ant-popconfirm-buttons .ant-btn-primary").click();
    await card.getByText("撤销于").waitFor();
  }

  /** Signs in for the first time as the person of a role. */
  async function enter(role: string, viewport = DESKTOP): Promise<Page> {
    const page = await open(viewport);
    await fillIn(page, loginOf(role), PASSWORD);
    await setUpFactor(page, loginOf(role));
    return page;
  }

  it("refuses a wrong password in words, and shows nothing before", async () => {
    const page = await open();
    await page.getByTestId("sign-in").waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, "access-sign-in.png") });
    await fillIn(page, loginOf("unit-contact"), "Wrong-Horse-9");
    await page.getByTestId("refusal").waitFor();
    expect(await page.getByTestId("refusal").textContent()).toContain("不正确");
    await page.close();
  });

  it("lets a unit's contact ask for a person's access, once one-time codes are set up", async () => {
    const page = await enter("unit-contact");
    await page.getByTestId("new-request").click();
    await page.getByTestId("unit").click();
    await page.getByTitle("finance county").click();
    await page.getByLabel("登录名").fill(first.login);
    await page.getByLabel("姓名").fill("玉香");
    await page.getByTestId("roles").click();
    await page.getByTitle("财政业务").click();
    await page.keyboard.press("Escape");
    await page.getByLabel("理由").fill("新到岗，负责成品油税收分析");
    await page.screenshot({ path: join(SCREENSHOTS, "access-request.png"), fullPage: true });
    await page.getByTestId("file-request").click();
    await page.getByTestId(`request-${first.login}`).getByText("待审核").waitFor();
    await page.close();
  });

  it("lets the bureau of commerce approve it, on a phone", async () => {
    const page = await enter("platform-lead", PHONE);
    await page.goto(`${collector.http}/access`);
    const card = page.getByTestId(`request-${first.login}`);
    await card.getByLabel("审核意见").fill("同意");
    expect(await page.evaluate<number>(PAGE_WIDTH)).toBeLessThanOrEqual(PHONE.width);
    await page.screenshot({ path: join(SCREENSHOTS, "access-approve-phone.png"), fullPage: true });
    await card.getByTestId("approve").click();
    await card.getByText("已批准").waitFor();
    await page.close();
  });

  it("lets the system administrator make the account, and the security administrator grant the role", async () => {
    const system = await enter("system-administrator");
    await system.getByTestId("make-account").click();
    first.password = (await system.getByTestId("once").locator(".code").textContent()) ?? "";
    await system.screenshot({ path: join(SCREENSHOTS, "access-make-account.png"), fullPage: true });
    await system.goto(`${collector.http}/access?part=calendar`);
    await system.getByText("国庆节").first().waitFor();
    await system.screenshot({ path: join(SCREENSHOTS, "access-calendar.png"), fullPage: true });
    await tendUnits(system);
    await system.close();
    const security = await enter("security-administrator");
    await security.getByTestId("grant").click();
    await security.getByTestId(`request-${first.login}`).getByText("已办结").waitFor();
    await security.goto(`${collector.http}/access?part=accounts`);
    await security.getByTestId(`account-${first.login}`).waitFor();
    await security.screenshot({ path: join(SCREENSHOTS, "access-accounts.png"), fullPage: true });
    await security.close();
  });

  it("has the new person choose a password and set up codes, then shows the stations", async () => {
    const page = await open(PHONE);
    await fillIn(page, first.login, first.password);
    await page.getByLabel("现在的口令").fill(first.password);
    await page.getByLabel("新口令").fill("Another-Horse-8");
    await page.getByLabel("再输一次").fill("Another-Horse-8");
    expect(await page.evaluate<number>(PAGE_WIDTH)).toBeLessThanOrEqual(PHONE.width);
    await page.screenshot({ path: join(SCREENSHOTS, "access-first-password-phone.png"), fullPage: true });
    await page.getByTestId("save-password").click();
    await setUpFactor(page, first.login);
    await page.getByText("测试加油站").first().waitFor();
    await page.getByTestId("sign-out").click();
    await page.getByTestId("sign-in").waitFor();
    // The code that confirmed the set-up is used up; that of the next step is good already.
    await fillIn(page, first.login, "Another-Horse-8", codeOf(secrets.get(first.login)!, Date.now() + STEP_MS));
    await page.getByText("测试加油站").first().waitFor();
    await page.getByTestId("own").click();
    await page.getByText("本次").waitFor();
    expect(await page.evaluate<number>(PAGE_WIDTH)).toBeLessThanOrEqual(PHONE.width);
    await page.screenshot({ path: join(SCREENSHOTS, "access-own-phone.png"), fullPage: true });
    await page.close();
  });

  it("shows all of it to the auditor, who finds the log whole", async () => {
    const page = await enter("audit-administrator");
    await page.locator('[data-action="role.granted"]').first().waitFor();
    await page.getByTestId("verify-audit").click();
    await page.getByTestId("audit-holds").waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, "access-audit.png"), fullPage: true });
    expect(await page.locator('[data-action="look"]').count()).toBeGreaterThan(0);
    await page.setViewportSize(PHONE);
    expect(await page.evaluate<number>(PAGE_WIDTH)).toBeLessThanOrEqual(PHONE.width);
    await page.screenshot({ path: join(SCREENSHOTS, "access-audit-phone.png") });
    await page.close();
  });

  it("has nothing to complain about in the browser's console", () => {
    expect(complaints).toEqual([]);
  });
});
