/** Step 4: the box gets its certificate with a one-time code. */
import { button, el, field, fill, input } from "./dom.js";
import { troubleBox } from "./troubles.js";
import { word } from "./words.js";

/** @param {{ put: (path: string, body: any, goOn?: boolean) => Promise<boolean>, commission: any }} of */
export function enrolStep({ put }) {
  const slip = el("textarea", { rows: 5, name: "slip", placeholder: "forecourt:enrol?…", spellcheck: "false" });
  const collector = input({ name: "collector", inputmode: "url", placeholder: "https://collector.example" });
  const station = input({ name: "station", placeholder: "532801-0007" });
  const code = input({ name: "code", placeholder: "7K3QM-9ZD4X", autocapitalize: "characters", class: "code" });
  const ca = el("textarea", { rows: 2, name: "ca", placeholder: "-----BEGIN CERTIFICATE-----", spellcheck: "false" });
  const withCa = () => (ca.value.trim() === "" ? {} : { ca: ca.value.trim() });
  const bySlip = () => put("enrolment-slip", { slip: slip.value, ...withCa() });
  const byHand = () =>
    put("enrolment", {
      collector: collector.value.trim(),
      station: station.value.trim(),
      code: code.value.trim(),
      ...withCa(),
    });
  const form = el(
    "section",
    "card",
    el("h2", "", word("enrolTitle")),
    el("p", "", word("enrolText")),
    field(word("slip"), slip),
    button(word("useSlip"), bySlip, "main"),
    el("h3", "rule", word("byHand")),
    field(word("collector"), collector),
    field(word("station"), station),
    field(word("code"), code),
    el("details", "", el("summary", "", word("ca")), ca),
    button(word("enrolNow"), byHand, "main"),
  );
  const standing = el("div");
  return {
    root: el("div", "", standing, form),
    /** @param {any} box */
    update({ commission }) {
      const { enrol } = commission.state;
      form.hidden = enrol.doneAt !== null || enrol.isOrdered;
      fill(standing, ...standingOf(enrol));
    },
  };
}

/** @param {any} enrol */
function standingOf({ doneAt, isOrdered, trouble, gateway, station }) {
  if (doneAt !== null) {
    const facts = el(
      "dl",
      "facts",
      el("dt", "", word("gateway")),
      el("dd", "", gateway),
      el("dt", "", word("station")),
      el("dd", "", station),
    );
    return [
      el(
        "section",
        { class: "card well", "data-testid": "enrolled" },
        el("div", "big-mark", "✓"),
        el("h2", "", word("enrolled")),
        facts,
      ),
    ];
  }
  if (!isOrdered) return trouble === null ? [] : [troubleBox(trouble)];
  if (trouble === null) return [el("section", "card", el("h2", "spin", word("tryingNow")))];
  return [
    el(
      "section",
      { class: "card", "data-testid": "queued" },
      el("h2", "", word("tryingNow")),
      el("p", "", word("queued")),
      troubleBox(trouble),
    ),
  ];
}
