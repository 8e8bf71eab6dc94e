/** Step 5: a real sale of each nozzle, from the tax port to the collector and its receipt. */
import { button, el, fill, input, litres, yuan } from "./dom.js";
import { word } from "./words.js";

/** @param {{ put: (path: string, body: any, goOn?: boolean) => Promise<boolean>, commission: any }} of */
export function testStep({ put }) {
  const list = el("div", { "data-testid": "self-test" });
  const state = el("div");
  /** The nozzle that somebody is about to leave out. @type {string | undefined} */
  let leaving;
  const reason = input({ name: "reason", maxlength: 200, placeholder: word("reason") });
  const root = el("section", "card", el("h2", "", word("testTitle")), el("p", "", word("testText")), state, list);

  /** @param {string} nozzle */
  function leaveOut(nozzle) {
    if (leaving !== nozzle) {
      leaving = nozzle;
      reason.value = "";
      return;
    }
    void put("skipped", { nozzle, reason: reason.value.trim() }).then((taken) => {
      if (taken) leaving = undefined;
      reason.remove();
    });
  }

  /** @param {string} nozzle @param {any} selfTest @param {boolean} isKnown */
  function row(nozzle, selfTest, isKnown) {
    const tested = selfTest.tested.find((/** @type {any} */ one) => one.nozzle === nozzle);
    const skipped = selfTest.skipped.find((/** @type {any} */ one) => one.nozzle === nozzle);
    const standing = standingOf(tested, skipped, isKnown);
    const isDone = standing === "done" || standing === "skipped";
    const act = button(word("leaveOut"), () => leaveOut(nozzle), "small");
    return el(
      "div",
      { class: `test ${standing}`, "data-testid": `test-${nozzle}` },
      el("b", "name", nozzle),
      el("div", "grow", ...textOf(standing, tested, skipped), leaving === nozzle && !isDone ? reason : null),
      isDone ? el("span", "mark", standing === "done" ? "✓" : "–") : act,
    );
  }

  return {
    root,
    /** @param {any} box */
    update({ commission, live }) {
      // While somebody types a reason, the row must stay.
      if (leaving !== undefined && list.contains(reason)) return;
      const { selfTest, enrol } = commission.state;
      const waits = enrol.doneAt === null && enrol.isOrdered;
      fill(state, live.mode === "running" ? null : el("p", "hint", word(waits ? "awaitNetwork" : "notRunning")));
      // A sale before the first reading of a total proves nothing: nobody saw it begin.
      const isKnown = (/** @type {string} */ name) => live.items.some((/** @type {any} */ one) => one.name === name);
      const rows = commission.expected.map((/** @type {string} */ nozzle) => row(nozzle, selfTest, isKnown(nozzle)));
      if (leaving === undefined) fill(list, ...rows);
      else list.replaceChildren(...rows);
    },
  };
}

/** @param {any} tested @param {any} skipped @param {boolean} isKnown */
function standingOf(tested, skipped, isKnown) {
  if (tested !== undefined) return tested.receipt === null ? "half" : "done";
  if (skipped !== undefined) return "skipped";
  return isKnown ? "open" : "unread";
}

/** @param {string} standing @param {any} tested @param {any} skipped */
function textOf(standing, tested, skipped) {
  if (standing === "unread") return [el("span", "quiet", word("readingTotal"))];
  if (standing === "open") return [el("span", "quiet pulse", word("waitSale"))];
  if (standing === "skipped") return [el("span", "", word("leftOut")), el("small", "quiet", ` ${skipped.reason}`)];
  const { volumeCl, amountFen, seq } = tested.sale;
  return [
    el("span", "figure", `${litres(volumeCl)} L · ¥${yuan(amountFen)}`),
    el(
      "small",
      standing === "done" ? "good" : "quiet",
      `${word("record")} ${seq} · ${word(standing === "done" ? "proved" : "recorded")}`,
    ),
  ];
}
