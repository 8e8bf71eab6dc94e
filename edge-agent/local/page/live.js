/** What the box sees now: uplink, nozzles, tanks, seals, sales, and every device with its last raw frame. */
import { el, fill, litres, millimetres, number, timeOf, yuan } from "./dom.js";
import { word } from "./words.js";

const LIT_MS = 60_000;

/** The live part. */
export function livePart() {
  const places = Object.fromEntries(
    ["uplink", "nozzles", "tanks", "seals", "sales"].map((name) => [
      name,
      el("section", { class: "card", "data-testid": `live-${name}` }),
    ]),
  );
  const devices = el("section", { class: "card", "data-testid": "live-devices" });
  /** Devices whose frames somebody has opened. @type {Set<string>} */
  const opened = new Set();
  devices.addEventListener(
    "toggle",
    (/** @type {any} */ event) => {
      const { device } = event.target.dataset;
      if (event.target.open) opened.add(device);
      else opened.delete(device);
    },
    true,
  );
  const root = el("div", "", ...Object.values(places), devices);
  return {
    root,
    /** @param {any} box */
    update({ live }) {
      const of = (/** @type {string} */ kind) => live.items.filter((/** @type {any} */ one) => one.kind === kind);
      fill(places.uplink, ...uplink(live));
      fill(
        places.nozzles,
        el("h3", "", word("nozzles")),
        el("p", "quiet", word("whichNozzle")),
        el("div", "grid", ...of("nozzle").map((/** @type {any} */ one) => nozzle(one, live.now))),
      );
      fill(places.tanks, el("h3", "", word("tanks")), ...of("tank").map(tank));
      fill(
        places.seals,
        el("h3", "", word("seals")),
        el("div", "chips", ...of("seal").map((/** @type {any} */ one) => seal(one, live.now))),
      );
      fill(places.sales, el("h3", "", word("sales")), ...sales(live.sales));
      places.nozzles.hidden = of("nozzle").length === 0;
      places.tanks.hidden = of("tank").length === 0;
      places.seals.hidden = of("seal").length === 0;
      fill(
        devices,
        el("h3", "", word("devices")),
        ...live.devices.map((/** @type {any} */ one) => device(one, live, opened.has(one.device))),
      );
    },
  };
}

/** @param {any} live */
function uplink({ uplink: of, mode }) {
  if (of === null)
    return [
      el("h3", "", word("uplink")),
      el("p", "", word("notSet")),
      el("p", "quiet", `${word("mode")}：${word(`mode-${mode}`)}`),
    ];
  const waiting = of.headSeq - of.acknowledgedSeq;
  return [
    el("h3", "", word("uplink")),
    el("p", of.isConnected ? "good strong" : "bad strong", word(of.isConnected ? "connected" : "offline")),
    el(
      "dl",
      "facts",
      ...fact(
        "backlog",
        el("span", waiting > 0 && !of.isConnected ? "bad" : "", `${number(waiting, 0)} / ${number(of.headSeq, 0)}`),
      ),
      ...fact("clock", el("span", of.clock === "trusted" ? "good" : "quiet", word(of.clock))),
      ...fact("gateway", of.gateway),
    ),
  ];
}

/** @param {string} name @param {any} value */
function fact(name, value) {
  return [el("dt", "", word(name)), el("dd", "", value)];
}

/** @param {any} one @param {number} now */
function nozzle({ name, volumeCl, movedAt, movedBy, device: of }, now) {
  const isLit = movedAt !== null && now - movedAt < LIT_MS;
  return el(
    "div",
    { class: isLit ? "tile lit" : "tile", "data-testid": `live-${name}` },
    el("b", "", name),
    el("small", "quiet", of),
    el("span", "figure", litres(volumeCl)),
    el("small", isLit ? "good" : "quiet", isLit ? `+${litres(movedBy)} L` : " "),
  );
}

/** @param {any} one */
function tank({ name, levelUm, volumeCl, waterLevelUm, temperatureMc, state, quality }) {
  const more = [
    `${word("water")} ${millimetres(waterLevelUm)} mm`,
    temperatureMc === null ? null : `${number(temperatureMc / 1000, 1)} °C`,
    state,
  ].filter(Boolean);
  return el(
    "div",
    "tankrow",
    el("b", "", name),
    el("span", quality === "good" ? "figure" : "figure bad", `${millimetres(levelUm)} mm`),
    el("span", "figure", `${litres(volumeCl)} L`),
    el("small", "quiet", more.join(" · ")),
  );
}

/** @param {any} one @param {number} now */
function seal({ name, state, movedAt }, now) {
  const isLit = movedAt !== null && now - movedAt < LIT_MS;
  return el(
    "span",
    `chip${isLit ? " lit" : ""}${state === "sealed" ? "" : " bad"}`,
    name,
    " ",
    el("b", "", word(`seal-${state}`).replace("seal-", "")),
  );
}

/** @param {any[]} all */
function sales(all) {
  if (all.length === 0) return [el("p", "quiet", word("noSales"))];
  return all
    .slice(0, 8)
    .map(({ seq, at, nozzle: name, volumeCl, amountFen, quality }) =>
      el(
        "div",
        "sale",
        el("b", "", name),
        el("span", "figure", `${litres(volumeCl)} L`),
        el("span", "figure", `¥${yuan(amountFen)}`),
        el("small", "quiet", `${timeOf(at).slice(5)} · ${seq}${quality === "good" ? "" : ` · ${quality}`}`),
      ),
    );
}

/** @param {any} of @param {any} live @param {boolean} isOpen */
function device({ device: name, line, state, reason, heardAt }, { items, now }, isOpen) {
  const own = items.filter((/** @type {any} */ one) => one.device === name);
  const age =
    heardAt === null ? "–" : `${number(Math.max(0, now - heardAt) / 1000, 0)} ${word("seconds")}${word("ago")}`;
  const frames = own.map((/** @type {any} */ one) =>
    el(
      "div",
      "frames",
      el("b", "", one.name),
      " ",
      el("span", "", decoded(one)),
      ...one.raw.map((/** @type {string} */ hex) => el("code", "", spaced(hex))),
    ),
  );
  return el(
    "details",
    { class: "device", "data-device": name, open: isOpen, "data-testid": `device-${name}` },
    el(
      "summary",
      "",
      el("b", "", name),
      el("span", state === "up" ? "good" : "bad", word(state)),
      el("small", "quiet", `${line} · ${age}`),
    ),
    reason === null ? null : el("p", "bad", reason),
    ...frames,
  );
}

/** @param {any} one */
function decoded({ kind, volumeCl, amountFen, levelUm, waterLevelUm, temperatureMc, state, serial, batteryPercent }) {
  if (kind === "nozzle") return `${litres(volumeCl)} L, ¥${yuan(amountFen)}`;
  if (kind === "seal")
    return [state, serial, batteryPercent === null ? null : `${batteryPercent} %`].filter(Boolean).join(", ");
  return `${millimetres(levelUm)} mm, ${litres(volumeCl)} L, ${word("water")} ${millimetres(waterLevelUm)} mm, ${temperatureMc === null ? "–" : number(temperatureMc / 1000, 1)} °C`;
}

/** @param {string} hex */
function spaced(hex) {
  return hex.replace(/(..)/g, "$1 ").trim();
}
