/** The installation: a row of steps, and the one that somebody works on. */
import { ask } from "./api.js";
import { button, el, fill, timeOf } from "./dom.js";
import { enrolStep } from "./step-enrol.js";
import { linesStep } from "./step-lines.js";
import { placesStep } from "./step-places.js";
import { reportStep } from "./step-report.js";
import { siteStep } from "./step-site.js";
import { testStep } from "./step-test.js";
import { showTrouble, troubleBox } from "./troubles.js";
import { word } from "./words.js";

/** @type {Record<string, (of: any) => { root: HTMLElement, update: (box: any) => void }>} */
const STEPS = {
  lines: linesStep,
  places: placesStep,
  site: siteStep,
  enrol: enrolStep,
  "self-test": testStep,
  report: reportStep,
};
const MARKS = /** @type {Record<string, string>} */ ({ done: "✓", waiting: "…" });

/** @param {{ answered: (commission: any) => void, open: (tab: string) => void }} of */
export function installPart({ answered, open }) {
  const row = el("ol", "steps");
  const trouble = el("div");
  const place = el("div");
  const root = el("div", "", row, trouble, place);
  /** @type {string | undefined} */
  let shown;
  /** @type {{ root: HTMLElement, update: (box: any) => void } | undefined} */
  let step;
  /** The step that somebody chose; otherwise the next one. @type {string | undefined} */
  let chosen;
  /** How the chosen step stood when it was chosen: once it is done, the next one comes by itself. @type {string | undefined} */
  let stood;

  /** Sends an answer, and goes on to the next step when it was taken. @param {string} path @param {any} body @param {boolean} [goOn] */
  async function put(path, body, goOn = false) {
    try {
      const commission = await ask("PUT", `/api/commission/${path}`, body);
      if (goOn) {
        chosen = undefined;
        scrollTo(0, 0);
      }
      answered(commission);
      return true;
    } catch (error) {
      showTrouble(error);
      return false;
    }
  }

  /** @param {any} box */
  function update(box) {
    const { commission } = box;
    if (commission.finished) return finished(commission);
    const now = commission.steps.find((/** @type {any} */ one) => one.step === chosen)?.standing;
    if (now === "done" && stood !== "done") chosen = undefined;
    const name = chosen ?? commission.next;
    fill(row, ...commission.steps.map((/** @type {any} */ one, /** @type {number} */ index) => dot(one, index, name)));
    fill(trouble, commission.trouble === null ? null : troubleBox(commission.trouble));
    if (shown !== name) {
      shown = name;
      step = STEPS[name]?.({ put, answered, commission });
      if (step !== undefined) place.replaceChildren(step.root);
    }
    step?.update(box);
  }

  /** @param {any} one @param {number} index @param {string} name */
  function dot({ step: own, standing }, index, name) {
    const mark = MARKS[standing] ?? String(index + 1);
    const label = word(`step-${own}`);
    const classes = `${standing}${own === name ? " here" : ""}`;
    const act = () => {
      if (standing === "blocked") return showTrouble({ code: "order", message: word("blocked") });
      chosen = own;
      stood = standing;
      shown = undefined;
      answered({ ...latest() });
    };
    return el(
      "li",
      classes,
      el(
        "button",
        { type: "button", onclick: act, "data-testid": `step-${own}` },
        el("b", "", mark),
        el("span", "", label),
      ),
    );
  }

  /** @type {any} */
  let last;
  const latest = () => last;

  /** @param {any} commission */
  function finished(commission) {
    const { report } = commission.state;
    if (shown === "finished") return;
    shown = "finished";
    row.replaceChildren();
    let isSure = false;
    const again = button(
      word("beginAgain"),
      async () => {
        if (!isSure) {
          isSure = true;
          again.textContent = word("reallyAgain");
          return;
        }
        shown = undefined;
        await put("begin-again", {});
      },
      "quiet",
    );
    place.replaceChildren(
      el(
        "section",
        { class: "card well", "data-testid": "finished" },
        el("div", "big-mark", "✓"),
        el("h2", "", report.filedAt === null ? word("handMade") : word("finished")),
        report.filedAt === null ? null : el("p", "quiet", `${word("filedAt")} ${timeOf(report.filedAt)}`),
        report.filedAt === null
          ? null
          : el("a", { class: "button main", href: "/api/commission/report.pdf", target: "_blank" }, word("openPdf")),
        button(word("live"), () => open("live"), "wide"),
        again,
      ),
    );
  }

  return {
    root,
    update: (/** @type {any} */ box) => {
      last = box.commission;
      update(box);
    },
  };
}
