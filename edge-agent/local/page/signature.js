/** A field in which a finger draws a name: strokes as whole numbers, in the field's own units. */
import { button, el, field, input } from "./dom.js";
import { word } from "./words.js";

const WIDTH = 600;
const HEIGHT = 240;
/** A finger that moved less has drawn nothing new. */
const LEAST_MOVE = 3;

/** @param {"technician" | "station" | "official"} role @param {string} name @param {(drawn: any) => Promise<boolean>} keep */
export function signatureField(role, name, keep) {
  const canvas = /** @type {HTMLCanvasElement} */ (
    el("canvas", { width: WIDTH, height: HEIGHT, class: "signature", "data-testid": `sign-${role}` })
  );
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.lineWidth = 5;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.strokeStyle = "#12263a";
  const who = input({ name: "who", value: name, maxlength: 40 });
  /** @type {number[][]} */
  let strokes = [];
  /** @type {number[] | undefined} */
  let stroke;

  const at = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const clamp = (/** @type {number} */ value, /** @type {number} */ most) =>
      Math.min(most, Math.max(0, Math.round(value)));
    return /** @type {const} */ ([
      clamp(((event.clientX - box.left) / box.width) * WIDTH, WIDTH),
      clamp(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT),
    ]);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = at(event);
    stroke = [x, y];
    pen.beginPath();
    pen.moveTo(x, y);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (stroke === undefined) return;
    const [x, y] = at(event);
    if (Math.abs(x - (stroke.at(-2) ?? 0)) + Math.abs(y - (stroke.at(-1) ?? 0)) < LEAST_MOVE) return;
    stroke.push(x, y);
    pen.lineTo(x, y);
    pen.stroke();
  });
  const end = () => {
    if (stroke !== undefined && stroke.length >= 4) strokes.push(stroke);
    stroke = undefined;
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  const clear = () => {
    strokes = [];
    pen.clearRect(0, 0, WIDTH, HEIGHT);
  };
  return {
    who,
    root: el(
      "div",
      "sign",
      field(word("name"), who),
      el("span", "hint", word("signHere")),
      canvas,
      el(
        "div",
        "pair",
        button(word("clear"), clear, "quiet"),
        button(word("keepSignature"), () => keep({ role, name: who.value.trim(), strokes }), "small-main"),
      ),
    ),
  };
}
