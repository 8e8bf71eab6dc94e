/** Enrols this box, and renews its certificate later. The key is made here and stays here; only a proof of it travels. */
import { randomBytes } from "node:crypto";
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import { type Enrolment, signRenewal } from "@forecourt/protocol/enrolment/messages.ts";
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { isEnrolment } from "./files.ts";
import { type PostError, post } from "./post.ts";

export interface Desk {
  /** the collector's address, for example `https://collector.example` */
  collector: string;
  /** PEM; undefined: the system's authorities */
  ca: string | undefined;
}

/** The box does not know its id yet; the code will say it. */
const UNNAMED = "gw-unnamed" as GatewayId;

/**
 * Enrols with a one-time code.
 * @param connection the key of the connection, where it is another than the one that signs
 */
export async function enrol(
  desk: Desk,
  order: { code: string; station: StationId },
  signer: Signer,
  connection?: Signer,
): Promise<Result<Enrolment, PostError>> {
  // Needed once in a box's life, and as large as a seventh of everything else: not loaded before.
  const { certificateRequest } = await import("@forecourt/protocol/certificates/request.ts");
  const request = await certificateRequest(UNNAMED, signer);
  const tls = connection === undefined ? {} : { tlsRequest: await certificateRequest(UNNAMED, connection) };
  return ask(desk, "enrol", { ...order, request, ...tls });
}

/** Asks for a fresh certificate. @param nowMs epoch ms; may be wrong */
export async function renew(
  desk: Desk,
  gateway: GatewayId,
  signer: Signer,
  nowMs: number,
): Promise<Result<Enrolment, PostError>> {
  const nonce = randomBytes(18).toString("base64url");
  return ask(desk, "renew", await signRenewal({ gateway, at: formatTime(nowMs), nonce }, signer));
}

async function ask(desk: Desk, what: "enrol" | "renew", body: unknown): Promise<Result<Enrolment, PostError>> {
  const answer = await post({ url: new URL(`/api/v1/${what}`, desk.collector), body, ca: desk.ca });
  if (!answer.ok) return answer;
  if (isEnrolment(answer.value)) return ok(answer.value);
  const cure = "Collector and agent may be of different versions: update the older one.";
  return fail({ code: "answer", message: "the answer is no enrolment", cure });
}
