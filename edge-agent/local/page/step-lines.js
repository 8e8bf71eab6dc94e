/** Step 1: searches the lines, and shows what answers. */
import { ask } from "./api.js";
import { button, el, field, fill, input, litres, millimetres } from "./dom.js";
import { doubtText, showTrouble } from "./troubles.js";
import { word } from "./words.js";

/** @param {{ put: (path: string, body: any, goOn?: boolean) => Promise<boolean>, answered: (commission: any) => void, commission: any }} of */
export function linesStep({ put, answered }) {
  const tcp = input({ placeholder: "192.168.1.20:502", inputmode: "url", name: "tcp" });
  const thorough = input({ type: "checkbox", name: "thorough" });
  const search = () => put("search", { tcp: tcp.value.split(/\s+/).filter(Boolean), thorough: thorough.checked });
  const progress = el("div");
  const found = el("div");
  const start = el(
    "section",
    "card",
    el("h2", "", word("linesTitle")),
    el("p", "", word("linesText")),
    field(word("tcpLabel"), tcp, word("tcpHint")),
    el("label", "tick", thorough, word("thorough")),
    button(word("startSearch"), search, "main"),
  );
  const root = el("div", "", start, progress, found);

  return {
    root,
    /** @param {any} box */
    update({ commission }) {
      const { search: running, state } = commission;
      start.hidden = running.isRunning || state.lines !== null;
      fill(progress, running.isRunning ? searching(running, answered) : null);
      fill(found, running.isRunning || state.lines === null ? null : foundCards(state.lines, put, search));
    },
  };
}

/** @param {any} running @param {(commission: any) => void} answered */
function searching({ places }, answered) {
  const rows = places.map((/** @type {any} */ { place, trying, isDone }) =>
    el(
      "li",
      isDone ? "done" : "",
      el("b", "", shortName(place)),
      el("span", "quiet", isDone ? word("portDone") : trying || word("waitingTurn")),
    ),
  );
  const stop = async () => {
    try {
      answered(await ask("DELETE", "/api/commission/search"));
    } catch (error) {
      showTrouble(error);
    }
  };
  const list = rows.length === 0 ? el("p", "", word("noPorts")) : el("ul", "rows", ...rows);
  return el("section", "card", el("h2", "spin", word("searching")), list, button(word("stopSearch"), stop, "quiet"));
}

/** @param {any} lines @param {any} put @param {() => void} search */
function foundCards(lines, put, search) {
  const all = lines.found.length;
  const cards = lines.found.map((/** @type {any} */ line) => {
    const settings = line.settings === null ? null : el("b", "settings", settingsText(line.settings));
    const place = el("p", "quiet place", `${shortName(line.serial ?? line.tcp)} `, settings);
    const nothing = line.devices.length === 0 ? el("p", "bad", line.trouble ?? word("nothing")) : null;
    return el("section", "card found", place, nothing, ...line.devices.map(deviceRow));
  });
  const accepted = lines.accepted ? null : el("p", "", word("isAllHere"));
  return el(
    "div",
    { "data-testid": "found" },
    el("h2", "", `${word("foundTitle")}`, " ", el("small", "quiet", `${all} ${word("ports")}`)),
    ...cards,
    accepted,
    button(word("allHere"), () => put("lines", { accepted: true }, true), "main"),
    button(word("again"), search, "quiet"),
  );
}

/** @param {any} device */
function deviceRow({ device, driver, title, factorySerial, dialect, profile, unit, items, doubts }) {
  const kinds = items.map((/** @type {any} */ item) => item.kind);
  const kind =
    driver === "tax-port"
      ? "taxPort"
      : kinds.includes("tank")
        ? "gaugeKind"
        : kinds.includes("seal")
          ? "hubKind"
          : "modbusKind";
  const details = [
    driver === "tax-port" ? factorySerial : title,
    dialect ?? profile,
    unit === null ? null : `unit ${unit}`,
  ]
    .filter(Boolean)
    .join(" · ");
  const chips = items.map((/** @type {any} */ item) => {
    const figure =
      item.kind === "nozzle"
        ? `${litres(item.volumeCl)} L`
        : item.kind === "tank"
          ? `${millimetres(item.levelUm)} mm`
          : (item.serial ?? item.state);
    return el("span", "chip", `#${item.number} `, el("b", "", figure ?? "–"));
  });
  return el(
    "div",
    { class: "device", "data-testid": `found-${device}` },
    el("h3", "", word(kind)),
    el("p", "quiet", details),
    el("div", "chips", ...chips),
    ...doubts.map((/** @type {string} */ doubt) => el("p", "hint doubt", doubtText(doubt))),
  );
}

/** @param {any} settings */
function settingsText({ baudRate, dataBits, parity, stopBits }) {
  return `${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
}

/** The part of a path that tells adapters apart. @param {string} place */
export function shortName(place) {
  return place.split("/").at(-1)?.replace(/^usb-/, "") ?? place;
}
