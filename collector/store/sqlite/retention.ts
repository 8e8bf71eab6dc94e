/**
 * Removes by policy. A row whose time is over loses its line and keeps its hash; a batch whose time is over goes with all
 * its rows, and a range with the hashes at both its ends stays, so that the chain goes on over it.
 */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import { parseTime } from "@forecourt/protocol/time.ts";
import type Database from "better-sqlite3";
import type { AuditTable } from "../../audit/table.ts";
import type { FlagStanding, Layer } from "../../retention/policy.ts";
import type { Piece, PieceOrder, RetentionStore } from "../../retention/store.ts";

/** The step of the schema. */
export const retentionTables: readonly string[] = [
  // Batches that went: the chain enters with one hash and leaves with the other.
  `CREATE TABLE thinned (gateway INTEGER NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL,
    hash_before BLOB NOT NULL, hash_after BLOB NOT NULL, records INTEGER NOT NULL,
    PRIMARY KEY (gateway, from_seq)) STRICT, WITHOUT ROWID`,
  // How far each layer was walked, by the id of a batch; until_ms: sales before it may be gone.
  `CREATE TABLE retention_place (layer TEXT PRIMARY KEY, input INTEGER NOT NULL, until_ms INTEGER NOT NULL) STRICT,
    WITHOUT ROWID`,
  "CREATE TABLE retention_spared (layer TEXT NOT NULL, input INTEGER NOT NULL, PRIMARY KEY (layer, input)) STRICT, WITHOUT ROWID",
];

interface BatchRow {
  input: number;
  no: number;
  gateway: string;
  first: number;
  count: number;
  receivedMs: number;
  envelopeBytes: number;
  station: string;
  isSettled: number;
}

interface RecordRow {
  seq: number;
  kind: string;
  at_ms: number;
  line: string;
  hash: Buffer;
}

/** So many records change in one transaction: some tens of milliseconds. */
const MOST_RECORDS = 2_000;
const MOST_BATCHES = 500;
const DAY_MS = 86_400_000;

/** A batch that is neither summed nor judged, with states that learnt from it, must stay. */
const BATCHES = `SELECT b.input, b.gateway AS no, g.id AS gateway, first_seq AS first, count, received_ms AS receivedMs,
    length(envelope) AS envelopeBytes, i.station,
    b.input <= (SELECT batch FROM summed) AND b.input <= coalesce(s.checkpoint, s.cursor, 0) AS isSettled
  FROM batch b JOIN input i ON i.id = b.input JOIN gateway g ON g.no = b.gateway
    LEFT JOIN rule_state s ON s.station = i.station
  WHERE b.input > @after AND b.input <= @until`;

/** @param audit of the same database */
export function sqliteRetention(raw: Database.Database, audit: Pick<AuditTable, "appendAll">): RetentionStore {
  const newest = raw.prepare<[], { at_ms: number }>("SELECT at_ms FROM input ORDER BY id DESC LIMIT 1");
  const last = raw.prepare<[], { id: number | null }>("SELECT max(id) AS id FROM input");
  const next = raw.prepare<[number], { id: number; at_ms: number }>(
    "SELECT id, at_ms FROM input WHERE id >= ? ORDER BY id LIMIT 1",
  );
  const place = raw.prepare<[string], { input: number }>("SELECT input FROM retention_place WHERE layer = ?");
  const remove = remover(raw);
  const removeAtOnce = raw.transaction(remove);
  return {
    newestMs: () => newest.get()?.at_ms,
    receivedBefore: (ms) => {
      let [low, high] = [0, last.get()?.id ?? 0];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        const found = next.get(middle);
        if (found !== undefined && found.at_ms < ms) low = Math.max(found.id, middle);
        else high = middle - 1;
      }
      return low;
    },
    place: (layer) => place.get(layer)?.input ?? 0,
    flags: () => flagStandings(raw),
    remove: (order) => (order.apply ? removeAtOnce.immediate(order) : remove(order)),
    note: (entry) => audit.appendAll([{ ...entry, subject: "retention" }]),
  };
}

