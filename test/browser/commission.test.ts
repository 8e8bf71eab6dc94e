/**
 * The fifteen-minute story: from a box in a carton to a live station, on the box's own page, in headless Chromium at the
 * size of a telephone, with a screenshot of each step. The power goes once in the middle. Station, sales, collector and
 * receipts are those of the chain; only the people are played.
 */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { enrolmentSlip } from "@forecourt/protocol/enrolment/qr.ts";
import type { StationId } from "@forecourt/protocol/ids.ts";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STROKES } from "../commission/answers.ts";
import { NewStation, PIN, STATION } from "../rig/new-station.ts";
import { ROOT, until } from "../rig/program.ts";
import { hasTool } from "../rig/tools.ts";

const SCREENSHOTS = join(ROOT, ".run", "screenshots", "commission");
/** The guide shows them; whoever changes the page runs the test with FORECOURT_GUIDE=1 and commits them. */
const GUIDE = join(ROOT, "docs", "technician", "images");
const PHONE = { width: 390, height: 844 };
/** A search tries what nothing answers to, and sales take their time. */
const PATIENCE = { timeout: 90_000 };

describe.skipIf(!hasTool("chromium", "chromium"))("the box's page", () => {
  const station = new NewStation("commission-page");
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    mkdirSync(GUIDE, { recursive: true });
    await station.start();
    await station.startBox();
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    });
    const context = await browser.newContext({
      ...{ viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
      ...{ locale: "zh-CN", timezoneId: "Asia/Shanghai" },
    });
    page = await context.newPage();
    page.on("console", (message) => {
      // What the browser says of a refused PIN, and of a box whose plug was pulled, is meant.
      if (["error", "warning"].includes(message.type()) && !/401|ERR_|409/.test(message.text())) {
        complaints.push(message.text());
      }
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(station.boxUrl) && !/^(data|blob):/.test(request.url())) {
        complaints.push(`it asks elsewhere: ${request.url()}`);
      }
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await station.stop();
  });

  async function shot(name: string): Promise<void> {
    const sideways = await page.evaluate("document.documentElement.scrollWidth");
    expect(sideways, `${name} does not fit the phone`).toBeLessThanOrEqual(PHONE.width);
    const file = join(SCREENSHOTS, `${name}.png`);
    await page.screenshot({ path: file });
    if (process.env.FORECOURT_GUIDE === "1" && !name.endsWith("-en")) {
      await page.screenshot({ path: join(GUIDE, `${name}.jpg`), type: "jpeg", quality: 72, scale: "css" });
    }
  }

  async function whole(name: string): Promise<void> {
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-whole.png`), fullPage: true });
  }

  async function signIn(pin: string): Promise<void> {
    await page.locator("input[name=pin]").fill(pin);
    await page.getByRole("button", { name: "进入" }).click();
  }

  const card = (id: string) => page.getByTestId(id);
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

  test("opens with the PIN alone", async () => {
    await page.goto(station.boxUrl);
    await page.locator("input[name=pin]").waitFor();
    await shot("0-pin");
    await signIn("999999");
    await page.getByText("密码不对").waitFor();
    await signIn(PIN);
    await card("tab-install").waitFor();
  });

  test("step 1 finds what is on the lines", async () => {
    await page.getByText("查找线路上的设备").waitFor();
    await shot("1-search");
    await press("开始搜索");
    await page.getByText("正在搜索").waitFor();
    await page.getByText("9600").first().waitFor(PATIENCE);
    await shot("1-searching");
    await card("found").waitFor(PATIENCE);
    for (const text of ["2007700111", "A190010203", "Generic tank gauge", "Generic seal hub"]) {
      await card("found").getByText(text).first().waitFor();
    }
    await shot("1-found");
    await whole("1-found");
    await press("齐全，下一步");
  });

  test("step 2 lights up the nozzle that draws, and the seal whose button is pressed", async () => {
    await page.getByText("哪个是哪个").waitFor();
    // The first adapter leads to the second dispenser: its card comes first.
    const second = page.locator("section", { hasText: "A190010203" }).last();
    await second.locator("input[name=dispenser]").fill("2");
    await second.locator("input[name=nozzle]").fill("N03");
    const first = page.locator("section", { hasText: "2007700111" }).last();
    await first.locator("input[name=dispenser]").fill("1");
    const rows = first.getByTestId(/^nozzle-/);
    for (const [index, nozzle] of ["N01", "N02"].entries())
      await rows.nth(index).locator("input[name=nozzle]").fill(nozzle);
    const tanks = page.getByTestId(/^tank-gauge-1/);
    await tanks.nth(1).locator("select[name=grade]").selectOption("0#");
    await rows.nth(1).locator("select[name=tank]").selectOption("T2");
    await tanks.nth(0).locator(".figure", { hasText: "mm" }).waitFor(PATIENCE);
    const shown = await tanks.nth(0).locator(".figure").textContent();
    await tanks.nth(0).locator("input[name=display]").fill(shown!.split(" ")[0]!.replace(",", ""));
    await tanks.nth(0).getByText("相差").waitFor();
    await page.evaluate("scrollTo(0, 150)");
    await shot("2-tanks");

    await rows.nth(0).getByText("请在这支枪加 1 升").waitFor();
    await station.sell("N02");
    await rows.nth(1).getByText("已见加油").waitFor(PATIENCE);
    expect(await rows.nth(1).getAttribute("class")).toContain("lit");
    expect(await rows.nth(0).getAttribute("class")).not.toContain("lit");
    await rows.nth(0).scrollIntoViewIfNeeded();
    await shot("2-nozzle-lit");
    await station.sell("N01");
    await rows.nth(0).getByText("已见加油").waitFor(PATIENCE);
    await second.getByText("总累与加油机显示一致").click();

    const seals = page.getByTestId(/^seal-seals-1/);
    await station.pressSeal("S01");
    await seals.nth(0).getByText("已见按键").waitFor(PATIENCE);
    await seals.nth(0).locator("input[name=printed]").fill("YN-000101");
    await seals.nth(0).locator("select[name=of]").selectOption("tax-1");
    await seals.nth(1).locator("select[name=place]").selectOption("tank-lid");
    await seals.nth(1).locator("select[name=of]").selectOption("T1");
    await seals.nth(0).scrollIntoViewIfNeeded();
    await shot("2-seals");
    await whole("2-places");
  });

  test("a power cut in the middle loses nothing", async () => {
    // The page keeps what was typed half a second after the last key.
    await until("the draft is kept", () => station.log("box/commission.json").includes('"tank-lid"'));
    await station.cutPower();
    await page.reload();
    await page.locator("input[name=pin]").waitFor(PATIENCE);
    await signIn(PIN);
    await page.getByText("哪个是哪个").waitFor();
    const first = page.locator("section", { hasText: "2007700111" }).last();
    expect(await first.locator("input[name=dispenser]").inputValue()).toBe("1");
    await first.getByText("已见加油").first().waitFor();
    expect(
      await page
        .getByTestId(/^seal-seals-1/)
        .nth(1)
        .locator("select[name=of]")
        .inputValue(),
    ).toBe("T1");
    await press("全部对好，下一步");
  });

  test("step 3 takes clock, network and power", async () => {
    await page.getByText("时钟、网络、供电").waitFor();
    await page.locator("input[name=budget]").fill("300");
    await shot("3-site");
    await press("下一步");
  });

  test("step 4 enrols with the text of the QR code", async () => {
    const slip = enrolmentSlip({
      collector: station.collectorUrl,
      station: STATION as StationId,
      code: (await station.code()).replace("-", ""),
    });
    await page.locator("textarea[name=slip]").fill("https://example.com");
    await press("用二维码入网");
    await page.getByText("这不是入网二维码的文字").waitFor();
    await page.locator("textarea[name=slip]").fill(slip);
    await shot("4-enrol");
    await press("用二维码入网");
    // Enrolled, the next step opens by itself.
    await page.getByText("自检：真实加油").waitFor(PATIENCE);
    await card("step-enrol").click();
    await card("enrolled").waitFor();
    await shot("4-enrolled");
    await card("step-self-test").click();
  });

  test("step 5 sees a real sale of each nozzle, receipted by the collector", async () => {
    for (const nozzle of ["N01", "N02", "N03"]) {
      await card(`test-${nozzle}`).getByText("等待加油").waitFor(PATIENCE);
      await station.sell(nozzle);
    }
    await page.getByText("采集服务已确认").first().waitFor(PATIENCE);
    await shot("5-self-test");
    await page.getByText("验收报告").first().waitFor(PATIENCE);
  });

  test("step 6 takes photos and signatures, and files the report", async () => {
    await page.locator("input[name=stationName]").fill("景洪新站");
    await page.locator("input[name=technician]").fill("张三");
    await page.locator("input[name=company]").fill("某某计量有限公司");
    await page.locator("input[name=boxSerial]").fill("BOX-0042");
    await shot("6-report");
    const photo = station.place("photo.png");
    writeFileSync(photo, await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 150 } }));
    await page.locator("input[name=photoOf]").fill("铅封 S01");
    await page.locator("input[name=photo]").setInputFiles(photo);
    await page.locator("figure", { hasText: "铅封 S01" }).waitFor();
    for (const [role, name] of [
      ["technician", "张三"],
      ["station", "李四"],
    ] as const) {
      await draw(role);
      await page
        .locator(".sign")
        .filter({ has: card(`sign-${role}`) })
        .locator("input[name=who]")
        .fill(name);
      await page
        .locator(".sign")
        .filter({ has: card(`sign-${role}`) })
        .getByRole("button", { name: "保存签字" })
        .click();
      await page.getByText(`✓ ${name}`).waitFor();
    }
    await card("sign-technician").scrollIntoViewIfNeeded();
    await shot("6-signatures");
    await whole("6-report");
    await press("完成并提交");
    await card("finished").waitFor(PATIENCE);
    await shot("6-finished");
  });

  /** A finger draws. */
  async function draw(role: string): Promise<void> {
    const field = card(`sign-${role}`);
    await field.scrollIntoViewIfNeeded();
    const box = (await field.boundingBox())!;
    for (const stroke of STROKES) {
      const points = Array.from(
        { length: stroke.length / 2 },
        (_, index) => [stroke[2 * index]!, stroke[2 * index + 1]!] as const,
      );
      for (const [index, [x, y]] of points.entries()) {
        const [px, py] = [box.x + (x / 600) * box.width, box.y + (y / 240) * box.height];
        await page.mouse.move(px, py, { steps: 6 });
        if (index === 0) await page.mouse.down();
      }
      await page.mouse.up();
    }
  }

  test("the report is on paper too, and the station is live", async () => {
    const pdf = await page.evaluate(async () => {
      const answer = await fetch("/api/commission/report.pdf");
      return [...new Uint8Array(await answer.arrayBuffer())];
    });
    writeFileSync(join(SCREENSHOTS, "report.pdf"), Buffer.from(pdf));
    expect(Buffer.from(pdf).subarray(0, 5).toString()).toBe("%PDF-");
    expect(await station.collector("GET", `/api/v1/stations/${STATION}/life`)).toMatchObject({ life: "live" });
  });

  test("afterwards the page shows everything live, with raw frames", async () => {
    await card("tab-live").click();
    await card("live-uplink").getByText("已连接采集服务").waitFor();
    await card("live-N02").waitFor();
    await shot("7-live");
    const totals = () => Promise.all(["live-N01", "live-N02"].map((id) => card(id).locator(".figure").textContent()));
    const [before, other] = await totals();
    await station.sell("N01");
    await until("the nozzle that draws moves", async () => (await totals())[0] !== before, 60_000);
    expect((await totals())[1]).toBe(other);
    await page.locator('[data-testid="live-N01"].lit').waitFor();
    await card("device-tax-1").locator("summary").click();
    await card("device-tax-1")
      .getByText(/BB 1C FF 89/)
      .first()
      .waitFor();
    await card("device-tax-1").scrollIntoViewIfNeeded();
    await shot("7-frames");
    await whole("7-live");
  });

  test("the check ends in a plain list of what to mend, and how", async () => {
    await card("tab-check").click();
    await press("开始检查");
    await card("check-result").getByText("要处理的事").waitFor(PATIENCE);
    await card("check-result").getByText("→").first().waitFor();
    await shot("8-check");
    await whole("8-check");
    await page.getByRole("button", { name: "EN" }).click();
    await page.getByText("Check everything").waitFor();
    await shot("8-check-en");
  });

  test("and nobody complained meanwhile", () => {
    expect(complaints).toEqual([]);
    copyFileSync(station.place("box.log"), join(SCREENSHOTS, "box.log"));
  });
});
