/** The form that injects a cheat or a fault: built from what the simulator says it can do, filled so that one click does. */
import { el, fill } from "./view.js";
import { named, word } from "./words.js";

/** @typedef {{ name: string, required: boolean, type: string, choices?: string[], minimum?: number, maximum?: number, description: string }} Field */
/** @typedef {{ kind: string, fields: Field[] }} Kind */
/** @typedef {{ cheats: Kind[], faults: Kind[] }} Options */

/** A start that makes sense for a field that must be filled, or is better filled. @type {Record<string, string>} */
const USUAL = {
  share: "0.1",
  gapMs: "50",
  delayMs: "500",
  bytes: "2",
  byS: "3600",
  volumeL: "3000",
  volumeCl: "100000",
  factorySerial: "4001900999",
};

/**
 * Shows the kinds of one sort as buttons, and the chosen one's form.
 * @param {Options} options
 * @param {"cheats" | "faults"} sort
 * @param {(sort: "cheats" | "faults", body: Record<string, unknown>) => void} send
 */
export function drawKinds(options, sort, send) {
  const kinds = options[sort];
  const buttons = kinds.map(({ kind }) => {
    const button = el("button", "", named(kind));
    button.setAttribute("type", "button");
    button.dataset.testid = `kind-${kind}`;
    return button;
  });
  const choose = (/** @type {number} */ index) => {
    for (const [at, button] of buttons.entries()) button.setAttribute("aria-pressed", String(at === index));
    drawForm(/** @type {Kind} */ (kinds[index]), (body) => send(sort, body));
  };
  for (const [index, button] of buttons.entries()) button.addEventListener("click", () => choose(index));
  fill("kinds", ...buttons);
  choose(0);
}

/** @param {Kind} kind @param {(body: Record<string, unknown>) => void} send */
function drawForm({ kind, fields }, send) {
  const inputs = fields.map((field) => ({ field, input: inputFor(kind, field) }));
  const labels = inputs.map(({ field, input }) => {
    const label = el("label", "", named(field.name), input);
    label.title = field.description;
    return label;
  });
  const button = el("button", "primary wide", `${word("go")} · ${named(kind)}`);
  button.dataset.testid = "inject";
  const form = /** @type {HTMLFormElement} */ (document.getElementById("form"));
  // Always anew: what is sent is read from these very inputs.
  form.replaceChildren(...labels, button);
  form.onsubmit = (event) => {
    event.preventDefault();
    const filled = inputs.filter(({ input }) => input.value !== "");
    const values = filled.map(({ field, input }) => [field.name, typed(field, input.value)]);
    send({ kind, ...Object.fromEntries(values) });
  };
}

/** @param {string} kind @param {Field} field */
function inputFor(kind, field) {
  const choices = field.type === "yes-no" ? ["true", "false"] : field.choices;
  if (choices) {
    const select = document.createElement("select");
    select.name = field.name;
    if (!field.required) select.append(new Option(word("unset"), ""));
    for (const choice of choices)
      select.append(new Option(field.type === "yes-no" ? word(choice === "true" ? "yes" : "no") : choice, choice));
    return select;
  }
  const input = document.createElement("input");
  input.name = field.name;
  input.autocomplete = "off";
  if (field.type === "number") {
    input.type = "number";
    input.step = "any";
    if (field.minimum !== undefined) input.min = String(field.minimum);
    if (field.maximum !== undefined) input.max = String(field.maximum);
  }
  input.required = field.required;
  input.value = startOf(kind, field);
  return input;
}

/** @param {string} kind @param {Field} field */
function startOf(kind, field) {
  if (field.name === "for") return field.required || kind === "bypass-tax-port" ? "10m" : "";
  if (!field.required) return "";
  return USUAL[field.name] ?? (field.minimum === undefined ? "" : String(field.minimum));
}

/** @param {Field} field @param {string} text */
function typed(field, text) {
  if (field.type === "number") return Number(text);
  return field.type === "yes-no" ? text === "true" : text;
}
