/** What a probe is asked, and where its answer is in the bytes that come back. Pure. */
import { fromHex } from "../hex.ts";
import { fromDecimal, fromFloat32, fromInteger, times, toCanonical } from "../profiles/quantity.ts";
import type { ProbePoint, ProbeProfile, TaggedAnswer, TextAnswer } from "./schema.ts";

/** What a probe said: whole µm, m°C and cL; null where it states none. */
export interface ProbeAnswer {
  values: Partial<Record<ProbePoint, number | null>>;
  /** Why the values are none, in words; null when the probe is well. */
  trouble: string | null;
  raw: Uint8Array;
}

/** The longest answer of any known probe is 38 bytes. */
const MAX_ANSWER_BYTES = 128;
const HEADER = 4;
const TAGGED_VALUE = 4;

/** The bytes that ask the probe at an address. */
export function probeRequest({ request }: ProbeProfile, address: number): Uint8Array {
  if ("text" in request) {
    const text = request.text.replace(/\{address(?::(\d))?\}/g, (_, width = "0") =>
      String(address).padStart(Number(width), "0"),
    );
    return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
  }
  const bytes: number[] = [];
  for (const part of request.bytes.split(" ")) {
    if (part === "ADDRESS") bytes.push(address & 0xff);
    else if (part === "SUM") bytes.push(sum(bytes.slice(1)) & 0xff);
    else bytes.push(Number.parseInt(part, 16));
  }
  return Uint8Array.from(bytes);
}

/** Bytes of the probe's answer found in what was received, or how many of them were something else. */
export type Found = { answer: ProbeAnswer } | { skip: number } | { moreNeeded: true };

/** Looks for the answer of one probe at the beginning of `bytes`. */
export function findAnswer({ answer }: ProbeProfile, address: number, bytes: Uint8Array): Found {
  if (bytes.length === 0) return { moreNeeded: true };
  return answer.form === "text" ? findText(answer, address, bytes) : findTagged(answer, address, bytes);
}

function findText(form: TextAnswer, address: number, bytes: Uint8Array): Found {
  const text = latin(bytes.subarray(0, MAX_ANSWER_BYTES));
  const end = text.indexOf(form.end);
  if (end < 0) return bytes.length < MAX_ANSWER_BYTES ? { moreNeeded: true } : { skip: 1 };
  const length = end + form.end.length;
  const fields = text.slice(0, end).split(form.separator);
  const checkAt = form.fields.findIndex(({ is }) => is === "check");
  // Noise before the answer may have joined its first field: the address is looked for at the field's end.
  const own = fields[form.fields.findIndex(({ is }) => is === "address")] ?? "";
  const noise = own.length - String(address).length;
  if (fields.length !== form.fields.length || !new RegExp(`${address}$`).test(own)) return { skip: length };
  if (noise > 0 && !/^0*$/.test(own.slice(0, noise))) return { skip: 1 };
  if (checkAt >= 0) {
    const covered = sum(bytes.subarray(0, end - (fields[checkAt] ?? "").length));
    const allowed = (form.check ?? []).map((rule) => (rule === "sum-mod-255" ? covered % 255 : (covered + 4) % 256));
    if (!allowed.includes(Number(fields[checkAt]))) return { skip: length };
  }
  const read = readFields(form, fields);
  return read === undefined ? { skip: length } : { answer: { ...read, raw: bytes.slice(0, length) } };
}

function readFields(form: TextAnswer, fields: readonly string[]): Omit<ProbeAnswer, "raw"> | undefined {
  const values: ProbeAnswer["values"] = {};
  let trouble: string | null = null;
  for (const [index, { is, scale = 1, unit, missing = [], good }] of form.fields.entries()) {
    const text = fields[index] ?? "";
    if (is === "status" && good !== undefined && !good.includes(text)) trouble = `the probe reports status ${text}`;
    if (is === "address" || is === "status" || is === "check" || is === "unused" || unit === undefined) continue;
    if (missing.includes(text)) {
      values[is] = null;
      continue;
    }
    if (!/^[+-]?[0-9]{1,9}$/.test(text)) return undefined;
    values[is] = toCanonical(times(fromInteger(BigInt(Number(text))), fromDecimal(scale)), unit) ?? null;
  }
  if (trouble !== null) for (const point of Object.keys(values)) values[point as ProbePoint] = null;
  return { values, trouble };
}

/** Start, address, length of the data, command, data, sum of everything but the start. */
function findTagged(form: TaggedAnswer, address: number, bytes: Uint8Array): Found {
  if (bytes[0] !== form.start) return { skip: 1 };
  if (bytes.length < HEADER) return { moreNeeded: true };
  const data = bytes[2] ?? 0;
  const length = HEADER + data + 1;
  const isOurs = bytes[1] === (address & 0xff) && bytes[3] === form.command && data > 0 && data % TAGGED_VALUE === 0;
  if (!isOurs || length > MAX_ANSWER_BYTES) return { skip: 1 };
  if (bytes.length < length) return { moreNeeded: true };
  if ((sum(bytes.subarray(1, length - 1)) & 0xff) !== bytes[length - 1]) return { skip: 1 };
  const values: ProbeAnswer["values"] = {};
  for (const { is } of Object.values(form.values)) values[is] = null;
  for (let at = HEADER; at < length - 1; at += TAGGED_VALUE) {
    const meaning = form.values[String(bytes[at])];
    if (meaning === undefined) continue;
    // The lowest byte of the float is left out on the wire, the others come lowest first.
    const bits =
      ((bytes[at + 3] ?? 0) * 0x1_00_00_00 + (bytes[at + 2] ?? 0) * 0x1_00_00 + (bytes[at + 1] ?? 0) * 0x1_00) >>> 0;
    const exact = fromFloat32(bits);
    values[meaning.is] = exact === undefined ? null : (toCanonical(exact, meaning.unit) ?? null);
  }
  return { answer: { values, trouble: null, raw: bytes.slice(0, length) } };
}

/** Errors of a profile against its own sample; none when it gives the bytes and values stated. */
export function checkProbeSample(profile: ProbeProfile): string[] {
  const { address, request, answer, expect } = profile.sample;
  const asked = [...probeRequest(profile, address)];
  const found = findAnswer(profile, address, fromHex(answer));
  const values = "answer" in found ? found.answer.values : undefined;
  const isAsked = asked.every((byte, index) => byte === fromHex(request)[index]) && asked.length * 2 === request.length;
  return [
    ...(isAsked ? [] : [`the request came out as ${asked.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`]),
    ...(values === undefined ? ["the answer is not recognised"] : []),
    ...Object.entries(expect).flatMap(([point, value]) =>
      values === undefined || values[point as ProbePoint] === value
        ? []
        : [`${point} came out as ${values[point as ProbePoint]}, expected ${value}`],
    ),
  ];
}

function sum(bytes: ArrayLike<number>): number {
  return Array.from(bytes).reduce((total, byte) => total + byte, 0);
}

function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
