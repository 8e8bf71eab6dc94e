/** The registry in headless Chromium: an import of 200 stations with ten wrong rows, a change between two people. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkCharacter } from "@forecourt/collector/registry/credit-code.ts";
import { writeWorkbook } from "@forecourt/collector/registry/sheets/workbook.ts";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type DemoPerson, makePeople } from "../rig/people.ts";
import { type Program, ROOT } from "../rig/program.ts";
import { startReady } from "../rig/ready.ts";
import { signedIn } from "../rig/sign-in.ts";
import { hasTool } from "../rig/tools.ts";

const FOLDER = join(ROOT, ".run", "test", "registry");
const SCREENSHOTS = join(ROOT, ".run", "screenshots");
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const PAGE_WIDTH = "document.documentElement.scrollWidth";
/** Nothing here takes as long, also on a busy machine. */
const STEP_DEADLINE_MS = 20_000;
const WAIT = { timeout: STEP_DEADLINE_MS };
const STATIONS = 200;
/** Index of a wrong row, and what is wrong in it. */
const WRONG: Record<number, (row: Record<string, string>) => void> = {
  3: (row) => Object.assign(row, { 站名: "" }),
  17: (row) => Object.assign(row, { 站点编号: "53280117" }),
  29: (row) => Object.assign(row, { 统一社会信用代码: "91532800MA6K1RXY1I" }),
  41: (row) => Object.assign(row, { 统一社会信用代码: "91532800MA6K1RXY1A" }),
  58: (row) => Object.assign(row, { 许可证有效期至: "2027-02-30" }),
  77: (row) => Object.assign(row, { 坐标系: "" }),
  93: (row) => Object.assign(row, { "经度(度)": "东经100.8" }),
  120: (row) => Object.assign(row, { 状态: "营业中" }),
  151: (row) => Object.assign(row, { 联系电话: "见门口" }),
  188: (row) => Object.assign(row, { 站点编号: "532801-1001" }),
};
const COUNTIES = ["景洪市", "勐海县", "勐腊县"];
const CODES = ["532801", "532822", "532823"];
const BRANDS = ["中国石化", "中国石油", "民营"];

function stationRow(index: number): Record<string, string> {
  const county = index % 3;
  const body = `9153280${county}MA6K${String(index).padStart(5, "0")}`.slice(0, 17);
  return {
    站点编号: `${CODES[county]}-${1_001 + index}`,
    站名: `${COUNTIES[county]!.slice(0, 2)}第${index + 1}加油站`,
    县市: COUNTIES[county]!,
    状态: "营业",
    统一社会信用代码: body + checkCharacter(body),
    经营企业: `${COUNTIES[county]!.slice(0, 2)}石油销售有限公司`,
    品牌: BRANDS[index % 3]!,
    许可证有效期至: index % 9 === 0 ? "2020-06-30" : "2031-06-30",
    联系电话: "0691-2120000",
    "经度(度)": (100.4 + index * 0.005).toFixed(6),
    "纬度(度)": (21.6 + (index % 40) * 0.02).toFixed(6),
    坐标系: "GCJ-02",
  };
}

/** The workbook as an official would send it: stations, and the tanks, dispensers and nozzles of each. */
function workbook(): Buffer {
  const rows = Array.from({ length: STATIONS }, (_, index) => stationRow(index));
  const ids = rows.map((row) => row.站点编号!);
  for (const [index, spoil] of Object.entries(WRONG)) spoil(rows[Number(index)]!);
  const header = Object.keys(rows[0]!);
  return writeWorkbook([
    { name: "加油站", header, rows: rows.map((row) => header.map((title) => row[title]!)) },
    {
      name: "油罐",
      header: ["站点编号", "油罐编号", "油品", "容量(L)"],
      rows: ids
        .filter((_, index) => WRONG[index] === undefined)
        .flatMap((id) => [
          [id, "T1", "92#", "30000"],
          [id, "T2", "0#", "50000"],
        ]),
    },
    {
      name: "油枪",
      header: ["站点编号", "加油机编号", "油枪编号", "油品", "油罐编号", "挂牌价(元/L)"],
      rows: ids
        .filter((_, index) => WRONG[index] === undefined)
        .flatMap((id) => [
          [id, "tax-1", "N01", "92#", "T1", "7.72"],
          [id, "tax-1", "N02", "0#", "T2", "7.38"],
        ]),
    },
  ]);
}

