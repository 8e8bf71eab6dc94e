/** The page: asks the box how things are once a second, and shows the part that somebody looks at. */
import { ask } from "./api.js";
import { checkPart } from "./check.js";
import { button, el, field, fill, input } from "./dom.js";
import { installPart } from "./install.js";
import { livePart } from "./live.js";
import { showTrouble } from "./troubles.js";
import { currentLanguage, switchLanguage, word } from "./words.js";

const LOOK_EVERY_MS = 1_000;
const TABS = /** @type {const} */ (["install", "live", "check"]);

/** @typedef {{ commission: any, live: any }} Box */
/** A part of the page: built once, then kept up to date. @typedef {{ root: HTMLElement, update: (box: Box) => void }} Part */

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const tabs = /** @type {HTMLElement} */ (document.getElementById("tabs"));

let tab = location.hash.slice(1);
/** @type {Part | undefined} */
let part;
/** @type {Box | undefined} */
let box;
let isSignedIn = false;

async function look() {
  try {
    const [commission, live] = await Promise.all([ask("GET", "/api/commission"), ask("GET", "/api/live")]);
    box = { commission, live };
    if (!isSignedIn) {
      isSignedIn = true;
      if (!TABS.some((one) => one === tab)) tab = commission.finished ? "live" : "install";
      open();
    }
    show();
  } catch (/** @type {any} */ error) {
    if (error.code === "pin") askPin();
    else if (isSignedIn) showTrouble(error);
  }
}

/** The box has taken an answer: what it says now is shown at once. @param {any} commission */
function answered(commission) {
  if (box === undefined) return;
  box = { ...box, commission };
  show();
}

function show() {
  if (box === undefined || part === undefined) return;
  const { commission, live } = box;
  const where = live.uplink?.station ?? commission.state.enrol.station ?? "";
  fill(/** @type {Element} */ (document.getElementById("where")), where);
  part.update(box);
}

function open() {
  frame();
  if (!isSignedIn || box === undefined) return;
  const of = { answered, open: (/** @type {string} */ name) => go(name) };
  part = tab === "live" ? livePart() : tab === "check" ? checkPart() : installPart(of);
  main.replaceChildren(part.root);
  show();
}

/** @param {string} name */
function go(name) {
  tab = name;
  history.replaceState(null, "", `#${name}`);
  open();
  scrollTo(0, 0);
}

function frame() {
  document.title = `${word("title")} · Forecourt`;
  fill(/** @type {Element} */ (document.getElementById("title")), word("title"));
  fill(/** @type {Element} */ (document.getElementById("language")), currentLanguage() === "zh" ? "EN" : "中文");
  tabs.hidden = !isSignedIn;
  tabs.replaceChildren(
    ...TABS.map((name) => {
      const one = button(word(name), () => go(name), name === tab ? "tab here" : "tab");
      one.dataset.testid = `tab-${name}`;
      return one;
    }),
  );
}

function askPin() {
  if (main.querySelector("form.pin") !== null) return;
  isSignedIn = false;
  part = undefined;
  frame();
  const pin = input({
    type: "password",
    inputmode: "numeric",
    name: "pin",
    required: true,
    maxlength: 12,
    autocomplete: "current-password",
  });
  const form = el(
    "form",
    {
      class: "card pin",
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        try {
          await ask("POST", "/api/session", { pin: pin.value });
          form.remove();
          await look();
        } catch (error) {
          pin.value = "";
          showTrouble(error);
        }
      },
    },
    field(word("pin"), pin, word("pinHint")),
    el("button", { class: "main", type: "submit" }, word("signIn")),
  );
  main.replaceChildren(form);
}

document.getElementById("language")?.addEventListener("click", () => {
  switchLanguage();
  if (isSignedIn) open();
  else {
    main.replaceChildren();
    askPin();
  }
});
frame();
await look();
setInterval(look, LOOK_EVERY_MS);
