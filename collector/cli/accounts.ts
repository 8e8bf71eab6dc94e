/** `collector accounts init`: the first start, by questions or from standard input. */
import { readFileSync } from "node:fs";
import { intro, isCancel, note, outro, password, text } from "@clack/prompts";
import type { Command } from "commander";
import { type FirstStart, firstStart, LOGIN_PATTERN, type MadeAccount } from "../access/first-start.ts";
import { Passwords } from "../access/passwords.ts";
import { permissionTable } from "../access/permission-table.ts";
import { type AccessPolicy, passwordFault } from "../access/policy.ts";
import { loadRoles } from "../access/roles.ts";
import { HeadKeeper } from "../audit/head-keeper.ts";
import { auditCheckpoint } from "../audit/place.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { configOf, signerOf } from "./shared.ts";

const EXIT_REFUSED = 1;
const STDIN = 0;

/** Adds the commands below `accounts`. */
export function addAccountCommands(program: Command): void {
  const accounts = program.command("accounts").description("accounts of people");
  accounts
    .command("table")
    .description("print the table of roles as Markdown, in Chinese, for an official to sign")
    .action(() => print(permissionTable(loadRoles()).trimEnd()));
  accounts
    .command("init")
    .description("make the three administrators and the first approver on a database without accounts")
    .requiredOption("--config <file>", "configuration file (YAML)")
    .option("--from-stdin", "take the appointments as JSON from standard input (docs/access.md), print JSON")
    .action(init);
}

async function init({ config: file, fromStdin }: { config: string; fromStdin?: boolean }): Promise<void> {
  const config = configOf(file);
  const signer = signerOf(config);
  const store = await openSqliteStore(config.database);
  try {
    if (store.access.accounts().length > 0) return refuse("there are accounts already: from now on they are requested");
    const order = fromStdin ? fromJson(readFileSync(STDIN, "utf8")) : await asked(config.access);
    if (order === undefined) return refuse("nothing was made");
    const parts = {
      store: store.access,
      roles: loadRoles(),
      policy: config.access,
      passwords: new Passwords(),
      now: Date.now,
    };
    const made = await firstStart(order, parts);
    if (!made.ok) return refuse(made.error);
    const keeper = { head: store.audit.head, signer, file: auditCheckpoint(config.database), now: Date.now };
    await new HeadKeeper(keeper).sign();
    return fromStdin ? print(JSON.stringify({ accounts: made.value })) : tell(made.value);
  } finally {
    await store.close();
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const POSTS = [
  { role: "system-administrator", title: "系统管理员 System administrator", unit: "provider" },
  { role: "security-administrator", title: "安全管理员 Security administrator", unit: "provider" },
  { role: "audit-administrator", title: "安全审计员 Audit administrator", unit: "bureau" },
  { role: "platform-lead", title: "权限审核人（州商务局） First approver", unit: "bureau" },
];

/** @returns undefined when the person gave up */
async function asked(policy: AccessPolicy): Promise<FirstStart | undefined> {
  intro("Forecourt：首次启动 first start");
  note(
    "三名管理员互不兼任。每人自行输入口令，他人回避。\nThree administrators, three people. Each types their own password.",
  );
  const basis = await line("任命文件 The paper that appoints them", 2);
  const bureau = basis && (await line("州商务局全称 Name of the bureau of commerce", 2));
  const provider = bureau && (await line("平台服务方全称 Name of the service provider", 2));
  if (!basis || !bureau || !provider) return undefined;
  const people: FirstStart["people"] = [];
  for (const { role, title, unit } of POSTS) {
    const name = await line(`${title}：姓名 real name`, 2);
    const login =
      name &&
      (await line(
        "登录名 sign-in name (a-z 0-9 . _ -)",
        3,
        people.map((one) => one.login),
      ));
    const chosen = login && (await newPassword(policy, [login, name]));
    if (!name || !login || !chosen) return undefined;
    people.push({ login, name, unit, roles: [role], password: chosen });
  }
  const units: FirstStart["units"] = [
    { id: "bureau", name: bureau, department: "commerce", level: "prefecture", county: null },
    { id: "provider", name: provider, department: "service-provider", level: "provider", county: null },
  ];
  return { basis, units, people };
}

/** @param taken given: a sign-in name that is none of these */
async function line(message: string, least: number, taken?: readonly string[]): Promise<string | undefined> {
  const answer = await text({
    message,
    validate: (given = "") => {
      if (given.trim().length < least) return `至少 ${least} 个字符 at least ${least} characters`;
      if (taken === undefined) return undefined;
      if (!new RegExp(LOGIN_PATTERN).test(given)) return "小写字母开头 begins with a small letter";
      return taken.includes(given) ? "已被使用 taken" : undefined;
    },
  });
  return isCancel(answer) ? undefined : answer.trim();
}

async function newPassword(policy: AccessPolicy, near: readonly string[]): Promise<string | undefined> {
  const first = await password({
    message: "口令 password",
    validate: (given = "") => passwordFault(given, policy, near),
  });
  if (isCancel(first)) return undefined;
  const again = await password({
    message: "再输一次 once more",
    validate: (given) => (given === first ? undefined : "两次不一致 not the same"),
  });
  return isCancel(again) ? undefined : first;
}

function tell(made: readonly MadeAccount[]): void {
  note(made.map(({ login, name }) => `${login}  ${name}`).join("\n"), "已建立 made");
  outro("首次登录时设置动态口令。A second factor is set up at the first sign-in.");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_REFUSED;
}
