/** The check of everything, which ends in a plain list of what is to be mended, and how. */
import { ask } from "./api.js";
import { button, el } from "./dom.js";
import { showTrouble } from "./troubles.js";
import { currentLanguage, word } from "./words.js";

/** The check's part. */
export function checkPart() {
  const result = el("div", { "data-testid": "check-result" });
  const start = button(word("runCheck"), run, "main");
  const root = el(
    "div",
    "",
    el("section", "card", el("h2", "", word("checkTitle")), el("p", "", word("checkText")), start),
    result,
  );

  async function run() {
    start.disabled = true;
    start.textContent = word("checking");
    try {
      const findings = await ask("POST", "/api/check");
      const ill = findings.filter((/** @type {any} */ one) => one.verdict === "fail" || one.verdict === "warn");
      const rest = findings.filter((/** @type {any} */ one) => one.verdict !== "fail" && one.verdict !== "warn");
      result.replaceChildren(
        ill.length === 0
          ? el("section", "card well", el("div", "big-mark", "✓"), el("h2", "", word("allWell")))
          : el(
              "section",
              "card",
              el("h2", "", `${word("toMend")} (${ill.length})`),
              el("ol", "mend", ...ill.map(mend)),
            ),
        el("section", "card", el("h3", "", word("rest")), ...rest.map(line)),
      );
    } catch (error) {
      showTrouble(error);
    }
    start.disabled = false;
    start.textContent = word("runCheck");
  }

  return { root, update: () => undefined };
}

/** @param {any} finding */
function mend({ check, subject, verdict, seen, cure }) {
  const language = currentLanguage();
  return el(
    "li",
    verdict,
    el("strong", "", `${word(`check-${check}`)} ${short(subject)}`),
    el("p", "", seen[language]),
    cure === null ? null : el("p", "cure", `→ ${cure[language]}`),
  );
}

/** @param {any} finding */
function line({ check, subject, verdict, seen }) {
  return el(
    "div",
    "line",
    el("span", verdict === "ok" ? "good" : "quiet", verdict === "ok" ? "✓" : "–"),
    el("b", "", `${word(`check-${check}`)} ${short(subject)}`),
    el("small", "quiet", seen[currentLanguage()]),
  );
}

/** @param {string} subject */
function short(subject) {
  return subject.includes("/") && !subject.includes("://") ? (subject.split("/").at(-1) ?? "") : subject;
}