describe.skipIf(!hasTool("chromium", "chromium"))("the registry's screens", () => {
  let browser: Browser;
  let collector: Program;
  let url: string;
  const states = new Map<string, Awaited<ReturnType<typeof signedIn>>>();

  beforeAll(async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    mkdirSync(SCREENSHOTS, { recursive: true });
    const config = join(FOLDER, "collector.yaml");
    const place = { host: "127.0.0.1", port: 0 };
    const files = { collector: { keyFile: "./collector.key" }, database: "./collector.db" };
    const access = { secondFactor: "offered" };
    const token = { noticesToken: "a-token-for-tests-only" };
    writeFileSync(config, stringify({ ...files, broker: place, http: place, access, ...token }));
    const people = makePeople(config);
    const { said } = await startReady<{ http: number }>("the collector is up", {
      args: ["collector/main.ts", "--config", config],
      log: join(FOLDER, "collector.log"),
      started: (program) => {
        collector = program;
      },
    });
    url = `http://127.0.0.1:${said.http}`;
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    });
    for (const login of ["shangwu", "jinghong", "shuiwu"]) {
      const person = people.find((one: DemoPerson) => one.login === login)!;
      states.set(login, await signedIn(browser, url, person));
    }
  });

  afterAll(async () => {
    await browser?.close();
    await collector?.stop();
    rmSync(FOLDER, { recursive: true, force: true });
  });

  async function open(login: string, path: string, viewport = DESKTOP): Promise<Page> {
    const page = await browser.newPage({ viewport, locale: "zh-CN", storageState: states.get(login)! });
    page.setDefaultTimeout(STEP_DEADLINE_MS);
    await page.goto(`${url}${path}`);
    return page;
  }
  /** Picks from a list of the form. @param number of the list, counted from the top */
  async function choose(page: Page, number: number, title: string): Promise<void> {
    await page.locator("form .ant-select").nth(number).click();
    await page.locator(".ant-select-dropdown:visible").getByText(title, { exact: true }).last().click();
  }
  const shot = (page: Page, name: string, fullPage = false) =>
    page.screenshot({ path: join(SCREENSHOTS, `registry-${name}.png`), fullPage });
  const figure = async (page: Page, name: string) => Number(await page.getByTestId(`import-${name}`).textContent());

  it("imports 200 stations of which ten rows are wrong: each is told, and the others are taken", async () => {
    const page = await open("shangwu", "/registry/import");
    await page.getByTestId("import-file").setInputFiles({
      name: "西双版纳州加油站登记表.xlsx",
      mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      buffer: workbook(),
    });
    await page.getByTestId("import-error").first().waitFor();
    expect(await page.getByTestId("import-error").count()).toBe(10);
    expect([await figure(page, "refused"), await figure(page, "added")]).toEqual([10, STATIONS - 10]);
    await shot(page, "import-tried", true);
    for (const word of ["“站名”为空", "校验位不符", "“2027-02-30” 不是日期", "坐标不完整", "重复"]) {
      expect(await page.getByText(word).count(), word).toBeGreaterThan(0);
    }
    await page.getByTestId("import-why").fill("2026 年普查");
    await page.getByTestId("import-apply").click();
    await page.getByTestId("import-done").waitFor();
    await shot(page, "import-done");
    await page.goto(`${url}/registry`);
    await expect.poll(() => page.getByTestId("registry-count").textContent(), WAIT).toContain("190");
    await shot(page, "list");
    const rows = page.locator("[data-testid^=registry-53]");
    expect(await rows.count()).toBe(100);
    await page.getByTestId("registry-more").click();
    await expect.poll(() => rows.count(), WAIT).toBe(190);
    expect(await page.getByTestId("registry-more").count()).toBe(0);
    await page.close();
  });

  it("is narrowed by county, licence and words", async () => {
    const page = await open("shangwu", "/registry?county=勐海县");
    await page.getByTestId("registry-532822-1002").waitFor();
    const count = () => page.getByTestId("registry-count").textContent();
    const inCounty = await count();
    await page.goto(`${url}/registry?county=勐海县&licence=ending`);
    await expect.poll(count, WAIT).not.toBe(inCounty);
    await page.goto(`${url}/registry`);
    await page.getByPlaceholder("站名、编号、企业、信用代码、地址").fill("第101加油站");
    await page.getByPlaceholder("站名、编号、企业、信用代码、地址").press("Enter");
    await expect.poll(count, WAIT).toContain("1 ");
    await page.close();
  });

  it("lets a change be filed by one person and approved by another, and shows it in the history", async () => {
    const page = await open("jinghong", "/registry/532801-1001");
    await page.getByTestId("dispenser-tax-1").waitFor();
    await page.getByTestId("file-change").click();
    await page.getByTestId("change-order").waitFor();
    await choose(page, 0, "新增加油机");
    await page.getByTestId("change-device").fill("tax-2");
    await page.getByTestId("change-order").fill("WX-2026-017");
    await page.getByTestId("change-why").fill("扩建，新增一台加油机");
    await page.getByTestId("nozzle-0").fill("N03");
    await choose(page, 1, "92#");
    await choose(page, 2, "T1");
    await shot(page, "change-form", true);
    await page.getByTestId("submit-change").click();
    await page.locator('[data-state="filed"]').waitFor();
    expect(await page.getByTestId("approve").count()).toBe(0);
    await page.close();

    const other = await open("shangwu", "/registry/changes?state=filed");
    await other.getByTestId("approve").waitFor();
    await shot(other, "changes");
    await other.getByTestId("approve").click();
    await other.locator('[data-state="filed"]').waitFor({ state: "detached" });
    await other.close();

    const again = await open("jinghong", "/registry/532801-1001");
    await again.getByTestId("complete").click();
    await again.getByTestId("dispenser-tax-2").waitFor();
    await again.getByTestId("version-2").waitFor();
    await shot(again, "entry", true);
    await again.close();
  });

  it("shows who may only look neither imports nor changes", async () => {
    const page = await open("shuiwu", "/registry/532801-1001");
    await page.getByTestId("dispenser-tax-1").waitFor();
    expect(await page.getByTestId("file-change").count()).toBe(0);
    await page.goto(`${url}/registry`);
    await page.getByTestId("registry-count").waitFor();
    expect(await page.locator('a[href="/registry/import"]').count()).toBe(0);
    await page.close();
  });

  it("tells how far each county is equipped", async () => {
    const page = await open("shangwu", "/registry/coverage");
    await page.getByTestId("coverage-勐海县").waitFor();
    expect(await page.getByTestId("coverage-合计").textContent()).toContain("190");
    await shot(page, "coverage");
    await page.close();
  });

  it.each([
    ["/registry", "registry-count"],
    ["/registry/532801-1001", "version-1"],
    ["/registry/532801-1001/change", "change-order"],
    ["/registry/changes", "change-list"],
    ["/registry/import", "import-file"],
    ["/registry/coverage", "coverage-勐海县"],
  ])("fits a phone at %s: nothing is wider than the screen", async (path, there) => {
    const page = await open("shangwu", path, PHONE);
    await page.getByTestId(there).first().waitFor({ state: "attached" });
    const width = await page.evaluate<number>(PAGE_WIDTH);
    await shot(page, `phone${path.replaceAll("/", "-")}`, true);
    await page.close();
    expect(width).toBeLessThanOrEqual(PHONE.width);
  });
});
