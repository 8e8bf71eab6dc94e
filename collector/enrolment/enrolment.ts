/**
 * Enrolment: an official issues a one-time code for one station; the box that brings it gets a certificate for its own
 * key and is registered from then on. Renewal asks for nothing but the key; revocation ends all of it at once.
 */
import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import { type Authority, issueGateway, issueRevocationList } from "@forecourt/protocol/certificates/issue.ts";
import { readRequest } from "@forecourt/protocol/certificates/request.ts";
import { CODE_RANDOM_BYTES, makeCode, readCode } from "@forecourt/protocol/enrolment/code.ts";
import {
  checkRenewal,
  type Enrolment as EnrolmentAnswer,
  type EnrolRequest,
  type RenewRequest,
} from "@forecourt/protocol/enrolment/messages.ts";
import { type GatewayId, gatewayId, type StationId } from "@forecourt/protocol/ids.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { Registry } from "../registry/registry.ts";
import type { EnrolledGateway, EnrolmentCode, EnrolmentStore, IssuedCertificate } from "./store.ts";

export interface EnrolmentSettings {
  authority: Authority;
  rootPem: string;
  /** how long a gateway's certificate lasts */
  certificateDays: number;
  /** how long a code lasts */
  codeHours: number;
  /** of the collector, for QR codes */
  address?: string | undefined;
  /** told to a box that enrols */
  brokers: readonly string[];
}

export interface EnrolmentParts {
  store: EnrolmentStore;
  registry: Registry;
  /** How far a gateway's journal is stored. */
  position: (gateway: GatewayId) => Promise<{ seq: number; hash: Uint8Array }>;
  /** A station gets its first box: it is being installed. */
  prepare: (station: StationId, by: string) => Promise<void>;
  /** Strikes a gateway from its station's registry entry, where it stands there. */
  unregister: (gateway: GatewayId, reason: string) => Promise<void>;
  /** Ends a gateway's live connections. */
  disconnect: (gateway: GatewayId, reason: string) => void;
  collectorPublicKey: string;
  /** epoch ms */
  now: () => number;
}

export interface EnrolmentError {
  code: "code" | "used" | "expired" | "station" | "request" | "key" | "gateway" | "revoked" | "signature" | "names";
  message: string;
  cure: string;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Clocks of boxes that have just been switched on may be behind. */
const BACKDATED_MS = DAY_MS;
/** Boxes of a station are told apart by a letter; a name is never used twice. */
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const CODE_CURE = "Check the ten characters with whoever gave them to you.";
const NEW_CODE_CURE = "Ask for a new code.";

export class Enrolment {
  readonly #settings: EnrolmentSettings;
  readonly #parts: EnrolmentParts;

