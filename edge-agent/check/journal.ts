/** Checks the journal: its chain, as far as a bounded time allows, and whether one was ever set aside. */
import { existsSync } from "node:fs";
import { checkAtStart } from "../journal/chain-check.ts";
import { JournalError } from "../journal/errors.ts";
import { journalFile, setAsideJournals } from "../journal/replace.ts";
import { openTables } from "../journal/tables.ts";
import { bad, type Check, type Finding, good } from "./finding.ts";

/** For how long older records are looked at; `verify` looks at every one. */
const BUDGET_MS = 5_000;

export const journalCheck: Check = {
  name: "journal",
  run({ config }) {
    const { stateDir } = config.gateway;
    const findings = [chain(journalFile(stateDir)), ...setAside(setAsideJournals(stateDir).map(({ name }) => name))];
    return findings.map((judged) => ({ check: "journal", subject: "", ...judged }));
  },
};

type Judged = Pick<Finding, "verdict" | "seen" | "cure">;

function chain(file: string): Judged {
  if (!existsSync(file)) {
    return bad(
      "warn",
      { zh: "还没有日志", en: "there is no journal yet" },
      { zh: "启动采集程序", en: "start the agent" },
    );
  }
  try {
    const db = openTables(file, { mustExist: true, readonly: true });
    try {
      checkAtStart(db, { budgetMs: BUDGET_MS, now: () => performance.now() });
    } finally {
      db.close();
    }
    return good("日志的哈希链成立", "the journal's chain holds");
  } catch (error) {
    const { message } = error as Error;
    const isRefused = error instanceof JournalError && error.code === "refused";
    return bad(
      "fail",
      { zh: `日志有问题：${message}`, en: message },
      isRefused
        ? { zh: "检查存储卡和目录权限", en: "look at the disk and at the rights of the folder" }
        : {
            zh: "不要删除日志文件，它是证据；重启采集程序会将其封存并另起新链；请联系技术支持",
            en: "keep the file, it is evidence; a restart of the agent sets it aside and begins a new chain; call support",
          },
    );
  }
}

function setAside(names: readonly string[]): Judged[] {
  if (names.length === 0) return [];
  return [
    bad(
      "warn",
      { zh: `有封存的日志：${names.join("、")}`, en: `journals were set aside: ${names.join(", ")}` },
      {
        zh: "取回这些文件交给监管部门，不要删除；并检查存储卡",
        en: "fetch these files for the authority, do not delete them, and have the disk looked at",
      },
    ),
  ];
}
