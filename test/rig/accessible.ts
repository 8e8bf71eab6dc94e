/** What axe-core finds on a page that would shut somebody out: faults that it calls serious or critical. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Evaluated in the browser. */
const RUN = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .map(({ id, impact, nodes }) => impact + " " + id + ": " + nodes.slice(0, 3).map(({ target, failureSummary }) =>
    target.join(" ") + " (" + (failureSummary ?? "").split("\\n").slice(1).join(";").trim().slice(0, 160) + ")").join(" | ")))`;

/** Faults of the page as it stands, a line each. */
export async function accessFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>("typeof axe === 'object'"))) await page.evaluate(axe.source);
  return page.evaluate<string[]>(RUN);
}