function* flagStandings(raw: Database.Database): Generator<FlagStanding> {
  const rows = raw.prepare<[], { evidence: string; isOpen: number; endedMs: number }>(
    `SELECT evidence, max(flag.until_ms, coalesce(ended_ms, 0), coalesce(l.at_ms, 0), coalesce((
         SELECT max(state_since_ms) FROM case_flag f JOIN case_row c ON c.id = f.case_id WHERE f.flag = flag.id), 0)) AS endedMs,
       flag.state = 'open' OR l.life IN ('acknowledged', 'under-check', 'confirmed') OR EXISTS (
         SELECT 1 FROM case_flag f JOIN case_row c ON c.id = f.case_id WHERE f.flag = flag.id AND c.state <> 'closed') AS isOpen
     FROM flag LEFT JOIN flag_life l ON l.flag = flag.id`,
  );
  for (const { evidence, isOpen, endedMs } of rows.iterate())
    yield { evidence: JSON.parse(evidence) as FlagStanding["evidence"], isOpen: isOpen === 1, endedMs };
}

function remover(raw: Database.Database): (order: PieceOrder) => Piece {
  const fresh = raw.prepare<[object], BatchRow>(`${BATCHES} ORDER BY b.input LIMIT ${MOST_BATCHES}`);
  const spared = raw.prepare<[object], BatchRow>(
    `${BATCHES} AND b.input IN (SELECT input FROM retention_spared WHERE layer = @layer) ORDER BY b.input LIMIT ${MOST_BATCHES}`,
  );
  const savePlace = raw.prepare(`INSERT INTO retention_place VALUES (?, ?, ?) ON CONFLICT (layer) DO UPDATE SET
    input = max(input, excluded.input), until_ms = max(until_ms, excluded.until_ms)`);
  const rowsOf = rowReader(raw);
  const carryOut = pieceWriter(raw);
  return (order) => {
    const { layer, from, after, until, apply } = order;
    const batches = (from === "new" ? fresh : spared).all({ after, until, layer });
    const piece: Piece = { records: 0, batches: 0, bytes: 0, spared: 0, after, isLast: batches.length < MOST_BATCHES };
    let untilMs = 0;
    for (const [index, batch] of batches.entries()) {
      const rows = rowsOf(layer, batch);
      const going = goingOf(order, batch, rows);
      const isSpared = going.length < rows.length;
      weigh(piece, order, batch, going);
      piece.spared += isSpared ? 1 : 0;
      for (const { at_ms: atMs } of going) untilMs = Math.max(untilMs, Math.min(atMs, batch.receivedMs + DAY_MS) + 1);
      if (apply) carryOut(layer, batch, { going, isSpared });
      if (piece.records < MOST_RECORDS || index === batches.length - 1) continue;
      piece.isLast = false;
      break;
    }
    if (apply && from === "new") savePlace.run(layer, piece.isLast ? until : piece.after, untilMs);
    else if (apply) savePlace.run(layer, 0, untilMs);
    return piece;
  };
}

function weigh(piece: Piece, { layer }: PieceOrder, batch: BatchRow, going: readonly RecordRow[]): void {
  piece.after = batch.input;
  piece.records += going.length;
  piece.bytes += going.reduce((sum, { line }) => sum + line.length, 0);
  if (layer !== "batch" || going.length === 0) return;
  piece.batches += 1;
  piece.bytes += batch.envelopeBytes;
}

/** What is neither summed nor judged, or younger than its id says, stays. */
function isDue({ beforeMs }: PieceOrder, { isSettled, receivedMs }: BatchRow): boolean {
  return isSettled === 1 && receivedMs < beforeMs;
}

/** The rows that may go; a batch goes as a whole or not at all. */
function goingOf(order: PieceOrder, batch: BatchRow, rows: readonly RecordRow[]): RecordRow[] {
  if (!isDue(order, batch)) return [];
  const going = rows.filter(({ seq }) => !order.protection.touches(batch.gateway, seq, seq));
  return order.layer === "batch" && going.length < rows.length ? [] : going;
}

function pieceWriter(raw: Database.Database) {
  const spare = raw.prepare("INSERT OR IGNORE INTO retention_spared VALUES (?, ?)");
  const unspare = raw.prepare("DELETE FROM retention_spared WHERE layer = ? AND input = ?");
  const thin = thinner(raw);
  const drop = dropper(raw, thin);
  return (layer: Layer, batch: BatchRow, { going, isSpared }: { going: readonly RecordRow[]; isSpared: boolean }) => {
    if (isSpared) spare.run(layer, batch.input);
    else unspare.run(layer, batch.input);
    if (layer !== "batch") for (const row of going) thin(batch, row);
    else if (going.length > 0) drop(batch, going);
  };
}

