/** Draws the station's state: small functions from data to elements. Text is only ever set as text. */
import { currentLanguage, named, word } from "./words.js";

/** @typedef {string | Node | undefined} Child */

/**
 * An element with its class and children.
 * @param {string} tag
 * @param {string} [classes]
 * @param {Child[]} children
 */
export function el(tag, classes, ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/**
 * Replaces what stands in an element, unless it stands there already: a button must not vanish under a finger.
 * @param {string} id
 * @param {Child[]} children
 */
export function fill(id, ...children) {
  const place = document.getElementById(id);
  if (!place) return;
  const fresh = /** @type {HTMLElement} */ (place.cloneNode(false));
  fresh.append(...children.filter((child) => child !== undefined));
  if (!fresh.isEqualNode(place)) place.replaceChildren(...fresh.childNodes);
}

/** Litres with two decimals from 0.01 L; a dash when it is not known. @param {number | null | undefined} cl */
function litres(cl) {
  if (cl === null || cl === undefined) return "–";
  return (cl / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** @param {number | null | undefined} um */
function millimetres(um) {
  return um === null || um === undefined ? "–" : `${(um / 1000).toFixed(1)} mm`;
}

/** @param {string} text @param {string} [classes] */
function mark(text, classes = "") {
  return el("span", `mark ${classes}`, text);
}

/** @param {string[]} heads @param {Child[][]} rows @param {number[]} spare columns that a phone does without */
function table(heads, rows, spare = []) {
  const classOf = (/** @type {number} */ index) => (spare.includes(index) ? "spare" : "");
  return el(
    "table",
    "",
    el("thead", "", el("tr", "", ...heads.map((head, index) => el("th", classOf(index), head)))),
    el(
      "tbody",
      "",
      ...rows.map((row) => el("tr", "", ...row.map((cell, index) => el("td", classOf(index), cell ?? "")))),
    ),
  );
}

/** @param {any} state @param {any} report */
export function drawNozzles(state, report) {
  const rows = state.nozzles.map((/** @type {any} */ nozzle) => {
    const reported = report?.nozzles[nozzle.nozzle]?.totalCl;
    const off = reported === undefined || reported === null ? undefined : nozzle.totalCl - reported;
    const name = el("span", "", nozzle.nozzle, " ", nozzle.lifted ? mark(word("lifted"), "busy") : undefined);
    const difference = off === undefined ? "–" : el("span", off === 0 ? "even" : "off", litres(off));
    return [name, nozzle.grade, litres(nozzle.pumpedCl), litres(nozzle.totalCl), litres(reported), difference];
  });
  const heads = [word("nozzle"), word("grade"), word("pumped"), word("port"), word("reported"), word("difference")];
  fill("nozzles", table(heads, rows, [1, 2]));
}

/** @param {any} state @param {any} report */
export function drawTanks(state, report) {
  const rows = state.tanks.map((/** @type {any} */ tank) => {
    const level = Object.assign(document.createElement("meter"), { className: "gauge", max: tank.capacityCl });
    level.value = tank.volumeCl;
    level.title = `${Math.round((tank.volumeCl / tank.capacityCl) * 100)} %`;
    const name = el("span", "", tank.tank, " ", tank.unloading ? mark(word("unloading"), "busy") : undefined);
    return [
      name,
      level,
      litres(tank.volumeCl),
      millimetres(tank.levelUm),
      millimetres(report?.tanks[tank.tank]?.levelUm),
    ];
  });
  fill("tanks", table([word("tank"), "", word("volume"), word("level"), word("reportedLevel")], rows, [1]));
}

/** @param {any} state @param {any} report */
export function drawSeals(state, report) {
  const chips = state.seals.map((/** @type {any} */ seal) => {
    const reported = report?.seals[seal.seal]?.state;
    const differs = reported !== undefined && reported !== seal.state;
    return el(
      "span",
      "chip",
      seal.seal,
      mark(named(seal.state), seal.state === "sealed" ? "" : "wrong"),
      differs ? mark(`${word("reported")} ${named(reported)}`, "warn") : undefined,
    );
  });
  fill("seals", chips.length > 0 ? el("div", "chips", ...chips) : el("p", "quiet", word("nothing")));
}

/** @param {any} state @param {(line: string, action: "pull" | "plug") => void} act */
export function drawLines(state, act) {
  const rows = state.lines.map((/** @type {any} */ line) => {
    const button = el("button", "", word(line.plugged ? "pull" : "plug"));
    button.addEventListener("click", () => act(line.line, line.plugged ? "pull" : "plug"));
    const condition = mark(word(line.plugged ? "plugged" : "pulled"), line.plugged ? "" : "wrong");
    return el("li", "", el("span", "", line.line, " ", condition), button);
  });
  fill("lines", el("ul", "rows", ...rows));
}

/** @param {any} state @param {(kind: string, subject: string) => void} end */
export function drawInForce(state, end) {
  const cheats = state.cheats.filter((/** @type {any} */ cheat) => cheat.phase !== "over");
  const rows = [
    ...cheats.map((/** @type {any} */ cheat) =>
      el("li", "", el("span", "", `${named(cheat.kind)} · ${cheat.subject}`), mark(named(cheat.phase), "warn")),
    ),
    ...state.faults.map((/** @type {any} */ fault) => {
      const subject = fault.line ?? fault.device ?? fault.tank;
      const button = el("button", "", word("end"));
      button.addEventListener("click", () => end(fault.kind, subject));
      return el("li", "", el("span", "", `${named(fault.kind)} · ${subject}`), button);
    }),
  ];
  fill("in-force", rows.length > 0 ? el("ul", "rows", ...rows) : el("li", "quiet", word("nothing")));
}

/** @param {any} report */
export function drawFlags(report) {
  if (!report) return fill("flags", el("li", "quiet", word("noCollector")));
  const rows = report.flags.map((/** @type {any} */ flag) => {
    const title = currentLanguage() === "zh" ? flag.titleZh : flag.titleEn;
    const severity = flag.severity === "high" ? "wrong" : "warn";
    return el("li", "", el("span", "", title), mark(flag.subject, flag.state === "open" ? severity : ""));
  });
  fill("flags", rows.length > 0 ? el("ul", "rows", ...rows) : el("li", "quiet", word("nothing")));
}

const SHOWN = 60;

/** Adds new lines of the truth on top. @param {any[]} lines */
export function addEvents(lines) {
  const list = document.getElementById("events");
  for (const { at, event, number: _, ...detail } of lines) {
    const text = event === "sale" ? saleText(detail) : detailText(detail);
    const row = el(
      "li",
      "",
      el("time", "quiet", at.slice(11, 19)),
      el("span", "", named(event)),
      el("span", "detail", text),
    );
    list?.prepend(row);
  }
  while (list && list.children.length > SHOWN) list.lastElementChild?.remove();
}

/** @param {any} sale */
function saleText({ nozzle, volumeCl, amountFen, onWire }) {
  return `${nozzle} ${litres(volumeCl)} L ¥${litres(amountFen)}${onWire ? "" : ` · ${named("bypass-tax-port")}`}`;
}

/** @param {Record<string, unknown>} detail */
function detailText({ kind, phase, expects: _, summary: __, ...rest }) {
  const values = Object.entries(rest).map(
    ([key, value]) => `${named(key)} ${typeof value === "string" ? named(value) : JSON.stringify(value)}`,
  );
  return [kind ? named(String(kind)) : "", phase ? named(String(phase)) : "", ...values]
    .filter(Boolean)
    .join(" · ")
    .replaceAll('"', "");
}
