/**
 * The capture file: what passed on one line, one JSON object a line (docs/formats.md). The first line says what the
 * line and its devices are, so that the file can be replayed without the configuration it came from.
 */
import { GATEWAY_ID_PATTERN } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { TIME_PATTERN } from "@forecourt/protocol/time.ts";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const closed = { additionalProperties: false };
const at = Type.String({ pattern: TIME_PATTERN });
/** Microseconds since the capture began, on a clock that never steps. */
const us = Type.Integer({ minimum: 0 });
const hex = Type.String({ pattern: "^([0-9a-fA-F]{2})+$" });

export const CaptureHeadSchema = Type.Object(
  {
    capture: Type.Literal("forecourt-1"),
    gateway: Type.String({ pattern: GATEWAY_ID_PATTERN }),
    line: Type.String(),
    startedAt: at,
    /** The parts of the agent's configuration that reading this line takes. */
    config: Type.Unknown(),
  },
  closed,
);

export const CaptureEntrySchema = Type.Union([
  Type.Object({ at, us, out: hex, untrusted: Type.Optional(Type.Literal(true)) }, closed),
  Type.Object({ at, us, in: hex }, closed),
  Type.Object({ at, us, state: Type.Enum(["open", "lost"]), reason: Type.String() }, closed),
]);

export type CaptureHead = Static<typeof CaptureHeadSchema>;
export type CaptureEntry = Static<typeof CaptureEntrySchema>;

export interface Capture {
  head: CaptureHead;
  entries: CaptureEntry[];
}

/** A capture of an hour on a fast line; more is not a capture. */
const MAX_TEXT = 256 * 1024 * 1024;

/**
 * Reads a capture file. A last line that was cut off, as by a power cut, is left out.
 * @returns the capture, or in words which line is wrong
 */
export function parseCapture(text: string): Result<Capture, string> {
  if (text.length > MAX_TEXT) return fail(`the file has ${text.length} characters: that is no capture`);
  const lines = text.split("\n");
  // What follows the last line end was not written to its end.
  lines.pop();
  const head = parseLine(lines[0] ?? "");
  if (!Value.Check(CaptureHeadSchema, head)) return fail("line 1 is not the head of a capture (forecourt-1)");
  const entries: CaptureEntry[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const entry = parseLine(line);
    if (!Value.Check(CaptureEntrySchema, entry)) return fail(`line ${index + 1} is no entry of a capture`);
    entries.push(entry);
  }
  return ok({ head, entries });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
