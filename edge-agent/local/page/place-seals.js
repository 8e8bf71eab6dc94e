/** The seals of a hub: the one whose button is pressed turns green. */
import { choice, el, field, input } from "./dom.js";
import { word } from "./words.js";

const PLACES = ["board-box", "encoder", "flow-meter", "tank-lid"];
const LIT_MS = 60_000;

/** @param {any} device @param {{ said: any, changed: () => void }} of */
export function sealsCard(device, { said, changed }) {
  const rows = device.items.map((/** @type {any} */ item) => {
    let entry = said.seals.find((/** @type {any} */ one) => one.item === item.item);
    if (entry === undefined) {
      const seal = `S${String(said.seals.length + 1).padStart(2, "0")}`;
      entry = { item: item.item, seal, number: item.serial ?? "?", place: "board-box", of: "tax-1", confirmedBy: null };
      said.seals.push(entry);
    }
    return sealRow(entry, item, said, changed);
  });
  return {
    root: el(
      "section",
      { class: "card", "data-testid": `place-${device.device}` },
      el("h3", "", word("seals")),
      ...rows.map((/** @type {any} */ row) => row.root),
    ),
    /** @param {Map<string, any>} live @param {number} now */
    update(live, now) {
      for (const row of rows) row.update(live, now);
    },
    changed() {
      for (const row of rows) row.changed();
    },
  };
}

/** @param {any} entry @param {any} item @param {any} said @param {() => void} changed */
function sealRow(entry, item, said, changed) {
  const seal = input({ name: "seal", value: entry.seal, maxlength: 4, class: "short" });
  const printed = input({ name: "printed", value: entry.number, maxlength: 40 });
  const place = choice(
    PLACES.map((one) => /** @type {const} */ ([one, word(`place-${one}`)])),
    entry.place,
    { name: "place" },
  );
  const of = choice(things(said), entry.of, { name: "of" });
  const state = el("span", "figure", item.state ?? "–");
  const moved = el("span", "moved quiet");
  const take = () => {
    entry.seal = seal.value.trim().toUpperCase();
    entry.number = printed.value.trim();
    entry.place = place.value;
    entry.of = of.value;
    changed();
  };
  for (const one of [seal, printed, place, of]) one.addEventListener("input", take);
  const root = el(
    "div",
    { class: "thing", "data-testid": `seal-${entry.item}` },
    el(
      "div",
      "head",
      el("b", "", `#${item.number}`),
      el("span", "quiet", `${word("chip")} ${item.serial ?? "–"}`),
      state,
    ),
    moved,
    el(
      "div",
      "fields",
      field(word("sealName"), seal),
      field(word("printed"), printed),
      field(word("place"), place),
      field(word("of"), of),
    ),
  );
  return {
    root,
    /** @param {Map<string, any>} live @param {number} now */
    update(live, now) {
      const one = live.get(entry.item);
      if (one === undefined) return;
      state.textContent = word(`seal-${one.state}`).replace("seal-", "");
      if (one.movedAt !== null && entry.confirmedBy !== "test-button") {
        entry.confirmedBy = "test-button";
        changed();
      }
      root.classList.toggle("lit", one.movedAt !== null && now - one.movedAt < LIT_MS);
      const isSeen = entry.confirmedBy === "test-button";
      moved.className = isSeen ? "moved good" : "moved quiet";
      moved.textContent = isSeen ? `✓ ${word("pressed")}` : word("pressNow");
    },
    changed() {
      const options = things(said);
      if ([...of.options].map((one) => one.value).join() === options.map(([one]) => one).join()) return;
      const value = options.some(([one]) => one === entry.of) ? entry.of : (options[0]?.[0] ?? "tax-1");
      of.replaceChildren(...options.map(([one, text]) => el("option", { value: one, selected: one === value }, text)));
      entry.of = value;
    },
  };
}

/** What a seal may protect. @param {any} said @returns {[string, string][]} */
function things({ devices, tanks }) {
  return [
    ...devices.map((/** @type {any} */ one) => [
      one.name,
      `${word("dispenserNumber")} ${one.name.replace("tax-", "")}`,
    ]),
    ...tanks.map((/** @type {any} */ one) => [one.tank, `${word("fromTank")} ${one.tank}`]),
  ];
}
