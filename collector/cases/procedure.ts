/** The general procedure of Article 15 as tasks that a case of a violation begins with; each is somebody's. */
import type { Department } from "../access/departments.ts";
import type { CaseNature } from "./terms.ts";

export interface TaskTemplate {
  id: string;
  department: Department;
  zh: string;
  en: string;
}

const ARTICLE_15: readonly TaskTemplate[] = [
  {
    id: "inform",
    department: "service-provider",
    zh: "平台服务方向商务部门通报",
    en: "the service provider informs commerce",
  },
  {
    id: "verify",
    department: "commerce",
    zh: "商务部门牵头现场核实、取证",
    en: "commerce leads the check on site and the evidence",
  },
  {
    id: "verify-police",
    department: "public-security",
    zh: "公安部门参加现场核实",
    en: "public security takes part on site",
  },
  { id: "verify-tax", department: "tax", zh: "税务部门参加现场核实", en: "tax takes part on site" },
  {
    id: "metering",
    department: "market-regulation",
    zh: "违反《加油站计量监督管理办法》的，由市场监管部门处置",
    en: "breaches of metrology law: market regulation decides",
  },
  { id: "tax", department: "tax", zh: "虚假申报偷逃税款的，由税务部门处置", en: "false declarations: tax decides" },
  {
    id: "transfer",
    department: "public-security",
    zh: "涉及犯罪的，移交公安部门",
    en: "crimes: handed to public security",
  },
];

/** The tasks that a new case begins with. */
export function tasksOf(nature: CaseNature): readonly TaskTemplate[] {
  return nature === "violation" ? ARTICLE_15 : [];
}
