/** Enrolment of gateways: codes for officials, certificates for boxes, revocation for emergencies. */

import { showCode } from "@forecourt/protocol/enrolment/code.ts";
import { EnrolmentSchema, EnrolRequestSchema, RenewRequestSchema } from "@forecourt/protocol/enrolment/messages.ts";
import { GATEWAY_ID_PATTERN, type GatewayId, GatewayIdSchema, StationIdSchema } from "@forecourt/protocol/ids.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { FastifyReply } from "fastify";
import { type Static, Type } from "typebox";
import { actorOf } from "../../access/actor.ts";
import { readerOf } from "../../access/guard.ts";
import { seesStation } from "../../access/reader.ts";
import type { Enrolment, EnrolmentError } from "../../enrolment/enrolment.ts";
import { slipOf } from "../../enrolment/slip.ts";
import type { EnrolmentCode } from "../../enrolment/store.ts";
import { limits } from "../../limits.ts";
import type { Registry } from "../../registry/registry.ts";
import type { Api } from "../context.ts";
import { notFound, problem } from "../problem.ts";
import { Nullable, ProblemSchema, Time } from "../schemas.ts";
import { timeOrNull } from "../views.ts";

const Code = Type.Object({
  station: StationIdSchema,
  gateway: GatewayIdSchema,
  replaces: Nullable(GatewayIdSchema),
  issuedBy: Type.String(),
  issuedAt: Time,
  expiresAt: Time,
});
const Gateway = Type.Object({
  id: GatewayIdSchema,
  station: StationIdSchema,
  publicKey: Type.String(),
  replaces: Nullable(GatewayIdSchema),
  enrolledAt: Time,
  revokedAt: Nullable(Time),
  revokedReason: Nullable(Type.String()),
});

export function enrolmentRoutes(api: Api, desk: Enrolment, registry: Pick<Registry, "gateway">): void {
  deskRoutes(api, desk, registry);
  boxRoutes(api, desk);
}

/** For officials. */
function deskRoutes(api: Api, desk: Enrolment, registry: Pick<Registry, "gateway">): void {
  const security = [{ bearer: [] }];
  const config = { permission: "gateways:enrol" } as const;
  const refused = { 401: ProblemSchema, 403: ProblemSchema, 404: ProblemSchema, 422: ProblemSchema };

  const issue = {
    summary: "Issue a one-time code with which a box enrols at one station",
    security,
    body: Type.Object(
      {
        station: StationIdSchema,
        replaces: Type.Optional(GatewayIdSchema),
        by: Type.Optional(
          Type.String({ minLength: 1, maxLength: 60, description: "who issues it, told by a machine" }),
        ),
      },
      { additionalProperties: false },
    ),
    response: {
      201: Type.Object({
        code: Type.String({ description: "shown once, kept nowhere" }),
        slip: Nullable(Type.String({ description: "what the QR code says; null without enrolment.address" })),
        qrSvg: Nullable(Type.String({ description: "the QR code as a picture" })),
        ...Code.properties,
      }),
      ...refused,
    },
  };
  api.post("/enrolment-codes", { schema: issue, config }, async (request, reply) => {
    const { station, replaces = null, by } = request.body;
    const reader = readerOf(request);
    if (!seesStation(reader, station)) return notFound(reply, `there is no station ${station}`);
    const issued = await desk.issueCode({ station, replaces, by: actorOf(reader, by) });
    if (!issued.ok) return refuse(reply, issued.error);
    const { code, ...rest } = issued.value;
    const { address } = desk;
    const slip = address === undefined ? undefined : slipOf(address, rest.station, code);
    const qr = { slip: slip?.text ?? null, qrSvg: slip?.svg ?? null };
    return reply.code(201).send({ code: showCode(code), ...qr, ...codeView(rest) });
  });

  const openCodes = {
    summary: "Codes that are good still, without the codes themselves",
    security,
    response: { 200: Type.Object({ items: Type.Array(Code) }), 401: ProblemSchema },
  };
  api.get("/enrolment-codes", { schema: openCodes, config }, async (request) => ({
    items: (await desk.openCodes())
      .filter((code) => seesStation(readerOf(request), code.station))
      .map(({ hash: _, ...code }) => codeView(code)),
  }));

  const gateways = {
    summary: "Gateways that enrolled, revoked ones as well",
    security,
    response: { 200: Type.Object({ items: Type.Array(Gateway) }), 401: ProblemSchema },
  };
  api.get("/enrolled-gateways", { schema: gateways, config }, async (request) => ({
    items: (await desk.gateways())
      .filter((one) => seesStation(readerOf(request), one.station))
      .map(({ enrolledMs, revokedMs, ...gateway }) => ({
        ...gateway,
        enrolledAt: formatTime(enrolledMs),
        revokedAt: timeOrNull(revokedMs),
      })),
  }));

  const revoke = {
    summary: "Trust a gateway no more: its certificates end, and its connection is closed",
    security,
    params: Type.Object({ id: Type.String({ pattern: GATEWAY_ID_PATTERN }) }),
    body: Type.Object({ reason: Type.String({ minLength: 3, maxLength: 200 }) }, { additionalProperties: false }),
    response: { 204: Type.Null(), ...refused },
  };
  api.post("/gateways/:id/revocation", { schema: revoke, config }, async (request, reply) => {
    const { id } = request.params;
    // One that was registered by hand never enrolled; one that is revoked stands in no registry any more.
    const station = registry.gateway(id)?.station.id ?? (await desk.gateways()).find((one) => one.id === id)?.station;
    if (station !== undefined && !seesStation(readerOf(request), station)) {
      return notFound(reply, `there is no gateway ${id}`);
    }
    const revoked = await desk.revoke(id as GatewayId, request.body.reason);
    return revoked.ok ? reply.code(204).send(null) : refuse(reply, revoked.error);
  });
}

