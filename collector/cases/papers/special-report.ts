/**
 * The special report of a major case (Article 8(3)) as PDF: what somebody writes, beside what the case holds: facts,
 * flags with their evidence, every step, the tasks of the procedure, and photos.
 */
import { Sheet } from "@forecourt/protocol/paper/sheet.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { Text } from "../../rules/rule.ts";
import type { CaseFile, CaseWhole } from "../store.ts";
import { DEPARTMENT_WORDS, NATURE_WORDS, OUTCOME_WORDS, realName, STATE_WORDS, STEP_WORDS, wordOf } from "./words.ts";

/** What a person writes; each may be several paragraphs. */
export interface ReportText {
  facts: string;
  cause: string;
  handling: string;
  advice: string;
}

export interface ReportParts {
  whole: CaseWhole;
  text: ReportText;
  /** name of the station; null when the case is about none */
  station: string | null;
  flags: readonly (FlagRow & { title: Text })[];
  /** photos with their bytes; other papers are named only */
  photos: readonly { file: CaseFile; content: Uint8Array }[];
  writer: string;
  font: Uint8Array;
  /** epoch ms */
  nowMs: number;
}

/** More would make a file that nobody can send. */
export const MOST_PHOTOS = 12;

export function specialReport(parts: ReportParts): Promise<Buffer> {
  const { whole, text, writer, font, nowMs } = parts;
  const { number, title } = whole.row;
  const sheet = new Sheet({ title: `专项报告 ${number} ${title}`, author: writer, at: new Date(nowMs), font });
  sheet.title("重大问题专项报告", `工单 ${number}  ·  ${formatTime(nowMs).slice(0, 10)}`);
  about(sheet, parts);
  for (const [heading, said] of [
    ["二、问题事实", text.facts],
    ["三、原因分析", text.cause],
    ["四、处置情况", text.handling],
    ["五、意见建议", text.advice],
  ] as const) {
    sheet.heading(heading);
    for (const paragraph of said.split(/\n+/)) if (paragraph.trim() !== "") sheet.paragraph(paragraph.trim());
  }
  evidence(sheet, parts);
  procedure(sheet, whole);
  history(sheet, whole);
  papers(sheet, parts);
  sheet.heading("签字");
  sheet.blanks(["承办人", "部门负责人", "日期"]);
  return sheet.end(`${number} · 由加油站油量监管平台生成，过程与附件以平台记录为准`);
}

function about(sheet: Sheet, { whole: { row }, station, writer }: ReportParts): void {
  sheet.heading("一、基本情况");
  sheet.pairs([
    ["事项", row.title],
    ["加油站", station === null ? "–" : `${station}（${row.station}）`],
    ["类别", wordOf(NATURE_WORDS, row.nature)],
    ["状态", wordOf(STATE_WORDS, row.state)],
    ["主办部门", wordOf(DEPARTMENT_WORDS, row.lead)],
    ["协办部门", row.together.map((one) => wordOf(DEPARTMENT_WORDS, one)).join("、") || "–"],
    ["上报", `${realName(row.reportedBy)} ${short(row.reportedMs)}`],
    ["办理人", row.assignee === null ? "–" : realName(row.assignee)],
    ["办理结果", wordOf(OUTCOME_WORDS, row.outcome)],
    ["报告人", writer],
  ]);
}

function evidence(sheet: Sheet, { flags }: ReportParts): void {
  sheet.heading("六、疑点与证据");
  sheet.table(
    [
      { title: "疑点", share: 3 },
      { title: "对象", share: 1.2 },
      { title: "起止", share: 2.4 },
      { title: "说明", share: 5 },
      { title: "证据记录", share: 2.6 },
    ],
    flags.map(({ title, subject, fromMs, untilMs, text, evidence: ranges }) => [
      title.zh,
      subject,
      `${short(fromMs)}\n${short(untilMs)}`,
      text.zh,
      ranges.map(({ gateway, fromSeq, toSeq }) => `${gateway} ${fromSeq}–${toSeq}`).join("\n") || "无（依据沉默判断）",
    ]),
  );
}

function procedure(sheet: Sheet, { tasks }: CaseWhole): void {
  sheet.heading("七、第十五条程序事项");
  sheet.table(
    [
      { title: "事项", share: 5 },
      { title: "部门", share: 2 },
      { title: "完成", share: 2.4 },
      { title: "说明", share: 4 },
    ],
    tasks.map(({ zh, department, doneMs, doneBy, note }) => [
      zh,
      wordOf(DEPARTMENT_WORDS, department),
      doneMs === null ? "未完成" : `${short(doneMs)}\n${realName(doneBy ?? "")}`,
      note ?? "",
    ]),
  );
}

function history(sheet: Sheet, { events }: CaseWhole): void {
  sheet.heading("八、办理过程");
  sheet.table(
    [
      { title: "时间", share: 2.2 },
      { title: "步骤", share: 1.6 },
      { title: "人员", share: 1.8 },
      { title: "部门", share: 1.8 },
      { title: "说明", share: 5 },
    ],
    events.map(({ atMs, step, who, department, text, detail }) => [
      short(atMs),
      wordOf(STEP_WORDS, step),
      realName(who),
      wordOf(DEPARTMENT_WORDS, department),
      [typeof detail.department === "string" ? wordOf(DEPARTMENT_WORDS, detail.department) : "", text ?? ""]
        .filter((part) => part !== "")
        .join("：") || "–",
    ]),
  );
}

function papers(sheet: Sheet, { whole, photos }: ReportParts): void {
  sheet.heading("九、附件");
  sheet.table(
    [
      { title: "名称", share: 3 },
      { title: "提交", share: 2.6 },
      { title: "SHA-256", share: 7 },
    ],
    whole.files.map(({ name, who, atMs, sha256 }) => [name, `${realName(who)}\n${short(atMs)}`, sha256]),
  );
  for (const { file, content } of photos.slice(0, MOST_PHOTOS)) {
    sheet.picture(Buffer.from(content), `${file.name} · ${realName(file.who)} ${short(file.atMs)}`);
  }
}

/** Minutes are enough on paper. */
function short(atMs: number): string {
  return formatTime(atMs).slice(0, 16).replace("T", " ");
}
