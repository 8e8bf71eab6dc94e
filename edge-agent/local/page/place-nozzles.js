/** One dispenser's tax port: which of its numbers is which nozzle. The one that draws a litre turns green. */
import { choice, el, field, input, litres } from "./dom.js";
import { word } from "./words.js";

/** So long after it moved a row is lit. */
const LIT_MS = 60_000;

/** @param {any} device @param {number} place @param {any[]} found @param {{ said: any, changed: () => void }} of */
export function deviceCard(device, place, found, { said, changed }) {
  const others = found.filter(({ driver }) => driver === "tax-port");
  const known = said.devices.find((/** @type {any} */ one) => one.device === device.device);
  const number = input({
    name: "dispenser",
    inputmode: "numeric",
    maxlength: 3,
    class: "short",
    value: known?.name.replace("tax-", "") ?? String(place + 1),
  });
  const before = others.slice(0, place).reduce((sum, one) => sum + one.items.length, 0);
  const rows = device.items.map((/** @type {any} */ item, /** @type {number} */ index) => {
    let entry = said.nozzles.find((/** @type {any} */ one) => one.item === item.item);
    if (entry === undefined) {
      const nozzle = `N${String(before + index + 1).padStart(2, "0")}`;
      entry = {
        item: item.item,
        nozzle,
        dispenser: number.value,
        grade: "92#",
        tank: said.tanks[0]?.tank ?? "T1",
        confirmedBy: "total-compared",
      };
      said.nozzles.push(entry);
    } else entry.drawn = true;
    return nozzleRow(entry, item, said, changed);
  });

  const take = () => {
    const name = `tax-${number.value.trim() || place + 1}`;
    said.devices = [
      ...said.devices.filter((/** @type {any} */ one) => one.device !== device.device),
      { device: device.device, name },
    ];
    for (const item of device.items) {
      const entry = said.nozzles.find((/** @type {any} */ one) => one.item === item.item);
      if (entry !== undefined) entry.dispenser = number.value.trim() || String(place + 1);
    }
  };
  number.addEventListener("input", () => {
    take();
    changed();
  });
  take();
  const root = el(
    "section",
    { class: "card", "data-testid": `place-${device.device}` },
    el("h3", "", `${word("taxPort")} ${device.factorySerial ?? device.device}`),
    field(word("dispenserNumber"), number),
    ...rows.map((/** @type {any} */ row) => row.root),
  );
  return {
    root,
    /** @param {Map<string, any>} live @param {number} now */
    update(live, now) {
      for (const row of rows) row.update(live, now);
    },
    changed() {
      for (const row of rows) row.changed();
    },
    problem: () => (rows.every((/** @type {any} */ row) => row.isProved()) ? undefined : word("proveFirst")),
  };
}

/** @param {any} entry @param {any} item @param {any} said @param {() => void} changed */
function nozzleRow(entry, item, said, changed) {
  const nozzle = input({ name: "nozzle", value: entry.nozzle, maxlength: 3, class: "short" });
  const tanks = () =>
    said.tanks.map((/** @type {any} */ one) => /** @type {const} */ ([one.tank, `${one.tank} ${one.grade}`]));
  const tank = choice(tanks(), entry.tank, { name: "tank" });
  const total = el("span", "figure", litres(item.volumeCl));
  const moved = el("span", "moved");
  const agrees = input({ type: "checkbox", name: "agrees", checked: entry.drawn === true });
  const tick = el("label", "tick", agrees, word("compared"));
  let isDrawn = entry.confirmedBy === "litre-drawn";
  const take = () => {
    entry.nozzle = nozzle.value.trim().toUpperCase();
    entry.tank = tank.value;
    changed();
  };
  for (const one of [nozzle, tank]) one.addEventListener("input", take);
  const root = el(
    "div",
    { class: "thing", "data-testid": `nozzle-${entry.item}` },
    el("div", "head", el("b", "", `#${item.number}`), el("span", "", word("total"), " ", total, " L")),
    moved,
    el("div", "fields", field(word("nozzleName"), nozzle), field(word("fromTank"), tank)),
    tick,
  );
  return {
    root,
    isProved: () => isDrawn || agrees.checked,
    /** @param {Map<string, any>} live @param {number} now */
    update(live, now) {
      const one = live.get(entry.item);
      if (one === undefined) return;
      total.textContent = litres(one.volumeCl);
      const isLit = one.movedAt !== null && now - one.movedAt < LIT_MS;
      if (one.movedAt !== null && !isDrawn) {
        isDrawn = true;
        entry.confirmedBy = "litre-drawn";
        changed();
      }
      root.classList.toggle("lit", isLit);
      tick.hidden = isDrawn;
      moved.className = isDrawn ? "moved good" : "moved quiet";
      moved.textContent = isDrawn
        ? `✓ ${word("drawn")}${one.movedBy === null ? "" : ` +${litres(one.movedBy)} L`}`
        : word("drawNow");
    },
    changed() {
      const options = tanks();
      const same =
        [...tank.options].map((one) => one.textContent).join() ===
        options.map((/** @type {any} */ one) => one[1]).join();
      if (same) return;
      const value = options.some((/** @type {any} */ one) => one[0] === entry.tank)
        ? entry.tank
        : (options[0]?.[0] ?? "");
      tank.replaceChildren(
        ...options.map((/** @type {any} */ one) => el("option", { value: one[0], selected: one[0] === value }, one[1])),
      );
      entry.tank = value;
    },
  };
}
