/** The control page: asks the simulator twice a second, draws what it says, and sends what is clicked. */
import { drawKinds } from "./forms.js";
import { addEvents, drawFlags, drawInForce, drawLines, drawNozzles, drawSeals, drawTanks, el, fill } from "./view.js";
import { currentLanguage, named, switchLanguage, word } from "./words.js";

const LOOK_MS = 500;
const SPEEDS = [1, 10, 60, 600];

/** @type {"cheats" | "faults"} */
let sort = "cheats";
/** @type {import("./forms.js").Options | undefined} */
let options;
/** @type {any} */
let state;
/** @type {any} */
let report;
let newest = 0;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {"GET" | "POST"} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function call(method, path, body) {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(path, { method, ...sent });
  const said = await answer.json();
  if (!answer.ok) throw new Error(refusal(said) ?? `HTTP ${answer.status}`);
  return said;
}

/** What the simulator says is wrong, in words that help: field by field where it names them. @param {any} said */
function refusal({ error, message }) {
  const fields = error?.errors?.map((/** @type {any} */ one) => `${named(one.field || one.message)}: ${one.expected}`);
  return fields?.length > 0 ? fields.join("; ") : (error?.message ?? message);
}

/** Does something and looks at once what came of it. @param {string} path @param {unknown} [body] */
async function act(path, body) {
  try {
    await call("POST", path, body);
    answer(word("injected"), "good", path.startsWith("/api/cheats") || path === "/api/faults");
  } catch (error) {
    answer(error instanceof Error ? error.message : String(error), "bad", true);
  }
  await look();
}

/** @param {string} text @param {"good" | "bad"} mood @param {boolean} shown */
function answer(text, mood, shown) {
  const place = byId("answer");
  place.textContent = shown ? text : "";
  place.className = mood;
}

async function look() {
  try {
    const [now, truth, told] = await Promise.all([
      call("GET", "/api/state"),
      call("GET", `/api/truth?after=${newest}`),
      call("GET", "/api/reported"),
    ]);
    state = now;
    report = told.reported;
    byId("trouble").hidden = told.error === undefined;
    byId("trouble").textContent = told.error ?? "";
    newest = Math.max(newest, ...truth.lines.map((/** @type {any} */ line) => line.number));
    addEvents(truth.lines);
    draw();
  } catch {
    byId("trouble").hidden = false;
    byId("trouble").textContent = word("lost");
  }
}

function draw() {
  if (!state) return;
  byId("station").textContent = currentLanguage() === "zh" ? state.station.nameZh : state.station.nameEn;
  byId("scenario").textContent = `${state.station.id} · ${state.scenario} · seed ${state.seed}`;
  byId("clock").textContent = state.simulatedTime.slice(0, 19).replace("T", " ");
  byId("elapsed").textContent =
    `${word("elapsed")} ${span(state.simulatedElapsedMs)} · ${word("speed")} ${state.speed}×`;
  byId("run").textContent = word(state.paused ? "start" : "pause");
  byId("legend").textContent = report ? word("legend") : word("noCollector");
  const speeds = SPEEDS.includes(state.speed) ? SPEEDS : [...SPEEDS, state.speed].sort((a, b) => a - b);
  fill("speeds", ...speeds.map((speed) => speedButton(speed)));
  drawNozzles(state, report);
  drawTanks(state, report);
  drawSeals(state, report);
  drawLines(state, (line, action) => void act(`/api/lines/${line}/${action}`));
  drawInForce(state, (kind, subject) => void act("/api/faults/end", { kind, subject }));
  drawFlags(report);
}

/** @param {number} speed */
function speedButton(speed) {
  const button = el("button", "", `${speed}×`);
  button.setAttribute("aria-pressed", String(speed === state.speed));
  button.addEventListener("click", () => void act("/api/speed", { speed }));
  return button;
}

/** @param {number} ms */
function span(ms) {
  const minutes = Math.floor(ms / 60_000);
  const clock = [Math.floor(minutes / 60) % 24, minutes % 60, Math.floor(ms / 1000) % 60];
  const days = Math.floor(minutes / 1440);
  return `${days > 0 ? `${days} d ` : ""}${clock.map((part) => String(part).padStart(2, "0")).join(":")}`;
}

function drawWords() {
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  document.title = word("title");
  for (const head of document.querySelectorAll("[data-word]")) {
    head.textContent = word(/** @type {any} */ (head.getAttribute("data-word")));
  }
  byId("language").textContent = word("language");
  for (const name of /** @type {const} */ (["cheats", "faults"])) {
    byId(`tab-${name}`).textContent = word(name);
    byId(`tab-${name}`).setAttribute("aria-selected", String(name === sort));
  }
  if (options) drawKinds(options, sort, (of, body) => void act(`/api/${of}`, body));
  draw();
}

for (const name of /** @type {const} */ (["cheats", "faults"])) {
  byId(`tab-${name}`).addEventListener("click", () => {
    sort = name;
    answer("", "good", false);
    drawWords();
  });
}
byId("language").addEventListener("click", () => {
  switchLanguage();
  byId("events").replaceChildren();
  newest = 0;
  drawWords();
  void look();
});
byId("run").addEventListener("click", () => void act(state?.paused ? "/api/resume" : "/api/pause"));

drawWords();
options = await call("GET", "/api/options");
drawWords();
await look();
setInterval(() => void look(), LOOK_MS);
