/** Makes elements. Text is only ever set as text. */

/** @typedef {string | Node | null | undefined | false} Child */

/**
 * An element with its class, attributes and children.
 * @param {string} tag
 * @param {string | Record<string, any>} [of] a class, or attributes; `on…` are listeners
 * @param {Child[]} children
 * @returns {any}
 */
export function el(tag, of = "", ...children) {
  const element = document.createElement(tag);
  const attributes = typeof of === "string" ? { class: of } : of;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false || value === "") continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    .../** @type {(string | Node)[]} */ (
      children.filter((child) => child !== null && child !== undefined && child !== false)
    ),
  );
  return element;
}

/** Replaces what stands in an element, unless it stands there already: a button must not vanish under a finger.
 * @param {Element} place @param {Child[]} children */
export function fill(place, ...children) {
  const fresh = /** @type {Element} */ (place.cloneNode(false));
  fresh.append(
    .../** @type {(string | Node)[]} */ (
      children.filter((child) => child !== null && child !== undefined && child !== false)
    ),
  );
  if (!fresh.isEqualNode(place)) place.replaceChildren(...fresh.childNodes);
}

/** @param {string} text @param {() => any} action @param {string} [classes] */
export function button(text, action, classes = "") {
  return el("button", { type: "button", class: classes, onclick: action }, text);
}

/** A labelled field. @param {string} label @param {Node} input @param {string} [hint] */
export function field(label, input, hint) {
  return el("label", "field", el("span", "label", label), input, hint ? el("span", "hint", hint) : null);
}

/** @param {Record<string, any>} of */
export function input(of) {
  return el("input", { autocomplete: "off", autocapitalize: "off", spellcheck: "false", ...of });
}

/** @param {readonly (readonly [string, string])[]} options value and text @param {string} value @param {Record<string, any>} [of] */
export function choice(options, value, of = {}) {
  const known = options.some(([one]) => one === value);
  const all = known || value === "" ? options : [...options, /** @type {const} */ ([value, value])];
  const select = el(
    "select",
    of,
    ...all.map(([one, text]) => el("option", { value: one, selected: one === value }, text)),
  );
  return select;
}

/** Litres from 0.01 L. @param {number | null | undefined} cl */
export function litres(cl) {
  return cl === null || cl === undefined ? "–" : number(cl / 100, 2);
}

/** Yuan from fen. @param {number | null | undefined} fen */
export function yuan(fen) {
  return fen === null || fen === undefined ? "–" : number(fen / 100, 2);
}

/** Millimetres from µm. @param {number | null | undefined} um */
export function millimetres(um) {
  return um === null || um === undefined ? "–" : number(um / 1000, 1);
}

/** @param {number} value @param {number} digits */
export function number(value, digits) {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** RFC 3339 as people read it. @param {string} text */
export function timeOf(text) {
  return text.replace("T", " ").replace(/\.\d+.*$|[+Z].*$/, "");
}
