/** The people of the eight departments in the browser tests: of one county, and commerce for the whole prefecture. */
import type { FirstStart } from "@forecourt/collector/access/first-start.ts";
import { PASSWORD } from "@forecourt/collector/testing/people.ts";

export interface Official {
  department: FirstStart["units"][number]["department"];
  unitName: string;
  login: string;
  name: string;
  role: string;
  /** the rule whose flag they make a case of; undefined: they report what they were told */
  rule?: string;
}

/** Who handles cases, each in a unit of its own. */
export const OFFICIALS: readonly Official[] = [
  {
    department: "market-regulation",
    unitName: "景洪市市场监督管理局",
    login: "shichang",
    name: "玉香",
    role: "market-officer",
    rule: "seal.opened",
  },
  {
    department: "tax",
    unitName: "景洪市税务局",
    login: "shuiwu",
    name: "李建国",
    role: "tax-officer",
    rule: "tax-port.amount-mismatch",
  },
  { department: "public-security", unitName: "景洪市公安局", login: "gongan", name: "岩罕", role: "police-officer" },
  { department: "finance", unitName: "景洪市财政局", login: "caizheng", name: "玉叫", role: "finance-officer" },
  { department: "transport", unitName: "景洪市交通运输局", login: "jiaotong", name: "岩叫", role: "transport-officer" },
  {
    department: "emergency-management",
    unitName: "景洪市应急管理局",
    login: "yingji",
    name: "王强",
    role: "emergency-officer",
  },
  {
    department: "development-and-reform",
    unitName: "景洪市发展和改革局",
    login: "fagai",
    name: "赵敏",
    role: "development-officer",
  },
];

/** Gives cases out, feeds results back and closes, for the whole prefecture. */
export const LEAD = { login: "shangwu", name: "岩温", roles: ["platform-lead", "commerce-officer"] };
export const PROVIDER = { login: "fuwu", name: "陈静", roles: ["provider-operator"] };
export const ADMINISTRATORS = [
  { login: "xitong", name: "王芳", roles: ["system-administrator"] },
  { login: "anquan", name: "陈刚", roles: ["security-administrator"] },
  { login: "shenji", name: "刀丽", roles: ["audit-administrator"] },
];

const COUNTY = "532801";

/** The first start of a collector with all of them, and one password. */
export function officials(): FirstStart {
  const commerce = {
    id: "commerce",
    name: "州商务局",
    department: "commerce",
    level: "prefecture",
    county: null,
  } as const;
  const provider = {
    id: "provider",
    name: "平台服务方",
    department: "service-provider",
    level: "provider",
    county: null,
  } as const;
  const units = OFFICIALS.map(({ department, unitName: name }) => {
    return { id: department, name, department, level: "county", county: COUNTY } as const;
  });
  const people = OFFICIALS.map(({ department, login, name, role }) => ({
    login,
    name,
    unit: department,
    roles: [role],
  }));
  const others = [
    { ...LEAD, unit: commerce.id },
    { ...PROVIDER, unit: provider.id },
    ...ADMINISTRATORS.map((one) => ({ ...one, unit: one.login === "shenji" ? commerce.id : provider.id })),
  ];
  return {
    basis: "浏览器测试",
    units: [commerce, provider, ...units],
    people: [...people, ...others].map((one) => ({ ...one, password: PASSWORD })),
  };
}
