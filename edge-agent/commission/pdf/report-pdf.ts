/** An acceptance report as paper: what the box signed, in Chinese and English, for the file of the station. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AcceptanceReport } from "@forecourt/protocol/acceptance/schema.ts";
import { Sheet } from "@forecourt/protocol/paper/sheet.ts";
import { canonical } from "@forecourt/protocol/records/canonical.ts";

const NONE = "–";
/** More would make a file that no phone likes to send. */
const MOST_PICTURES = 24;

const WORDS: Record<string, string> = {
  "litre-drawn": "加油核对 drawn",
  "total-compared": "总累核对 compared",
  "display-compared": "与显示核对 display",
  "dip-compared": "与量油尺核对 dip",
  "test-button": "按键核对 button",
  "serial-compared": "编号核对 serial",
  passed: "通过 passed",
  failed: "未通过 failed",
  "not-tried": "未测试 not tried",
  technician: "安装人员 Technician",
  station: "加油站 Station",
  official: "监管人员 Official",
  "time-daemon": "时间服务 time daemon",
  collector: "采集服务 collector",
  none: "无 none",
  cable: "网线 cable",
  mobile: "移动网络 mobile",
  wifi: "无线 Wi-Fi",
  mains: "市电 mains",
  "mains-and-battery": "市电和电池 mains and battery",
  generator: "发电机 generator",
  solar: "太阳能 solar",
};

/** Noto Sans (OFL), one weight: each has eight megabytes. */
function font(): Buffer {
  const entry = import.meta.resolve("@embedpdf/fonts-sc");
  return readFileSync(fileURLToPath(new URL("../fonts/NotoSansHans-Regular.otf", entry)));
}

/** @param photo the bytes of a photo by its name; undefined when they are not on the box */
export function reportPdf(report: AcceptanceReport, photo: (name: string) => Buffer | undefined): Promise<Buffer> {
  const { station, gateway, technician, site } = report;
  const sheet = new Sheet({
    title: `${station.name} 验收报告 Acceptance report ${report.id}`,
    author: technician.name,
    at: new Date(report.finishedAt),
    font: font(),
  });
  sheet.title("采集网关安装验收报告", "Acceptance report of a gateway");
  sheet.pairs([
    ["加油站 Station", `${station.name}\n${station.id}`],
    ["信用代码 Credit code", station.creditCode ?? NONE],
    ["网关 Gateway", gateway.id],
    ["设备编号 Box serial", gateway.serial ?? NONE],
    ["开始 Began", time(report.startedAt)],
    ["完成 Finished", time(report.finishedAt)],
    ["安装人员 Technician", [technician.name, technician.company, technician.phone].filter(Boolean).join("\n")],
    ["报告编号 Report", report.id],
    ["网络 Network", beginning(site.network)],
    ["供电 Power", beginning(site.power)],
    ["时钟 Clock", clock(site)],
    ["程序 Program", gateway.version],
  ]);
  equipment(sheet, report);
  proofs(sheet, report);
  if (report.remarks !== null) {
    sheet.heading("备注 Remarks");
    sheet.paragraph(report.remarks);
  }
  sheet.heading("签字 Signatures");
  sheet.signatures(
    report.signatures.flatMap(({ role, name, at, drawn }) =>
      drawn.kind === "svg-path" ? [{ ...drawn, name, below: `${word(role)}\n${time(at)}` }] : [],
    ),
  );
  keys(sheet, report);
  pictures(sheet, report, photo);
  return sheet.end(`${station.id} · ${gateway.id} · ${report.id}`);
}

