/**
 * The form of a site visit as PDF, to be filled in by hand: what is to be checked, from the rules of the case's flags,
 * and the station's equipment with room for what is read on site.
 */
import { Sheet } from "@forecourt/protocol/paper/sheet.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { StationEntry } from "../../registry/schema.ts";
import { PLACES } from "../../registry/sheets/columns.ts";
import type { FlagRow } from "../../rules/flag.ts";
import type { Text } from "../../rules/rule.ts";
import type { CaseWhole } from "../store.ts";
import { DEPARTMENT_WORDS, NATURE_WORDS, wordOf } from "./words.ts";

export interface VisitParts {
  whole: CaseWhole;
  station: StationEntry | undefined;
  flags: readonly (FlagRow & { title: Text; check: Text })[];
  font: Uint8Array;
  /** epoch ms */
  nowMs: number;
}

/** Room for what is written by hand, and for the heading above it. */
const OPINION_POINTS = 150;
const HEADING_POINTS = 50;

export function visitForm({ whole, station, flags, font, nowMs }: VisitParts): Promise<Buffer> {
  const { row, tasks } = whole;
  const sheet = new Sheet({ title: `现场检查表 ${row.number}`, author: "Forecourt", at: new Date(nowMs), font });
  sheet.title("现场检查表", `工单 ${row.number}  ·  打印 ${formatTime(nowMs).slice(0, 16).replace("T", " ")}`);
  sheet.pairs([
    ["事项", row.title],
    ["类别", wordOf(NATURE_WORDS, row.nature)],
    ["加油站", station === undefined ? (row.station ?? "–") : `${station.nameZh}（${station.id}）`],
    ["经营者", station?.owner ?? "–"],
    ["主办部门", wordOf(DEPARTMENT_WORDS, row.lead)],
    ["协办部门", row.together.map((one) => wordOf(DEPARTMENT_WORDS, one)).join("、") || "–"],
    ["到达时间", "　　年　　月　　日　　时　　分"],
    ["离开时间", "　　年　　月　　日　　时　　分"],
  ]);
  sheet.heading("检查内容");
  sheet.table(
    [
      { title: "疑点", share: 3 },
      { title: "现场检查要点", share: 6 },
      { title: "所见", share: 4 },
    ],
    flags.map(({ title, subject, check }) => [`${title.zh} ${subject}`, check.zh, "\n\n\n"]),
  );
  if (tasks.length > 0) {
    sheet.table(
      [
        { title: "程序事项（第十五条）", share: 6 },
        { title: "部门", share: 2 },
        { title: "办理情况", share: 4 },
      ],
      tasks.map(({ zh, department, note }) => [zh, wordOf(DEPARTMENT_WORDS, department), note ?? "\n"]),
    );
  }
  equipment(sheet, station);
  sheet.heading("现场情况与处理意见", OPINION_POINTS + HEADING_POINTS);
  sheet.blank(OPINION_POINTS);
  sheet.heading("签字");
  sheet.blanks(["检查人", "检查人", "加油站负责人"]);
  return sheet.end(`${row.number} · 两名以上检查人签字；填写后拍照或扫描，作为附件上传工单`);
}

function equipment(sheet: Sheet, station: StationEntry | undefined): void {
  if (station === undefined) return;
  sheet.heading("设备核对");
  sheet.table(
    [
      { title: "设备", share: 2.4 },
      { title: "登记", share: 4.5 },
      { title: "现场读数或编号", share: 4 },
      { title: "一致", share: 1.2 },
    ],
    [
      ...station.dispensers.flatMap(({ device, maker, model, serial, nozzles }) => [
        [`加油机 ${device}`, [maker, model, serial].filter(Boolean).join(" ") || "–", "", ""],
        ...nozzles.map(({ nozzle, grade, tank }) => [`油枪 ${nozzle}`, `${grade} ${tank}`, "总累：", ""]),
      ]),
      ...station.tanks.map(({ tank, grade, capacityL }) => [`油罐 ${tank}`, `${grade} ${capacityL} L`, "液位：", ""]),
      ...station.seals.map(({ seal, place, number }) => [
        `铅封 ${seal}`,
        `${placeWord(place)} ${number ?? ""}`.trim(),
        "编号：",
        "",
      ]),
    ],
  );
}

/** Where a seal sits. */
function placeWord(place: string): string {
  const known: Record<string, Text> = PLACES;
  return known[place]?.zh ?? place;
}
