/**
 * The closed loops on the page, in headless Chromium on a desktop and a phone: a cut seal rings the bell of whose matter
 * it is, their mailbox is confirmed by a code and written to, groups are set up by the administrator, and a day's
 * inspections are confirmed under a real name, what was found becoming a case.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_POLICY } from "@forecourt/collector/access/policy.ts";
import type { NoticeSettings } from "@forecourt/collector/config/notices.ts";
import { CHECKS } from "@forecourt/collector/inspections/checks.ts";
import { openSqliteStore } from "@forecourt/collector/store/sqlite/sqlite-store.ts";
import { FakeGateway } from "@forecourt/collector/testing/fake-gateway.ts";
import { COUNTY, everybody, loginOf, PASSWORD } from "@forecourt/collector/testing/people.ts";
import {
  type HttpReceiver,
  httpReceiver,
  MAIL_USER,
  type MailReceiver,
  mailReceiver,
} from "@forecourt/collector/testing/receivers.ts";
import { seal } from "@forecourt/collector/testing/records.ts";
import { ConnectedGateway, runCollector, type TestCollector } from "@forecourt/collector/testing/running.ts";
import { testRegistry, testStation } from "@forecourt/collector/testing/stations.ts";
import { localDate } from "@forecourt/protocol/time.ts";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, until } from "../rig/program.ts";
import { hasTool } from "../rig/tools.ts";

const SCREENSHOTS = join(ROOT, ".run", "screenshots", "notices");
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const ADDRESS = "https://collector.example";
const DAY_MS = 86_400_000;
const box = new FakeGateway(`gw-${COUNTY}-0001`, `${COUNTY}-0001`);
const NAMES = ["景洪城南加油站", "勐罕加油站", "嘎洒加油站", "大渡岗加油站"];
const stations = NAMES.map((nameZh, index) => ({
  ...testStation(index === 0 ? [{ id: box.id, publicKey: box.signer.publicKey }] : [], `${COUNTY}-000${index + 1}`),
  nameZh,
}));

/** Yesterday's and today's inspections: one station with two checks that are not good. */
async function makeInspections(database: string): Promise<void> {
  const store = await openSqliteStore(database);
  for (const day of [localDate(Date.now() - DAY_MS), localDate(Date.now())]) {
    const rows = stations.map(({ id }, index) => {
      const checks = CHECKS.map((check) => {
        const state = index !== 0 ? "good" : check === "seals" ? "bad" : check === "backlog" ? "warn" : "good";
        const subjects = state === "good" ? [] : [check === "seals" ? "S01" : box.id];
        return {
          check,
          state,
          subjects,
          figure: check === "backlog" ? 1_240 : check === "certificate" ? 61 : null,
        } as const;
      });
      const worst = index === 0 ? ("bad" as const) : ("good" as const);
      return { station: id, day, county: COUNTY, madeMs: Date.now(), worst, checks: checks.map((one) => ({ ...one })) };
    });
    const note = { atMs: Date.now(), who: "collector", action: "inspection.made", subject: day, detail: {} };
    store.inspections.add(rows, note);
  }
  await store.close();
}

