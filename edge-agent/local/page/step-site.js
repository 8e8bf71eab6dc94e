/** Step 3: clock, network and power. */
import { ask } from "./api.js";
import { button, choice, el, field, fill, input, number } from "./dom.js";
import { showTrouble } from "./troubles.js";
import { word } from "./words.js";

const POWERS = ["mains", "mains-and-battery", "generator", "solar"];
const NETWORKS = ["mobile", "cable", "wifi"];
/** More cannot come from the way to the phone. */
const CLOCK_AGREES_S = 5;

/** @param {{ put: (path: string, body: any, goOn?: boolean) => Promise<boolean>, commission: any }} of */
export function siteStep({ put, commission }) {
  const said = commission.state.site?.answers;
  const options = (/** @type {string[]} */ names) => names.map((name) => /** @type {const} */ ([name, word(name)]));
  const network = choice(options(NETWORKS), said?.network ?? "mobile", { name: "network" });
  const power = choice(options(POWERS), said?.power ?? "mains-and-battery", { name: "power" });
  const budget = input({ inputmode: "numeric", name: "budget", value: said?.budgetMb ?? "" });
  const note = input({ name: "note", maxlength: 400, value: said?.note ?? "" });
  const clock = el("dl", "facts");
  const warning = el("div");
  const addresses = el("dd", "", "…");
  const budgetField = field(word("budget"), budget, word("unlimited"));
  const showBudget = () => {
    budgetField.hidden = network.value !== "mobile";
  };
  network.addEventListener("change", showBudget);
  showBudget();
  ask("GET", "/api/network").then(
    ({ interfaces }) =>
      fill(addresses, interfaces.map((/** @type {any} */ one) => `${one.name} ${one.address}`).join("\n") || "–"),
    showTrouble,
  );
  const save = () => {
    const budgetMb = network.value === "mobile" && budget.value.trim() !== "" ? Number(budget.value) : null;
    return put("site", { power: power.value, network: network.value, budgetMb, note: note.value.trim() }, true);
  };
  const root = el(
    "section",
    "card",
    el("h2", "", word("siteTitle")),
    clock,
    warning,
    el("dl", "facts", el("dt", "", word("addresses")), addresses),
    field(word("network"), network),
    budgetField,
    field(word("power"), power),
    field(word("note"), note, word("optional")),
    button(word("next"), save, "main"),
  );
  return {
    root,
    /** @param {any} box */
    update({ live }) {
      const offset = Math.round((live.now - Date.now()) / 1000);
      const time = new Date(live.now).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" });
      fill(
        clock,
        el("dt", "", word("boxClock")),
        el("dd", "", time),
        el("dt", "", word("clockDiffers")),
        el("dd", Math.abs(offset) > CLOCK_AGREES_S ? "bad" : "good", `${number(offset, 0)} ${word("seconds")}`),
      );
      fill(warning, Math.abs(offset) > CLOCK_AGREES_S ? el("p", "bad", word("clockWrong")) : null);
    },
  };
}