  constructor(settings: EnrolmentSettings, parts: EnrolmentParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Registers the gateways that enrolled before. Call it once, before anything is let in. */
  async start(): Promise<void> {
    for (const gateway of await this.#parts.store.gateways()) {
      if (gateway.revokedMs === null) this.#parts.registry.addGateway(gateway.id, gateway.station, gateway.publicKey);
    }
  }

  /**
   * Issues a code for a station.
   * @returns the code, which is kept nowhere, with what it is good for
   */
  async issueCode(order: {
    station: string;
    replaces: string | null;
    by: string;
  }): Promise<Result<{ code: string } & Omit<EnrolmentCode, "hash">, EnrolmentError>> {
    const { registry, store, now } = this.#parts;
    const station = registry.station(order.station);
    if (station === undefined) {
      const cure = "Register the station first, or mend the id.";
      return fail({ code: "station", message: `there is no station ${order.station}`, cure });
    }
    const replaces = order.replaces === null ? null : (gatewayId(order.replaces) ?? null);
    if (order.replaces !== null && !this.#belongs(replaces, station.id)) {
      const message = `${order.replaces} is not a gateway of station ${station.id}`;
      return fail({ code: "gateway", message, cure: "Name the box that stands there now." });
    }
    const enrolled = await store.gateways();
    const gateway = this.#freeId(station.id, await store.openCodes(0), enrolled);
    if (gateway === undefined) {
      const message = `station ${station.id} has had ${LETTERS.length} gateways`;
      return fail({ code: "names", message, cure: "A station that wears out so many boxes is worth a visit." });
    }
    const code = makeCode(randomBytes(CODE_RANDOM_BYTES));
    const issuedMs = now();
    const kept = {
      station: station.id,
      gateway,
      replaces,
      issuedBy: order.by,
      issuedMs,
      expiresMs: issuedMs + this.#settings.codeHours * HOUR_MS,
      usedMs: null,
    };
    await store.addCode({ ...kept, hash: hashOf(code) });
    const isFirst = registry.gatewaysOf(station.id).length === 0 && !enrolled.some((one) => one.station === station.id);
    if (isFirst) await this.#parts.prepare(station.id, order.by);
    return ok({ code, ...kept });
  }

  /** A box brings a code. */
  async enrol(asked: EnrolRequest): Promise<Result<EnrolmentAnswer, EnrolmentError>> {
    const { store, now } = this.#parts;
    const typed = readCode(asked.code);
    if (!typed.ok) return fail({ code: "code", message: CODE_FAULTS[typed.error], cure: CODE_CURE });
    const hash = hashOf(typed.value);
    const code = await store.code(hash);
    const wrong = codeFault(code, asked.station, now());
    if (code === undefined || wrong !== undefined) return fail(wrong ?? codeUnknown());
    const request = await readRequest(asked.request);
    if (!request.ok) {
      return fail({ code: "request", message: request.error.message, cure: "Let the box make its request anew." });
    }
    const { publicKey } = request.value;
    if (await this.#knows(publicKey)) {
      const cure = "A box makes its own key when it has none: never copy one from another box.";
      return fail({ code: "key", message: "this key is registered for a gateway already", cure });
    }
    const connection = await this.#connectionKey(asked, publicKey);
    if (!connection.ok) return connection;
    const enrolledMs = now();
    const { gateway: id, station, replaces } = code;
    const gateway = { id, station, publicKey, replaces, enrolledMs, revokedMs: null, revokedReason: null };
    const certificate = await this.#certificate(gateway, connection.value, enrolledMs);
    if (!(await store.enrol(hash, gateway, certificate))) return fail(codeUsed());
    this.#parts.registry.addGateway(id, station, publicKey);
    if (replaces !== null) await this.revoke(replaces, `replaced by ${id}`);
    return ok(await this.#answer(gateway, certificate));
  }

  /** A box asks for a fresh certificate; the old one may have ended long ago. */
  async renew(asked: RenewRequest): Promise<Result<EnrolmentAnswer, EnrolmentError>> {
    const { store, now } = this.#parts;
    const gateway = (await store.gateways()).find(({ id }) => id === asked.gateway);
    if (gateway === undefined || !checkRenewal(asked, ed25519Verifier(gateway.publicKey))) {
      const message = "the request is not signed by an enrolled gateway";
      return fail({ code: "signature", message, cure: "Enrol the box with a code." });
    }
    if (gateway.revokedMs !== null) {
      const message = `${gateway.id} was revoked: ${gateway.revokedReason}`;
      return fail({ code: "revoked", message, cure: "Enrol the box anew with a code, if it is to be trusted again." });
    }
    const newest = (await store.certificates(gateway.id)).at(-1);
    const key = newest === undefined ? gateway.publicKey : publicKeyOf(newest.pem);
    const certificate = await this.#certificate(gateway, key, now());
    await store.addCertificate(certificate);
    return ok(await this.#answer(gateway, certificate));
  }

  /** Ends the trust in a gateway, also on its live connection. */
  async revoke(gateway: GatewayId, reason: string): Promise<Result<void, EnrolmentError>> {
    const { store, registry, disconnect, now } = this.#parts;
    const revoked = await store.revoke(gateway, now(), reason);
    // One that was registered by hand is struck from its station's entry too, or the next start would trust it again.
    const known = registry.removeGateway(gateway);
    if (!revoked && !known) {
      const cure = "Check the id: it is not registered, or was revoked before.";
      return fail({ code: "gateway", message: `there is no gateway ${gateway} to revoke`, cure });
    }
    disconnect(gateway, `revoked: ${reason}`);
    if (known) await this.#parts.unregister(gateway, reason);
    return ok(undefined);
  }

  /** Where boxes reach the collector; undefined when the configuration does not say. */
  get address(): string | undefined {
    return this.#settings.address;
  }

  gateways(): Promise<EnrolledGateway[]> {
    return this.#parts.store.gateways();
  }

  openCodes(): Promise<EnrolmentCode[]> {
    return this.#parts.store.openCodes(this.#parts.now());
  }

  /** The list of revoked certificates, for brokers of others. @returns PEM */
  async revocationList(): Promise<string> {
    const revoked = (await this.#parts.store.certificates()).flatMap(({ serial, revokedMs }) =>
      revokedMs === null ? [] : [{ serial, atMs: revokedMs }],
    );
    const fromMs = this.#parts.now();
    return issueRevocationList(this.#settings.authority, revoked, { fromMs, untilMs: fromMs + 7 * DAY_MS });
  }

  /** The key that the certificate is for: the signing key, or the one of the connection that the box proves to hold. */
  async #connectionKey(asked: EnrolRequest, signingKey: string): Promise<Result<string, EnrolmentError>> {
    if (asked.tlsRequest === undefined) return ok(signingKey);
    const request = await readRequest(asked.tlsRequest);
    if (request.ok && !(await this.#knows(request.value.publicKey))) return ok(request.value.publicKey);
    const message = request.ok ? "the connection's key is a registered gateway's" : request.error.message;
    return fail({ code: "request", message, cure: "Let the box make its request anew." });
  }

  async #certificate(gateway: EnrolledGateway, key: string, nowMs: number): Promise<IssuedCertificate> {
    const bytes = randomBytes(16);
    bytes[0] = (bytes[0]! & 0x7f) | 0x40;
    const serial = bytes.toString("hex").toUpperCase();
    const validity = { fromMs: nowMs - BACKDATED_MS, untilMs: nowMs + this.#settings.certificateDays * DAY_MS };
    const { id, station, publicKey: signingKey } = gateway;
    const named = { id, station, publicKey: key, ...(key === signingKey ? {} : { signingKey }) };
    const pem = await issueGateway(this.#settings.authority, named, { serial, ...validity });
    return { serial, gateway: gateway.id, pem, ...validity, revokedMs: null };
  }

  async #answer(gateway: EnrolledGateway, certificate: IssuedCertificate): Promise<EnrolmentAnswer> {
    const { authority, rootPem, brokers, certificateDays } = this.#settings;
    const { replaces } = gateway;
    const held = replaces === null ? undefined : await this.#parts.position(replaces);
    return {
      gateway: gateway.id,
      station: gateway.station,
      certificate: certificate.pem,
      authorities: [authority.certificatePem, rootPem],
      collectorPublicKey: this.#parts.collectorPublicKey,
      brokers: [...brokers],
      predecessor:
        replaces === null || held === undefined
          ? null
          : { gateway: replaces, seq: held.seq, hash: Buffer.from(held.hash).toString("hex") },
      renewAfter: formatTime(certificate.untilMs - (certificateDays / 2) * DAY_MS),
    };
  }

  #belongs(gateway: GatewayId | null, station: string): boolean {
    return gateway !== null && this.#parts.registry.gateway(gateway)?.station.id === station;
  }

  async #knows(publicKey: string): Promise<boolean> {
    const { registry, store } = this.#parts;
    if (registry.stations.some(({ gateways }) => gateways.some((one) => one.publicKey === publicKey))) return true;
    return (await store.gateways()).some((one) => one.publicKey === publicKey);
  }

  #freeId(station: StationId, codes: readonly EnrolmentCode[], enrolled: readonly EnrolledGateway[]) {
    const taken = new Set<string>([...codes.map(({ gateway }) => gateway), ...enrolled.map(({ id }) => id)]);
    const names = LETTERS.map((letter) => `gw-${station}-${letter}` as GatewayId);
    return names.find((name) => !taken.has(name) && this.#parts.registry.gateway(name) === undefined);
  }
}

const CODE_FAULTS = {
  length: "a code has ten characters",
  character: "a code is made of digits and letters without I, L, O and U",
  check: "one of the ten characters is wrong",
} as const;

function publicKeyOf(pem: string): string {
  return new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" }).toString("base64");
}

function hashOf(code: string): Buffer {
  return createHash("sha256").update(`forecourt-code-v1\n${code}`).digest();
}

function codeFault(code: EnrolmentCode | undefined, station: string, nowMs: number): EnrolmentError | undefined {
  if (code === undefined) return codeUnknown();
  if (code.usedMs !== null) return codeUsed();
  if (nowMs >= code.expiresMs) {
    return { code: "expired", message: `the code ended at ${formatTime(code.expiresMs)}`, cure: NEW_CODE_CURE };
  }
  if (code.station !== station) {
    const message = `the code is not for station ${station}`;
    return { code: "station", message, cure: "Check at which station you are; a code is good for one station only." };
  }
  return undefined;
}

function codeUnknown(): EnrolmentError {
  return { code: "code", message: "there is no such code", cure: CODE_CURE };
}

function codeUsed(): EnrolmentError {
  return {
    code: "used",
    message: "the code has been used",
    cure: `${NEW_CODE_CURE} If it was not you who used it, say so at once.`,
  };
}