describe.skipIf(!hasTool("chromium", "chromium"))("notices and inspections, on the page", () => {
  let collector: TestCollector;
  let browser: Browser;
  let mail: MailReceiver;
  let http: HttpReceiver;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    mail = await mailReceiver();
    http = await httpReceiver();
    const notices: NoticeSettings = {
      address: ADDRESS,
      email: {
        ...{ host: "127.0.0.1", port: mail.port, security: "tls", ...MAIL_USER, from: "forecourt@example.cn" },
        ...{ ca: mail.authority.cert, address: ADDRESS },
      },
      robots: [
        {
          id: "duty",
          name: "商务局值班群",
          kind: "dingtalk",
          url: http.url,
          token: "t",
          secret: "S",
          address: ADDRESS,
        },
      ],
      webhooks: [],
    };
    const access = { ...DEFAULT_POLICY, secondFactor: "offered" } as const;
    collector = await runCollector(testRegistry(...stations), { people: everybody(), access, notices });
    await makeInspections(collector.config.database);
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await collector?.remove();
    await Promise.all([mail?.stop(), http?.stop()]);
  });

  async function enter(role: string): Promise<Page> {
    const page = await browser.newPage({ viewport: DESKTOP, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
    });
    await page.goto(`${collector.http}/`);
    await page.getByLabel("登录名").fill(loginOf(role));
    await page.getByLabel("口令", { exact: true }).fill(PASSWORD);
    await page.getByTestId("sign-in").click();
    await page.getByTestId("own").waitFor();
    return page;
  }

  /** The screen at both sizes; nothing stands out of a phone. */
  async function shots(page: Page, name: string): Promise<void> {
    for (const [size, viewport] of [["desktop", DESKTOP] as const, ["phone", PHONE] as const]) {
      await page.setViewportSize(viewport);
      await page.waitForTimeout(150);
      expect(await page.evaluate("document.documentElement.scrollWidth"), name).toBeLessThanOrEqual(viewport.width);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${size}.png`), fullPage: true });
    }
    await page.setViewportSize(DESKTOP);
  }

  it("rings the bell while one looks at something else, and is read from the list", async () => {
    const page = await enter("market-officer");
    expect(await page.getByTestId("unread").count()).toBe(0);
    const connected = await ConnectedGateway.connect(collector, box);
    box.add(seal(), Date.now() - 2_000);
    box.add(seal({ state: "cut", tamperCount: 1 }), Date.now() - 1_000);
    await connected.ask("batch", await box.batch());
    await connected.close();
    await page.getByTestId("unread").waitFor();
    await shots(page, "bell");
    await page.getByTestId("bell").click();
    await page.getByTestId("notice").first().waitFor();
    await shots(page, "list");
    await page.getByTestId("notice").first().getByRole("link").click();
    await page.getByText("立案").first().waitFor();
    await page.getByTestId("unread").waitFor({ state: "detached" });
    await page.close();
  });

  it("lets one confirm a mailbox by its code, choose by rule, and be written to", async () => {
    const page = await enter("market-officer");
    await page.goto(`${collector.http}/notices?part=settings`);
    await page.getByLabel("电子邮箱").fill("market@example.cn");
    await page.getByRole("button", { name: "发送验证码" }).click();
    await page.getByLabel("验证码", { exact: true }).waitFor();
    await until("the code has come", () => mail.mails.length > 0);
    await page.getByLabel("验证码", { exact: true }).fill(/(\d{6})/.exec(mail.mails[0]!.text)![1]!);
    await page.getByRole("button", { name: "确认" }).click();
    await page.getByTestId("address-email").getByText("已验证").waitFor();
    await page.getByTestId("choice-cases").getByRole("checkbox", { name: "电子邮件" }).check();
    await page.getByLabel("添加规则或规则组").click();
    await page.getByLabel("添加规则或规则组").fill("铅封");
    await page.getByTitle("铅封组全部规则").click();
    await page.getByRole("checkbox", { name: "免打扰时段" }).uncheck();
    await page.getByTestId("save-notices").click();
    await page.getByText("已保存").waitFor();
    await shots(page, "settings");
    await page.close();
  });

  it("lets the system administrator set a group up, try it, and see every delivery", async () => {
    const page = await enter("system-administrator");
    await page.goto(`${collector.http}/notices?part=channels`);
    const duty = page.getByRole("region", { name: "商务局值班群" });
    await duty.getByRole("switch").click();
    await duty.getByLabel("所属单位").click();
    await page.getByTitle("commerce prefecture").click();
    await duty.getByTestId("save-notices").click();
    await duty.getByText("已保存").waitFor();
    await duty.getByRole("button", { name: "发送测试消息" }).click();
    await duty.getByText("对方已接收").waitFor();
    await shots(page, "channels");
    await page.close();
  });

  it("has a day's good stations confirmed at once, and what was found turned into a case", async () => {
    const page = await enter("provider-operator");
    await page.goto(`${collector.http}/inspections`);
    await page.getByTestId(`inspection-${COUNTY}-0001`).waitFor();
    await shots(page, "inspections");
    await page.getByTestId("confirm-good").click();
    await page.getByTestId("confirm-good").waitFor({ state: "detached" });
    await page.getByRole("link", { name: NAMES[0]! }).click();
    await page.getByTestId("recheck").click();
    await page.getByText("复查结果").waitFor();
    await page.getByTestId("finding").click();
    await page.getByTestId("open-case").click();
    await page.getByTestId("open-case").waitFor({ state: "detached" });
    await page.getByLabel(/复核情况/).fill("S01 主机断线，已转工单，待传记录正在补传");
    await page.getByTestId("confirm-inspection").click();
    await page.getByText("签认人", { exact: true }).waitFor();
    await shots(page, "inspection");
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: join(SCREENSHOTS, "inspection-print.png"), fullPage: true });
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("link", { name: /2\d{3}-0001/ }).click();
    await page.getByText("待受理").first().waitFor();
    await page.getByRole("radio", { name: "受理" }).click();
    await page.getByRole("button", { name: "提交" }).click();
    await page.getByRole("radio", { name: "现场检查" }).click();
    await page.getByRole("button", { name: "选择现场照片" }).waitFor();
    await page.getByRole("link", { name: "现场检查表（PDF）" }).waitFor();
    await shots(page, "case");
    await page.goto(`${collector.http}/cases`);
    await page.getByText("铅封应答异常").first().waitFor();
    await shots(page, "cases");
    await page.close();
  });

  it("leaves a record of deliveries, and nothing to complain about in the browser's console", async () => {
    const page = await enter("system-administrator");
    await page.goto(`${collector.http}/notices?part=deliveries`);
    await page.getByTestId("delivery").or(page.getByText("没有符合条件的记录")).first().waitFor();
    await shots(page, "deliveries");
    await page.close();
    expect(complaints).toEqual([]);
  });
});