function equipment(sheet: Sheet, { lines, devices, nozzles, tanks, seals }: AcceptanceReport): void {
  sheet.heading("线路与设备 Lines and devices");
  sheet.table(
    columns("设备 Device:2", "编号 Serial:2.4", "驱动 Driver:2", "方言/描述 Profile:2.6", "线路 Line:4.4"),
    devices.map(({ device, serial, driver, profile, unit, line }) => {
      const at = lines.find((one) => one.line === line);
      const place = `${at?.address ?? line}\n${at?.settings ?? ""}${unit === null ? "" : `  unit ${unit}`}`;
      return [device, serial ?? NONE, driver, profile ?? NONE, place];
    }),
  );
  sheet.heading("油枪 Nozzles");
  sheet.table(
    columns(
      "油枪:1.2",
      "加油机:1.3",
      "油品:1.2",
      "油罐:1.1",
      "税控口/序号:1.8",
      "首次总累 L:2.4",
      "首次总累 元:2.6",
      "核对:2.6",
    ),
    nozzles.map((one) => [
      ...[one.nozzle, one.dispenser, one.grade, one.tank, `${one.device} / ${one.index}`],
      ...[hundredths(one.firstTotal.volumeCl), hundredths(one.firstTotal.amountFen), word(one.confirmedBy)],
    ]),
  );
  sheet.heading("油罐 Tanks");
  sheet.table(
    columns(
      "油罐:1",
      "油品:1",
      "液位仪:1.8",
      "液位 mm:1.6",
      "油量 L:1.8",
      "水位 mm:1.4",
      "温度 °C:1.3",
      "显示 mm:1.6",
      "核对:2.4",
    ),
    tanks.map(({ tank, grade, device, firstLevel, displayLevelUm, confirmedBy }) => [
      ...[tank, grade, device ?? NONE, thousandths(firstLevel?.levelUm), hundredths(firstLevel?.volumeCl)],
      ...[thousandths(firstLevel?.waterLevelUm), thousandths(firstLevel?.temperatureMc)],
      ...[thousandths(displayLevelUm), confirmedBy === null ? NONE : word(confirmedBy)],
    ]),
  );
  sheet.heading("铅封 Seals");
  sheet.table(
    columns("铅封:1", "编号 Number:2", "位置 Place:2", "保护对象:1.6", "状态 State:1.6", "芯片编号:2", "核对:2.2"),
    seals.map(({ seal, number, place, of, state, serial, confirmedBy }) => [
      ...[seal, number, place, of, state ?? NONE, serial ?? NONE],
      confirmedBy === null ? NONE : word(confirmedBy),
    ]),
  );
}

function proofs(sheet: Sheet, { selfTest, photos }: AcceptanceReport): void {
  sheet.heading("自检：每支油枪一笔真实加油 Self-test: a real sale of each nozzle");
  sheet.table(
    columns(
      "油枪:1",
      "结果:1.8",
      "升 L:1.3",
      "元 yuan:1.4",
      "流水号 Record:1.3",
      "加油时间:3",
      "采集服务确认 Receipt:3",
      "说明:2.4",
    ),
    selfTest.map(({ nozzle, outcome, sale, receipt, reason }) => [
      ...[nozzle, word(outcome), hundredths(sale?.volumeCl), hundredths(sale?.amountFen)],
      ...[sale === null ? NONE : String(sale.seq), sale === null ? NONE : time(sale.at)],
      ...[receipt === null ? NONE : time(receipt.at), reason ?? ""],
    ]),
  );
  sheet.heading("照片 Photos");
  sheet.table(
    columns("内容 Of:3", "文件 File:3", "SHA-256:7"),
    photos.map(({ of, name, sha256 }) => [of, name, sha256]),
  );
}

function keys(sheet: Sheet, report: AcceptanceReport): void {
  sheet.heading("凭证 Proof");
  sheet.pairs([
    ["网关公钥 Public key", report.gateway.publicKey],
    ["配置 Configuration", report.gateway.configSha256],
  ]);
  const sha256 = createHash("sha256").update(canonical(report), "utf8").digest("hex");
  sheet.paragraph(
    `网关以其私钥签署的是本报告的 JSON（规范形式），其 SHA-256 为 ${sha256}。本文件仅供阅读。` +
      ` The gateway has signed this report as canonical JSON; the hash above is of that. This paper is for reading.`,
  );
}

function pictures(sheet: Sheet, { photos }: AcceptanceReport, photo: (name: string) => Buffer | undefined): void {
  for (const { name, of } of photos.slice(0, MOST_PICTURES)) {
    const bytes = photo(name);
    if (bytes !== undefined) sheet.picture(bytes, `${of} · ${name}`);
  }
}

/** `title:share` each. */
function columns(...texts: readonly string[]) {
  return texts.map((text) => {
    const at = text.lastIndexOf(":");
    return { title: text.slice(0, at), share: Number(text.slice(at + 1)) };
  });
}

function clock({ clockSource, clockOffsetMs }: AcceptanceReport["site"]): string {
  const offset = clockOffsetMs === null ? "" : `, ${clockOffsetMs} ms`;
  return `${word(clockSource)}${offset}`;
}

function word(name: string): string {
  return WORDS[name] ?? name;
}

/** A text whose first word may be one of ours. */
function beginning(text: string): string {
  return text.replace(/^[a-z-]+/, word);
}

/** RFC 3339 without fractions and with a blank, as people read it. */
function time(text: string): string {
  return text.replace("T", " ").replace(/\.[0-9]+/, "");
}

function hundredths(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : grouped(value / 100, 2);
}

function thousandths(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : grouped(value / 1_000, 1);
}

function grouped(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
