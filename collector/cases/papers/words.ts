/** Words of cases as papers write them, in Chinese. */

export const DEPARTMENT_WORDS: Record<string, string> = {
  commerce: "商务部门",
  "development-and-reform": "发展改革部门",
  "public-security": "公安部门",
  finance: "财政部门",
  transport: "交通运输部门",
  "emergency-management": "应急管理部门",
  "market-regulation": "市场监管部门",
  tax: "税务部门",
  "service-provider": "平台服务方",
};

export const NATURE_WORDS: Record<string, string> = {
  technical: "技术问题",
  violation: "违法违规",
  coordination: "跨部门事项",
};

export const STATE_WORDS: Record<string, string> = {
  reported: "待分派",
  assigned: "待受理",
  handling: "办理中",
  answered: "待反馈",
  "fed-back": "待办结",
  closed: "已办结",
};

export const OUTCOME_WORDS: Record<string, string> = {
  confirmed: "属实",
  dismissed: "不属实",
  mended: "已修复",
  "passed-on": "移交其他机关",
};

export const STEP_WORDS: Record<string, string> = {
  report: "上报",
  assign: "分派",
  accept: "受理",
  "hand-over": "移交其他部门",
  invite: "邀请协办",
  comment: "意见",
  "remote-check": "远程核查",
  "site-visit": "现场检查",
  task: "程序事项",
  "mark-major": "列为重大",
  answer: "办理结果",
  "feed-back": "结果反馈",
  return: "退回重办",
  close: "办结",
  reopen: "重新办理",
  file: "附件",
  "special-report": "专项报告",
  reminded: "到期提醒",
  escalated: "超期提醒",
  supervised: "超期督办",
};

/** The word, or the name itself where there is none. */
export const wordOf = (words: Record<string, string>, name: string | null): string =>
  name === null ? "–" : (words[name] ?? name);

/** A person without the sign-in name. */
export const realName = (who: string): string => (who === "collector" ? "系统" : who.replace(/ \([^()]*\)$/, ""));
