/**
 * What can be permitted, one name for each function of the platform. A route declares the one that it needs; a role
 * grants some of them, each for some departments and for the counties of the account. Names are never reused.
 */

/** Whose work it is: the departments', the administrators' together, one of the three's, or everybody's own. */
export type FunctionField = "business" | "administration" | "system" | "security" | "audit" | "own";

interface FunctionFacts {
  zh: string;
  en: string;
  field: FunctionField;
}

export const FUNCTIONS = {
  "own:account": { zh: "本人账号：口令、动态口令、会话", en: "one's own account", field: "own" },
  "stations:view": { zh: "查看加油站、设备、液位与实时状态", en: "see stations, devices, levels", field: "business" },
  "sales:view": { zh: "查看加油流水", en: "see single sales", field: "business" },
  "statistics:view": { zh: "查看销售统计", en: "see sums of sales", field: "business" },
  "flags:view": { zh: "查看疑点与证据", en: "see flags with their evidence", field: "business" },
  "flags:handle": { zh: "处置疑点", en: "handle flags", field: "business" },
  "cases:view": { zh: "查看工单", en: "see cases", field: "business" },
  "cases:handle": { zh: "提出与办理工单", en: "report and handle cases", field: "business" },
  "cases:dispatch": { zh: "分派、反馈与办结工单", en: "assign, feed back and close cases", field: "business" },
  "inspections:view": { zh: "查看每日巡检", en: "see daily inspections", field: "business" },
  "inspections:confirm": { zh: "签认每日巡检", en: "confirm daily inspections", field: "business" },
  "rules:set": { zh: "调整或静默规则", en: "tune or mute rules at a station", field: "business" },
  "filings:view": { zh: "查看备案（运单、工单、挂牌价、检查）", en: "see filings", field: "business" },
  "filings:file": { zh: "提交备案", en: "file waybills, work orders, prices", field: "business" },
  "registry:edit": { zh: "登记加油站与设备", en: "register stations and equipment", field: "business" },
  "registry:approve": { zh: "审批登记变更", en: "approve changes of the registry", field: "business" },
  "gateways:enrol": { zh: "签发注册码、吊销网关", en: "issue enrolment codes, revoke gateways", field: "business" },
  "commands:issue": { zh: "向网关下发命令", en: "issue commands to gateways", field: "business" },
  "updates:view": { zh: "查看网关程序更新的推广", en: "see roll-outs of updates", field: "business" },
  "exports:take": { zh: "导出数据", en: "take exports", field: "business" },
  "wall:view": { zh: "开通与查看大屏", en: "open and see wall displays", field: "business" },
  "access:request": { zh: "申请人员权限", en: "request access for a person", field: "administration" },
  "access:decide": { zh: "审核权限申请", en: "decide requests for access", field: "business" },
  "accounts:view": { zh: "查看单位与账号", en: "see units and accounts", field: "administration" },
  "accounts:manage": { zh: "建立、停用账号与单位", en: "make and close accounts and units", field: "system" },
  "system:manage": { zh: "工作日历与系统运行", en: "calendar and running of the system", field: "system" },
  "system:observe": { zh: "读取运行指标", en: "read metrics", field: "business" },
  "access:grant": {
    zh: "授予角色、解锁、重置、注销会话",
    en: "grant roles, unlock, reset, end sessions",
    field: "security",
  },
  "tokens:manage": { zh: "签发与吊销接口令牌", en: "issue and revoke tokens of machines", field: "security" },
  "audit:read": { zh: "查阅与校验审计日志", en: "read and verify the audit log", field: "audit" },
} as const satisfies Record<string, FunctionFacts>;

export type FunctionName = keyof typeof FUNCTIONS;

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];
