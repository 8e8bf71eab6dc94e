/** Commands and their answers as they travel: signed frames, the body a text. */
import { Compile } from "typebox/compile";
import { type FrameError, type FrameKind, makeFrame, openFrame, proveFrame } from "../batch/frame.ts";
import type { Signer, Verifier } from "../batch/signer.ts";
import type { GatewayId } from "../ids.ts";
import { canonical } from "../records/canonical.ts";
import { fail, ok, type Result } from "../result.ts";
import { parseTime } from "../time.ts";
import {
  type CommandAnswerHeader,
  CommandAnswerHeaderSchema,
  type CommandBody,
  CommandBodySchema,
  type CommandHeader,
  CommandHeaderSchema,
  commandLimits,
} from "./schema.ts";

const commandValidator = Compile(CommandHeaderSchema);
const bodyValidator = Compile(CommandBodySchema);
const answerValidator = Compile(CommandAnswerHeaderSchema);

const { messageBytes: maxBytes, bodyBytes: maxBodyBytes } = commandLimits;
const commandKind: FrameKind<CommandHeader> = { magic: "FCC1", validator: commandValidator, maxBytes, maxBodyBytes };
const answerKind: FrameKind<CommandAnswerHeader> = {
  magic: "FCA1",
  validator: answerValidator,
  maxBytes,
  maxBodyBytes,
};

export interface Command {
  id: string;
  gateway: GatewayId;
  /** RFC 3339, the collector's clock */
  issuedAt: string;
  expiresAt: string;
  body: CommandBody;
}

export interface CommandAnswer extends Omit<CommandAnswerHeader, "bodySha256" | "algorithm"> {
  /** what was asked for, such as log lines; empty when there is nothing to send */
  text: string;
}

export interface CommandError {
  code: FrameError["code"] | "time" | "gateway";
  message: string;
  /** the id that it claims, where it can be read: it may be forged */
  id?: string;
}

/**
 * Signs a command.
 * @throws RangeError when it is larger than allowed
 */
export function encodeCommand({ id, gateway, issuedAt, expiresAt, body }: Command, signer: Signer): Promise<Buffer> {
  return makeFrame(commandKind, { id, gateway, issuedAt, expiresAt }, canonical(body), signer);
}

/**
 * Reads a command and proves that the collector signed it for this gateway. Whether it is still to be carried out is
 * not decided here.
 */
export function decodeCommand(
  message: Uint8Array,
  { gateway, verifier }: { gateway: GatewayId; verifier: Verifier },
): Result<Command, CommandError> {
  const opened = openFrame(commandKind, message);
  if (!opened.ok) return opened;
  const { id, issuedAt, expiresAt } = opened.value.header;
  const text = proveFrame(commandKind, opened.value, { verifier, signer: "the collector that this gateway knows" });
  if (!text.ok) return fail({ ...text.error, id });
  if (opened.value.header.gateway !== gateway) {
    return fail({ code: "gateway", message: `the command is for ${opened.value.header.gateway}`, id });
  }
  const [issuedMs, expiresMs] = [parseTime(issuedAt), parseTime(expiresAt)];
  const lifeMs = (expiresMs ?? Number.NaN) - (issuedMs ?? Number.NaN);
  // Not a number is neither.
  if (!(lifeMs > 0 && lifeMs <= commandLimits.lifeMs)) {
    return fail({ code: "time", message: "issuedAt and expiresAt are no span of at most seven days", id });
  }
  let body: unknown;
  try {
    body = JSON.parse(text.value);
  } catch {
    return fail({ code: "body", message: "the body is not JSON", id });
  }
  if (!bodyValidator.Check(body)) return fail({ code: "body", message: "the body is no command that is known", id });
  return ok({ id, gateway, issuedAt, expiresAt, body });
}

/**
 * Signs an answer.
 * @throws RangeError when its text is too long
 */
export function encodeCommandAnswer({ text, ...header }: CommandAnswer, signer: Signer): Promise<Buffer> {
  return makeFrame(answerKind, header, text, signer);
}

/** Reads an answer and proves that the gateway signed it. */
export function decodeCommandAnswer(
  message: Uint8Array,
  { gateway, verifier }: { gateway: GatewayId; verifier: Verifier },
): Result<CommandAnswer, CommandError> {
  const opened = openFrame(answerKind, message);
  if (!opened.ok) return opened;
  const { bodySha256: _sealed, algorithm: _kind, ...header } = opened.value.header;
  const text = proveFrame(answerKind, opened.value, { verifier, signer: gateway });
  if (!text.ok) return text;
  if (header.gateway !== gateway) return fail({ code: "gateway", message: `the answer is of ${header.gateway}` });
  return ok({ ...header, text: text.value });
}

/** Whether a value is the body of a command, for whoever issues one. @returns what is wrong, or undefined */
export function commandBodyProblem(body: unknown): string | undefined {
  if (!bodyValidator.Check(body)) return "it is no command that is known, or a field is missing or out of range";
  if (body.name !== "resend-range") return undefined;
  const count = body.toSeq - body.fromSeq + 1;
  return count >= 1 && count <= commandLimits.resendRecords
    ? undefined
    : `fromSeq to toSeq must be 1 to ${commandLimits.resendRecords} records`;
}
