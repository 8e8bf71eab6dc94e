/** The tanks: those that a gauge reads, held against its display, and those without one. */
import { button, choice, el, field, input, litres, millimetres } from "./dom.js";
import { word } from "./words.js";

export const GRADES = /** @type {const} */ ([
  ["92#", "92#"],
  ["95#", "95#"],
  ["98#", "98#"],
  ["0#", "0#"],
  ["-10#", "-10#"],
  ["-20#", "-20#"],
  ["-35#", "-35#"],
]);
/** A display is rounded, and fuel moves. */
const AGREES_UM = 5_000;

/** @param {any[]} found @param {{ said: any, changed: () => void }} of */
export function tanksCard(found, { said, changed }) {
  const items = found.flatMap((device) => device.items).filter(({ kind }) => kind === "tank");
  const rows = el("div");
  /** @type {{ item: string | null, update: (items: Map<string, any>) => void }[]} */
  const shown = [];

  /** @param {any} entry */
  function add(entry) {
    const tank = input({ name: "tank", value: entry.tank, maxlength: 3, class: "short" });
    const grade = choice(GRADES, entry.grade, { name: "grade" });
    const display = input({
      name: "display",
      inputmode: "decimal",
      class: "short",
      value: entry.displayLevelUm === null ? "" : entry.displayLevelUm / 1000,
    });
    const now = el("span", "figure", "–");
    const differs = el("small", "quiet");
    const take = () => {
      entry.tank = tank.value.trim().toUpperCase();
      entry.grade = grade.value;
      const typed = Number(display.value);
      const isTyped = entry.item !== null && display.value.trim() !== "" && Number.isFinite(typed);
      entry.displayLevelUm = isTyped ? Math.round(typed * 1000) : null;
      entry.confirmedBy = isTyped ? "display-compared" : null;
      changed();
    };
    for (const one of [tank, grade, display]) one.addEventListener("input", take);
    const remove = button(
      word("removeTank"),
      () => {
        said.tanks.splice(said.tanks.indexOf(entry), 1);
        row.remove();
        changed();
      },
      "small",
    );
    const row = el(
      "div",
      { class: "thing", "data-testid": `tank-${entry.item ?? entry.tank}` },
      el(
        "div",
        "head",
        el("b", "", entry.item === null ? word("noGauge") : entry.item.replace("/", " #")),
        entry.item === null ? remove : now,
      ),
      el(
        "div",
        "fields",
        field(word("tankName"), tank),
        field(word("grade"), grade),
        entry.item === null ? null : field(word("display"), display),
      ),
      differs,
    );
    rows.append(row);
    shown.push({
      item: entry.item,
      update(live) {
        const one = live.get(entry.item);
        if (one === undefined) return;
        now.textContent = `${millimetres(one.levelUm)} mm · ${litres(one.volumeCl)} L`;
        if (entry.displayLevelUm === null || one.levelUm === null) differs.textContent = "";
        else {
          const off = one.levelUm - entry.displayLevelUm;
          differs.textContent = `${word("agrees")} ${millimetres(off)} mm`;
          differs.className = Math.abs(off) <= AGREES_UM ? "good" : "bad";
        }
      },
    });
  }

  for (const item of items) {
    if (!said.tanks.some((/** @type {any} */ one) => one.item === item.item)) {
      said.tanks.push({
        item: item.item,
        tank: `T${said.tanks.length + 1}`,
        grade: "92#",
        displayLevelUm: null,
        confirmedBy: null,
      });
    }
  }
  for (const entry of said.tanks) add(entry);
  const more = button(
    `+ ${word("addTank")}`,
    () => {
      const entry = {
        item: null,
        tank: `T${said.tanks.length + 1}`,
        grade: "92#",
        displayLevelUm: null,
        confirmedBy: null,
      };
      said.tanks.push(entry);
      add(entry);
      changed();
    },
    "quiet",
  );
  return {
    root: el("section", "card", el("h3", "", word("tanks")), rows, more),
    /** @param {Map<string, any>} live */
    update(live) {
      for (const one of shown) one.update(live);
    },
  };
}
