/**
 * What a gateway and the collector say to each other when the gateway enrols, and later renews its certificate. They
 * travel as JSON over HTTPS. Whoever renews signs with the key that the certificate names, so that renewal works long
 * after the certificate has ended: the key, not the date, says who it is.
 */
import { type Static, Type } from "typebox";
import type { Signer, Verifier } from "../batch/signer.ts";
import { GatewayIdSchema, type StationId, StationIdSchema } from "../ids.ts";
import { canonical } from "../records/canonical.ts";
import { TIME_PATTERN } from "../time.ts";

const closed = { additionalProperties: false } as const;
const Pem = Type.String({ minLength: 1, maxLength: 8_192 });
const Time = Type.String({ pattern: TIME_PATTERN });

/** A gateway asks for its first certificate. */
export const EnrolRequestSchema = Type.Object(
  {
    code: Type.String({ minLength: 10, maxLength: 40, description: "the one-time code, as it was typed" }),
    station: Type.Unsafe<StationId>({
      ...StationIdSchema,
      description: "where the technician stands: a code for another station is refused",
    }),
    request: Type.Unsafe<string>({
      ...Pem,
      description:
        "PKCS #10, PEM; proves that the box holds its key. The name in it does not matter: the code gives the id",
    }),
    tlsRequest: Type.Optional(
      Type.Unsafe<string>({
        ...Pem,
        description:
          "PKCS #10, PEM, of another key for the connection, where the signing key is in a token that TLS cannot use",
      }),
    ),
  },
  closed,
);

/** A gateway asks for a fresh certificate for the same key. */
export const RenewRequestSchema = Type.Object(
  {
    gateway: GatewayIdSchema,
    at: Type.Unsafe<string>({ ...Time, description: "the gateway's clock; only tells requests apart" }),
    nonce: Type.String({ pattern: "^[A-Za-z0-9_-]{16,40}$" }),
    signature: Type.String({ maxLength: 100, description: "base64, over the other fields; see docs/formats.md" }),
  },
  closed,
);

/** What the collector answers to both. */
export const EnrolmentSchema = Type.Object(
  {
    gateway: GatewayIdSchema,
    station: StationIdSchema,
    certificate: Pem,
    authorities: Type.Array(Pem, { minItems: 1, maxItems: 8, description: "issuing authority first, root last" }),
    collectorPublicKey: Type.String({ minLength: 40, maxLength: 200 }),
    brokers: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 8 }),
    predecessor: Type.Union(
      [
        Type.Object({ gateway: GatewayIdSchema, seq: Type.Integer({ minimum: 0 }), hash: Type.String() }, closed),
        Type.Null(),
      ],
      { description: "the box that this one replaces, and how far its journal had come to the collector" },
    ),
    renewAfter: Type.Unsafe<string>({ ...Time, description: "half of the certificate's life" }),
  },
  closed,
);

export type EnrolRequest = Static<typeof EnrolRequestSchema>;
export type RenewRequest = Static<typeof RenewRequestSchema>;
export type Enrolment = Static<typeof EnrolmentSchema>;

function renewalStatement({ gateway, at, nonce }: Omit<RenewRequest, "signature">): Buffer {
  return Buffer.from(`forecourt-renew-v1\n${canonical({ gateway, at, nonce })}`, "utf8");
}

/** Signs a request for renewal. */
export async function signRenewal(request: Omit<RenewRequest, "signature">, signer: Signer): Promise<RenewRequest> {
  const signature = await signer.sign(renewalStatement(request));
  return { ...request, signature: Buffer.from(signature).toString("base64") };
}

/** Whether a request for renewal was signed by the key that the verifier holds. */
export function checkRenewal(request: RenewRequest, verifier: Verifier): boolean {
  return verifier.verify(renewalStatement(request), Buffer.from(request.signature, "base64"));
}
