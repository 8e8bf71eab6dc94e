/** Checks how the SIM card's data budget stands. */
import { join } from "node:path";
import { type BudgetState, DataBudget } from "../uplink/budget.ts";
import { bad, type Check, type Finding, good } from "./finding.ts";

/** Pure. @param budgetKb null: none is configured */
export function judgeBudget(
  sentKb: number,
  budgetKb: number | null,
  state: BudgetState,
): Pick<Finding, "verdict" | "seen" | "cure"> {
  if (budgetKb === null)
    return good(`本月已发送 ${sentKb} KB，未设流量预算`, `${sentKb} KB were sent this month; no budget is set`);
  const seen = {
    zh: `本月已发送 ${sentKb} KB，预算 ${budgetKb} KB`,
    en: `${sentKb} KB of ${budgetKb} KB were sent this month`,
  };
  if (state === "ample") return good(seen.zh, seen.en);
  return bad(state === "spent" ? "fail" : "warn", seen, {
    zh: "增加套餐流量，或查明为何用得多；数据仍会送出，但更慢",
    en: "buy more data, or find out what uses so much; records still go out, but later",
  });
}

export const budgetCheck: Check = {
  name: "budget",
  run({ config, nowMs }) {
    const { budgetMb } = config.uplink;
    const file = join(config.gateway.stateDir, "traffic.json");
    const budgetKb = budgetMb === undefined ? null : budgetMb * 1_024;
    const budget = new DataBudget({ file, budgetKb, epochMs: () => nowMs, log: () => undefined });
    return [{ check: "budget", subject: "", ...judgeBudget(budget.sentKb, budgetKb, budget.state) }];
  },
};
