/** People of a demonstration or test: the three administrators and officials of three departments, passwords at random. */
import { spawnSync } from "node:child_process";
import { randomPassword } from "@forecourt/collector/access/passwords.ts";
import { ROOT } from "./program.ts";

export interface DemoPerson {
  login: string;
  name: string;
  unit: string;
  roles: string[];
  password: string;
  /** whose account it is, for a reader of the terminal */
  post: string;
}

const UNITS = [
  { id: "commerce", name: "州商务局", department: "commerce", level: "prefecture", county: null },
  { id: "commerce-jinghong", name: "景洪市商务局", department: "commerce", level: "county", county: "532801" },
  { id: "market", name: "州市场监管局", department: "market-regulation", level: "prefecture", county: null },
  { id: "tax-jinghong", name: "景洪市税务局", department: "tax", level: "county", county: "532801" },
  { id: "provider", name: "平台服务方", department: "service-provider", level: "provider", county: null },
];

const POSTS = [
  { login: "shangwu", name: "岩温", unit: "commerce", roles: ["platform-lead", "commerce-officer"], post: "州商务局" },
  { login: "jinghong", name: "玉罕", unit: "commerce-jinghong", roles: ["commerce-officer"], post: "景洪市商务局" },
  { login: "shichang", name: "玉香", unit: "market", roles: ["market-officer"], post: "州市场监管局" },
  { login: "shuiwu", name: "李建国", unit: "tax-jinghong", roles: ["tax-officer"], post: "景洪市税务局" },
  { login: "xitong", name: "王芳", unit: "provider", roles: ["system-administrator"], post: "系统管理员" },
  { login: "anquan", name: "陈刚", unit: "provider", roles: ["security-administrator"], post: "安全管理员" },
  { login: "shenji", name: "刀丽", unit: "commerce", roles: ["audit-administrator"], post: "安全审计员" },
];

/** Makes the accounts in a collector's empty database, by its own command. */
export function makePeople(config: string): DemoPerson[] {
  const people = POSTS.map((person) => ({ ...person, password: randomPassword() }));
  const appointed = people.map(({ post: _, ...person }) => person);
  const made = spawnSync(
    process.execPath,
    ["collector/main.ts", "accounts", "init", "--config", config, "--from-stdin"],
    {
      cwd: ROOT,
      encoding: "utf8",
      input: JSON.stringify({ basis: "演示 demonstration", units: UNITS, people: appointed }),
    },
  );
  if (made.status !== 0) throw new Error(`the accounts were not made:\n${made.stderr}`);
  return people;
}

/** The accounts as lines for a terminal. */
export function listPeople(people: readonly DemoPerson[]): string {
  return people
    .map(({ login, password, post, name }) => `    ${login.padEnd(10)}${password}   ${post} ${name}`)
    .join("\n");
}