function rowReader(raw: Database.Database): (layer: Layer, batch: BatchRow) => RecordRow[] {
  const columns = "SELECT seq, kind, at_ms, line, hash FROM record WHERE gateway = ? AND seq BETWEEN ? AND ?";
  const all = raw.prepare<[number, number, number], RecordRow>(`${columns} ORDER BY seq`);
  const ofKind = raw.prepare<[number, number, number, string], RecordRow>(
    `${columns} AND kind = ? AND line <> '' ORDER BY seq`,
  );
  return (layer, { no, first, count }) =>
    layer === "batch" ? all.all(no, first, first + count - 1) : ofKind.all(no, first, first + count - 1, layer);
}

/** Takes a record's line away, and the row that was made of it. */
function thinner(raw: Database.Database): (batch: BatchRow, row: RecordRow) => void {
  const empty = raw.prepare("UPDATE record SET line = '' WHERE gateway = ? AND seq = ?");
  const sale = raw.prepare("DELETE FROM sale WHERE station = ? AND at_ms = ? AND gateway = ? AND seq = ?");
  const delivery = raw.prepare("DELETE FROM delivery WHERE station = ? AND ended_ms = ? AND gateway = ? AND seq = ?");
  const level = raw.prepare(
    "DELETE FROM tank_level WHERE station = ? AND tank = ? AND at_ms = ? AND gateway = ? AND seq = ?",
  );
  return ({ station, no }, { seq, kind, at_ms: atMs, line }) => {
    if (line === "") return;
    empty.run(no, seq);
    if (kind === "sale") sale.run(station, atMs, no, seq);
    if (kind === "tank") level.run(station, (JSON.parse(line) as RecordOf<"tank">).tank, atMs, no, seq);
    if (kind !== "delivery") return;
    const endedMs = parseTime((JSON.parse(line) as RecordOf<"delivery">).endedAt) ?? atMs;
    delivery.run(station, endedMs, no, seq);
  };
}

/** Removes a batch, and lets the range before it reach over it. */
function dropper(
  raw: Database.Database,
  thin: (batch: BatchRow, row: RecordRow) => void,
): (batch: BatchRow, rows: readonly RecordRow[]) => void {
  const rangeBefore = raw.prepare<[number, number], { to_seq: number; hash: Buffer }>(
    "SELECT to_seq, hash_after AS hash FROM thinned WHERE gateway = ? AND from_seq < ? ORDER BY from_seq DESC LIMIT 1",
  );
  const rowBefore = raw.prepare<[number, number], { seq: number; hash: Buffer }>(
    "SELECT seq, hash FROM record WHERE gateway = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
  );
  const extend = raw.prepare(
    "UPDATE thinned SET to_seq = ?, hash_after = ?, records = records + ? WHERE gateway = ? AND to_seq = ?",
  );
  const insert = raw.prepare("INSERT INTO thinned VALUES (?, ?, ?, ?, ?, ?)");
  const removals = [
    "DELETE FROM record WHERE gateway = @no AND seq BETWEEN @first AND @last",
    "DELETE FROM batch WHERE input = @input",
    "DELETE FROM input WHERE id = @input",
    "DELETE FROM retention_spared WHERE input = @input",
  ].map((text) => raw.prepare<[object]>(text));
  return (batch, rows) => {
    const { no, first, count, input } = batch;
    const last = first + count - 1;
    const end = rows[rows.length - 1]!;
    const range = rangeBefore.get(no, first);
    const row = rowBefore.get(no, first);
    const hashBefore = (range?.to_seq ?? 0) > (row?.seq ?? 0) ? range!.hash : (row?.hash ?? Buffer.alloc(32));
    for (const one of rows) thin(batch, one);
    if (range?.to_seq !== first - 1 || extend.run(last, end.hash, count, no, first - 1).changes === 0)
      insert.run(no, first, last, hashBefore, end.hash, count);
    for (const removal of removals) removal.run({ no, first, last, input });
  };
}
