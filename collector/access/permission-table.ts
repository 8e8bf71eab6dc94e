/** The table of roles as a document in Chinese, for an official to sign: `npm run --silent collector -- accounts table`. */
import { DEPARTMENTS, departmentName } from "./departments.ts";
import { FUNCTION_NAMES, FUNCTIONS, type FunctionName } from "./functions.ts";
import type { Level, Role } from "./roles.ts";

const LEVEL_NAMES: Record<Level, string> = { prefecture: "州级", county: "县（市）级", provider: "服务方" };

/** The whole document as Markdown. */
export function permissionTable(roles: readonly Role[]): string {
  return `${[
    "# 权限分配表",
    "",
    "依据《西双版纳州成品油智慧服务平台管理实施办法（试行）》第六、七、十条。本表由程序中的角色表生成，",
    "修改角色表后须重新生成并重新签署。未列出的功能一律禁止。",
    "",
    "区县范围由账号所在单位决定：州级单位可及全州，县（市）级单位只及本县（市），个人还可再缩小。",
    "表中“全部”“本部门”指该功能可及哪些部门主管的事项。每人都可管理本人账号（口令、动态口令、会话）。",
    "",
    ...roles.flatMap(roleSection),
    "## 各角色功能对照",
    "",
    ...overview(roles),
    "",
    "## 签署",
    "",
    "| 单位 | 姓名 | 签字 | 日期 |",
    "|---|---|---|---|",
    "| 州商务局 | | | |",
    "| 平台服务方 | | | |",
  ].join("\n")}\n`;
}

function roleSection(role: Role): string[] {
  const { id, nameZh, duty, departments, levels, alone, grants } = role;
  const whose = departments === "all" ? "各部门" : departments.map((one) => departmentName(one)).join("、");
  const rows = FUNCTION_NAMES.flatMap((name) => {
    const reach = grants[name];
    return reach === undefined ? [] : [`| ${FUNCTIONS[name].zh} | ${reachText(reach)} | \`${name}\` |`];
  });
  return [
    `## ${nameZh}`,
    "",
    `- 职责：${duty}`,
    `- 可担任：${whose}，${levels.map((level) => LEVEL_NAMES[level]).join("、")}`,
    ...(alone ? ["- 三员之一：不得兼任其他任何角色"] : []),
    `- 编号：\`${id}\``,
    "",
    "| 功能 | 可及部门事项 | 功能编号 |",
    "|---|---|---|",
    ...rows,
    "",
  ];
}

function reachText(reach: NonNullable<Role["grants"][FunctionName]>): string {
  if (reach === "all") return "全部";
  return reach === "own" ? "本部门" : reach.map((one) => departmentName(one)).join("、");
}

/** ●: all departments' matters, ◐: some. */
function overview(roles: readonly Role[]): string[] {
  const mark = (role: Role, name: FunctionName) => {
    const reach = role.grants[name];
    if (reach === undefined) return "";
    return reach === "all" || (reach !== "own" && reach.length === DEPARTMENTS.length) ? "●" : "◐";
  };
  return [
    "●：全部部门事项；◐：本部门或所列部门事项；空白：禁止。",
    "",
    `| 功能 | ${roles.map((role) => role.nameZh).join(" | ")} |`,
    `|---|${roles.map(() => "---").join("|")}|`,
    ...FUNCTION_NAMES.filter((name) => name !== "own:account").map(
      (name) => `| ${FUNCTIONS[name].zh} | ${roles.map((role) => mark(role, name)).join(" | ")} |`,
    ),
  ];
}