/** For boxes, which have nothing yet but a code or a key. */
function boxRoutes(api: Api, desk: Enrolment): void {
  const answers = { 200: EnrolmentSchema, 400: ProblemSchema, 422: ProblemSchema, 429: ProblemSchema };
  const enrol = { summary: "Enrol a box with a one-time code", body: EnrolRequestSchema, response: answers };
  const renew = { summary: "A fresh certificate for the same key", body: RenewRequestSchema, response: answers };
  const rateLimit = (max: number) => ({ public: true, rateLimit: { max, timeWindow: "1 minute" } }) as const;

  api.post("/enrol", { schema: enrol, config: rateLimit(limits.enrolment.triesPerMinute) }, async (request, reply) => {
    const enrolled = await desk.enrol(request.body);
    return enrolled.ok ? enrolled.value : refuse(reply, enrolled.error);
  });
  api.post(
    "/renew",
    { schema: renew, config: rateLimit(limits.enrolment.renewalsPerMinute) },
    async (request, reply) => {
      const renewed = await desk.renew(request.body);
      return renewed.ok ? renewed.value : refuse(reply, renewed.error);
    },
  );
  const list = { summary: "Revoked certificates (CRL, PEM), for other brokers", response: { 200: Type.String() } };
  api.get(
    "/revocations.crl",
    { schema: list, config: rateLimit(limits.enrolment.renewalsPerMinute) },
    async (_request, reply) =>
      reply
        .type("application/x-pem-file")
        .serializer((text) => text as string)
        .send(await desk.revocationList()),
  );
}

function codeView({ issuedMs, expiresMs, usedMs: _, ...code }: Omit<EnrolmentCode, "hash">): Static<typeof Code> {
  return { ...code, issuedAt: formatTime(issuedMs), expiresAt: formatTime(expiresMs) };
}

function refuse(reply: FastifyReply, { code, message, cure }: EnrolmentError): FastifyReply {
  return problem(reply, { status: 422, title: `Refused: ${code}`, detail: message, cure });
}
