/** The enrolment's side of the SQLite store. */
import type { GatewayId, StationId } from "@forecourt/protocol/ids.ts";
import type Database from "better-sqlite3";
import type { EnrolledGateway, EnrolmentCode, EnrolmentStore, IssuedCertificate } from "../../enrolment/store.ts";

interface CodeRow {
  hash: Buffer;
  station: string;
  gateway: string;
  replaces: string | null;
  issued_by: string;
  issued_ms: number;
  expires_ms: number;
  used_ms: number | null;
}

interface GatewayRow {
  id: string;
  station: string;
  public_key: string;
  replaces: string | null;
  enrolled_ms: number;
  revoked_ms: number | null;
  revoked_reason: string | null;
}

interface CertificateRow {
  serial: string;
  gateway: string;
  pem: string;
  from_ms: number;
  until_ms: number;
  revoked_ms: number | null;
}

/** The steps of the schema that enrolment needs. */
export const enrolmentTables: readonly string[] = [
  `CREATE TABLE enrolment_code (hash BLOB PRIMARY KEY, station TEXT NOT NULL, gateway TEXT NOT NULL UNIQUE,
    replaces TEXT, issued_by TEXT NOT NULL, issued_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL,
    used_ms INTEGER) STRICT, WITHOUT ROWID`,
  `CREATE TABLE enrolled_gateway (id TEXT PRIMARY KEY, station TEXT NOT NULL, public_key TEXT NOT NULL UNIQUE,
    replaces TEXT, enrolled_ms INTEGER NOT NULL, revoked_ms INTEGER, revoked_reason TEXT) STRICT, WITHOUT ROWID`,
  `CREATE TABLE certificate (serial TEXT PRIMARY KEY, gateway TEXT NOT NULL, pem TEXT NOT NULL,
    from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, revoked_ms INTEGER) STRICT, WITHOUT ROWID`,
  "CREATE INDEX certificate_by_gateway ON certificate (gateway, from_ms)",
];

/** The store of codes, enrolled gateways and certificates. */
export function sqliteEnrolment(raw: Database.Database): EnrolmentStore {
  const gateways = raw.prepare<[], GatewayRow>("SELECT * FROM enrolled_gateway ORDER BY id");
  const certificates = raw.prepare<[], CertificateRow>("SELECT * FROM certificate ORDER BY gateway, from_ms");
  const ofGateway = raw.prepare<[string], CertificateRow>(
    "SELECT * FROM certificate WHERE gateway = ? ORDER BY from_ms",
  );
  const open = raw.prepare<[number], CodeRow>(
    "SELECT * FROM enrolment_code WHERE used_ms IS NULL AND expires_ms > ? ORDER BY issued_ms",
  );
  const code = raw.prepare<[Uint8Array], CodeRow>("SELECT * FROM enrolment_code WHERE hash = ?");
  const addCode = raw.prepare("INSERT INTO enrolment_code VALUES (?, ?, ?, ?, ?, ?, ?, NULL)");
  const useCode = raw.prepare(
    "UPDATE enrolment_code SET used_ms = :now WHERE hash = :hash AND used_ms IS NULL AND expires_ms > :now",
  );
  const addGateway = raw.prepare("INSERT INTO enrolled_gateway VALUES (?, ?, ?, ?, ?, NULL, NULL)");
  const addCertificate = raw.prepare("INSERT INTO certificate VALUES (?, ?, ?, ?, ?, NULL)");
  const revokeGateway = raw.prepare(
    "UPDATE enrolled_gateway SET revoked_ms = ?, revoked_reason = ? WHERE id = ? AND revoked_ms IS NULL",
  );
  const revokeAll = raw.prepare("UPDATE certificate SET revoked_ms = ? WHERE gateway = ? AND revoked_ms IS NULL");

  const keep = ({ serial, gateway, pem, fromMs, untilMs }: IssuedCertificate) =>
    addCertificate.run(serial, gateway, pem, fromMs, untilMs);
  const enrol = raw.transaction((hash: Uint8Array, gateway: EnrolledGateway, certificate: IssuedCertificate) => {
    if (useCode.run({ now: gateway.enrolledMs, hash }).changes === 0) return false;
    addGateway.run(gateway.id, gateway.station, gateway.publicKey, gateway.replaces, gateway.enrolledMs);
    keep(certificate);
    return true;
  });
  const revoke = raw.transaction((gateway: string, atMs: number, reason: string) => {
    if (revokeGateway.run(atMs, reason, gateway).changes === 0) return false;
    revokeAll.run(atMs, gateway);
    return true;
  });

  return {
    gateways: async () => gateways.all().map(gatewayOf),
    certificates: async (gateway) =>
      (gateway === undefined ? certificates.all() : ofGateway.all(gateway)).map(certificateOf),
    openCodes: async (nowMs) => open.all(nowMs).map(codeOf),
    code: async (hash) => {
      const row = code.get(hash);
      return row === undefined ? undefined : codeOf(row);
    },
    addCode: async ({ hash, station, gateway, replaces, issuedBy, issuedMs, expiresMs }) => {
      addCode.run(hash, station, gateway, replaces, issuedBy, issuedMs, expiresMs);
    },
    enrol: async (hash, gateway, certificate) => enrol(hash, gateway, certificate),
    addCertificate: async (certificate) => {
      keep(certificate);
    },
    revoke: async (gateway, atMs, reason) => revoke(gateway, atMs, reason),
  };
}

function codeOf(row: CodeRow): EnrolmentCode {
  return {
    hash: row.hash,
    station: row.station as StationId,
    gateway: row.gateway as GatewayId,
    replaces: row.replaces as GatewayId | null,
    issuedBy: row.issued_by,
    issuedMs: row.issued_ms,
    expiresMs: row.expires_ms,
    usedMs: row.used_ms,
  };
}

function gatewayOf(row: GatewayRow): EnrolledGateway {
  return {
    id: row.id as GatewayId,
    station: row.station as StationId,
    publicKey: row.public_key,
    replaces: row.replaces as GatewayId | null,
    enrolledMs: row.enrolled_ms,
    revokedMs: row.revoked_ms,
    revokedReason: row.revoked_reason,
  };
}

function certificateOf(row: CertificateRow): IssuedCertificate {
  return {
    serial: row.serial,
    gateway: row.gateway as GatewayId,
    pem: row.pem,
    fromMs: row.from_ms,
    untilMs: row.until_ms,
    revokedMs: row.revoked_ms,
  };
}
