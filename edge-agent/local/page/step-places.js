/** Step 2: says which nozzle, tank and seal is which. The form is built once; what is read now moves within it. */
import { button, el } from "./dom.js";
import { deviceCard } from "./place-nozzles.js";
import { sealsCard } from "./place-seals.js";
import { tanksCard } from "./place-tanks.js";
import { showTrouble } from "./troubles.js";
import { word } from "./words.js";

/** A draft is kept so long after the last key. */
const SAVE_AFTER_MS = 400;

/** @param {{ put: (path: string, body: any, goOn?: boolean) => Promise<boolean>, commission: any }} of */
export function placesStep({ put, commission }) {
  const found = (commission.state.lines?.found ?? []).flatMap((/** @type {any} */ line) => line.devices);
  /** What is said so far. @type {{ devices: any[], nozzles: any[], tanks: any[], seals: any[] }} */
  const said = structuredClone(commission.state.places.answers);
  /** @type {any} */
  let saving;
  const answers = () => ({ ...said, nozzles: said.nozzles.map(withGrade) });
  const changed = () => {
    clearTimeout(saving);
    saving = setTimeout(() => put("places", { answers: answers(), done: false }), SAVE_AFTER_MS);
    for (const card of cards) card.changed?.();
  };

  /** A nozzle sells what its tank holds. @param {any} nozzle */
  function withGrade({ drawn: _, ...nozzle }) {
    return { ...nozzle, grade: said.tanks.find(({ tank }) => tank === nozzle.tank)?.grade ?? nozzle.grade };
  }

  const of = { said, changed };
  /** @type {{ root: HTMLElement, update: (items: Map<string, any>, now: number) => void, changed?: () => void, problem?: () => string | undefined }[]} */
  const cards = [
    tanksCard(found, of),
    ...found
      .filter((/** @type {any} */ one) => one.driver === "tax-port")
      .map((/** @type {any} */ device, /** @type {number} */ index) => deviceCard(device, index, found, of)),
    ...found
      .filter((/** @type {any} */ one) => one.items.some((/** @type {any} */ item) => item.kind === "seal"))
      .map((/** @type {any} */ device) => sealsCard(device, of)),
  ];
  changed();

  const finish = async () => {
    const problem = cards.map((card) => card.problem?.()).find((one) => one !== undefined);
    if (problem !== undefined) return showTrouble({ code: "prove", message: problem });
    clearTimeout(saving);
    await put("places", { answers: answers(), done: true }, true);
  };
  const root = el(
    "div",
    "",
    el("section", "card", el("h2", "", word("placesTitle")), el("p", "", word("placesText"))),
    ...cards.map((card) => card.root),
    button(word("placesDone"), finish, "main"),
  );
  return {
    root,
    /** @param {any} box */
    update({ commission: now, live }) {
      const names = new Map(Object.entries(now.names).map(([item, name]) => [name, item]));
      const items = new Map(live.items.map((/** @type {any} */ one) => [names.get(one.name), one]));
      for (const card of cards) card.update(items, live.now);
    },
  };
}
