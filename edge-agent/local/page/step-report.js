/** Step 6: the acceptance report: who, photos, signatures; then the box signs and files it. */
import { ask } from "./api.js";
import { button, el, field, fill, input, timeOf } from "./dom.js";
import { shrunk } from "./photo.js";
import { signatureField } from "./signature.js";
import { showTrouble, troubleBox } from "./troubles.js";
import { word } from "./words.js";

const SAVE_AFTER_MS = 400;

/** @param {{ put: (path: string, body: any, goOn?: boolean) => Promise<boolean>, answered: (commission: any) => void, commission: any }} of */
export function reportStep({ put, answered, commission }) {
  const said = commission.state.report.answers;
  const text = (/** @type {string} */ name, /** @type {any} */ value, /** @type {any} */ more = {}) =>
    input({ name, value: value ?? "", ...more });
  const stationName = text("stationName", said?.stationName, { maxlength: 100 });
  const creditCode = text("creditCode", said?.creditCode, { maxlength: 18, autocapitalize: "characters" });
  const boxSerial = text("boxSerial", said?.boxSerial, { maxlength: 80 });
  const technician = text("technician", said?.technician.name, { maxlength: 40 });
  const company = text("company", said?.technician.company, { maxlength: 100 });
  const phone = text("phone", said?.technician.phone, { maxlength: 40, inputmode: "tel" });
  const remarks = el("textarea", { name: "remarks", rows: 2, maxlength: 2000 }, said?.remarks ?? "");
  const orNull = (/** @type {any} */ one) => one.value.trim() || null;
  const save = () =>
    put("report", {
      stationName: stationName.value.trim(),
      creditCode: orNull(creditCode)?.toUpperCase() ?? null,
      boxSerial: orNull(boxSerial),
      technician: { name: technician.value.trim(), company: orNull(company), phone: orNull(phone) },
      remarks: orNull(remarks),
    });
  const isNamed = () => stationName.value.trim() !== "" && technician.value.trim() !== "";
  /** @type {any} */
  let saving;
  const form = el(
    "section",
    {
      class: "card",
      oninput: () => {
        clearTimeout(saving);
        saving = setTimeout(() => isNamed() && save(), SAVE_AFTER_MS);
        if (signs[0] !== undefined && !signs[0].isTouched) signs[0].who.value = technician.value;
      },
    },
    el("h2", "", word("reportTitle")),
    el("p", "", word("reportText")),
    field(word("stationName"), stationName),
    field(word("creditCode"), creditCode, word("optional")),
    field(word("boxSerial"), boxSerial, word("optional")),
    field(word("technician"), technician),
    el(
      "div",
      "fields",
      field(word("company"), company, word("optional")),
      field(word("phone"), phone, word("optional")),
    ),
    field(word("remarks"), remarks, word("optional")),
  );
  const photos = photosCard(answered);
  const { roles, signs, card } = signaturesCard(put, said?.technician.name ?? "");
  const waiting = el("div");
  const finish = async () => {
    clearTimeout(saving);
    if (await save()) await put("finish", {});
  };
  const finishButton = button(word("finish"), finish, "main");
  const root = el("div", "", waiting, form, photos.root, card, finishButton);
  return {
    root,
    /** @param {any} box */
    update({ commission: now }) {
      const { report } = now.state;
      const isOrdered = report.orderedAt !== null;
      for (const part of [form, photos.root, card, finishButton]) part.hidden = isOrdered;
      fill(waiting, ...waitingFor(now));
      photos.update(report.photos);
      for (const [role, place] of roles) {
        const one = report.signatures.find((/** @type {any} */ signed) => signed.role === role);
        fill(
          place,
          one === undefined ? null : el("p", "good", `✓ ${one.name} · ${word("signedAt")} ${timeOf(one.at)}`),
        );
      }
    },
  };
}

/** @param {any} commission */
function waitingFor({ state, steps }) {
  const { report } = state;
  const trouble = report.trouble === null ? null : troubleBox(report.trouble);
  if (report.orderedAt === null) return trouble === null ? [] : [trouble];
  const open = steps.filter((/** @type {any} */ one) => one.standing !== "done" && one.step !== "report");
  const rest =
    open.length === 0
      ? null
      : el(
          "p",
          "quiet",
          `${word("waitsFor")}：${open.map((/** @type {any} */ one) => word(`step-${one.step}`)).join("、")}`,
        );
  return [
    el(
      "section",
      { class: "card", "data-testid": "report-waits" },
      el("h2", "spin", word("reportTitle")),
      el("p", "", word("reportWaits")),
      rest,
      trouble,
    ),
  ];
}

/** @param {(commission: any) => void} answered */
function photosCard(answered) {
  const of = input({ name: "photoOf", maxlength: 100, placeholder: word("photoKinds") });
  const file = input({ type: "file", accept: "image/*", capture: "environment", name: "photo", class: "hidden-file" });
  const list = el("div", "photos");
  file.addEventListener("change", async () => {
    const [taken] = file.files ?? [];
    if (taken === undefined) return;
    try {
      answered(
        await ask(
          "POST",
          `/api/commission/photos?of=${encodeURIComponent(of.value.trim() || word("photoKinds"))}`,
          await shrunk(taken),
        ),
      );
      of.value = "";
    } catch (error) {
      showTrouble(error);
    }
    file.value = "";
  });
  const take = el("label", "button wide", word("takePhoto"), file);
  return {
    root: el("section", "card", el("h3", "", word("photos")), field(word("photoOf"), of), take, list),
    /** @param {any[]} photos */
    update(photos) {
      fill(
        list,
        ...photos.map(({ name, of: what, sha256 }) => {
          const remove = async () => {
            try {
              answered(await ask("DELETE", `/api/commission/photos/${sha256}`));
            } catch (error) {
              showTrouble(error);
            }
          };
          return el(
            "figure",
            "",
            el("img", { src: `/api/commission/photos/${name}`, alt: what, loading: "lazy" }),
            el("figcaption", "", what, " ", button("×", remove, "small")),
          );
        }),
      );
    },
  };
}

/** @param {any} put @param {string} technician */
function signaturesCard(put, technician) {
  /** @type {[string, HTMLElement][]} */
  const roles = [];
  /** @type {any[]} */
  const signs = [];
  const parts = /** @type {const} */ (["technician", "station"]).map((role) => {
    const place = el("div");
    roles.push([role, place]);
    const sign = /** @type {any} */ (
      signatureField(role, role === "technician" ? technician : "", (drawn) => put("signatures", drawn))
    );
    sign.who.addEventListener("input", () => {
      sign.isTouched = true;
    });
    signs.push(sign);
    return el("div", "", el("h4", "", word(`role-${role}`)), place, sign.root);
  });
  return { roles, signs, card: el("section", "card", el("h3", "", word("signatures")), ...parts) };
}
