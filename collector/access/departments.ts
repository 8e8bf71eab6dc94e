/** The eight departments of the regulation and the service provider: units, flags and permissions are divided by them. */

export const DEPARTMENTS = [
  "commerce",
  "development-and-reform",
  "public-security",
  "finance",
  "transport",
  "emergency-management",
  "market-regulation",
  "tax",
  "service-provider",
] as const;

export type Department = (typeof DEPARTMENTS)[number];

const NAMES: Record<Department, string> = {
  commerce: "商务",
  "development-and-reform": "发展改革",
  "public-security": "公安",
  finance: "财政",
  transport: "交通运输",
  "emergency-management": "应急管理",
  "market-regulation": "市场监管",
  tax: "税务",
  "service-provider": "平台服务方",
};

/** The department's name on papers; what is none is shown as it is. */
export function departmentName(department: string): string {
  return (NAMES as Record<string, string>)[department] ?? department;
}
