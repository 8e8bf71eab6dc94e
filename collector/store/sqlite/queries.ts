/** The questions of the API in SQL. */
import { GENESIS_HASH } from "@forecourt/protocol/records/chain.ts";
import { type Kysely, sql } from "kysely";
import type { Reader } from "../../access/reader.ts";
import { seesStation } from "../../access/reader.ts";
import type { OpenFlagCount, Queries, RecordRow, SaleRow, StationFigures } from "../queries.ts";
import { equipmentQueries } from "./equipment.ts";
import { inShortQuery } from "./in-short.ts";
import { latestStates, NOTHING_KNOWN } from "./latest.ts";
import { flagOf, saleOf, tankLevelOf } from "./rows.ts";
import { inCounties, ofDepartments } from "./scope.ts";
import type { Tables } from "./tables.ts";

/** Of a station that is not the reader's. */
const NO_FIGURES: StationFigures = {
  openFlags: [],
  today: { sales: 0, volumeCl: 0, amountFen: 0 },
};

/** Answers every question of {@link Queries} from one database. */
export function sqliteQueries(db: Kysely<Tables>): Queries {
  return {
    ...saleQueries(db),
    ...flagQueries(db),
    ...equipmentQueries(db),
    ...inShortQuery(db),
    tankLevels: async (reader, { station, tank, fromMs, untilMs }, limit) => {
      if (!seesStation(reader, station)) return [];
      let query = db
        .selectFrom("tank_level as t")
        .innerJoin("gateway as g", "g.no", "t.gateway")
        .selectAll("t")
        .select("g.id as gateway")
        .where("t.station", "=", station);
      if (tank !== undefined) query = query.where("t.tank", "=", tank);
      if (fromMs !== undefined) query = query.where("t.at_ms", ">=", fromMs);
      if (untilMs !== undefined) query = query.where("t.at_ms", "<", untilMs);
      const rows = await query.orderBy("t.at_ms", "desc").orderBy("t.seq", "desc").limit(limit).execute();
      return rows.reverse().map(tankLevelOf);
    },
    latest: async (reader, station) => (seesStation(reader, station) ? latestStates(db, station) : NOTHING_KNOWN),
    figures: async (reader, station, dayStartMs) => {
      if (!seesStation(reader, station)) return NO_FIGURES;
      const today = await db
        .selectFrom("sale")
        .select(({ fn }) => [
          fn.countAll<number>().as("sales"),
          fn.coalesce(fn.sum<number>("volume_cl"), sql<number>`0`).as("volumeCl"),
          fn.coalesce(fn.sum<number>("amount_fen"), sql<number>`0`).as("amountFen"),
        ])
        .where("station", "=", station)
        .where("at_ms", ">=", dayStartMs)
        .executeTakeFirstOrThrow();
      const open = await db
        .selectFrom("flag")
        .select(({ fn }) => ["rule", "severity", fn.countAll<number>().as("count")])
        .where("station", "=", station)
        .where("state", "=", "open")
        .groupBy(["rule", "severity"])
        .execute();
      return { today, openFlags: open as OpenFlagCount[] };
    },
    heard: async () => {
      const rows = await db
        .selectFrom("gateway")
        .select(({ fn }) => ["station", fn.max("heard_ms").as("ms")])
        .groupBy("station")
        .execute();
      return new Map(rows.map(({ station, ms }) => [station, Number(ms)]));
    },
    records: async (reader, ranges, limit) => {
      const found: RecordRow[] = [];
      for (const range of ranges) {
        if (found.length >= limit) break;
        found.push(...(await proofRecords(db, reader, range, limit - found.length)));
      }
      return found;
    },
    isThinned: (reader, gateway, seq) => isThinned(db, reader, { gateway, seq }),
    ready: async () => (await sql<{ one: number }>`SELECT 1 AS one`.execute(db)).rows.length === 1,
  };
}

function saleQueries(db: Kysely<Tables>): Pick<Queries, "sales" | "lastSales"> {
  const sales = () =>
    db.selectFrom("sale as s").innerJoin("gateway as g", "g.no", "s.gateway").selectAll("s").select("g.id as gateway");
  const ofStation: (station: string, ...of: Parameters<Queries["sales"]>) => Promise<SaleRow[]> = async (
    station,
    reader,
    { nozzle, fromMs, untilMs },
    { limit, before },
  ) => {
    if (!seesStation(reader, station)) return [];
    let query = sales().where("s.station", "=", station);
    if (nozzle !== undefined) query = query.where("s.nozzle", "=", nozzle);
    if (fromMs !== undefined) query = query.where("s.at_ms", ">=", fromMs);
    if (untilMs !== undefined) query = query.where("s.at_ms", "<", untilMs);
    if (before !== undefined) {
      query = query.where(sql<boolean>`(s.at_ms, g.id, s.seq) < (${before.atMs}, ${before.gateway}, ${before.seq})`);
    }
    const rows = await query
      .orderBy("s.at_ms", "desc")
      .orderBy("g.id", "desc")
      .orderBy("s.seq", "desc")
      .limit(limit)
      .execute();
    return rows.map(saleOf);
  };
  return {
    sales: async (reader, filter, page) => {
      if (filter.station !== undefined) return ofStation(filter.station, reader, filter, page);
      // Sales are clustered by station: a few newest of each, merged, instead of sorting the whole table.
      const stations = await db.selectFrom("gateway").select("station").distinct().execute();
      const lists = await Promise.all(stations.map(({ station }) => ofStation(station, reader, filter, page)));
      return lists.flat().sort(newestFirst).slice(0, page.limit);
    },
    lastSales: async (reader, station, nozzles) => {
      if (nozzles.length === 0 || !seesStation(reader, station)) return [];
      const rows = await sales()
        .innerJoin("latest_nozzle as n", (join) =>
          join
            .onRef("n.station", "=", "s.station")
            .onRef("n.last_sale_at_ms", "=", "s.at_ms")
            .onRef("n.last_sale_gateway", "=", "s.gateway")
            .onRef("n.last_sale_seq", "=", "s.seq"),
        )
        .where("n.station", "=", station)
        .where("n.nozzle", "in", nozzles)
        .execute();
      return rows.map(saleOf);
    },
  };
}

function newestFirst(a: SaleRow, b: SaleRow): number {
  if (a.atMs !== b.atMs) return b.atMs - a.atMs;
  if (a.gateway !== b.gateway) return a.gateway < b.gateway ? 1 : -1;
  return b.seq - a.seq;
}

function flagQueries(db: Kysely<Tables>): Pick<Queries, "flags" | "flag" | "isEvidence" | "unknowns" | "openFlags"> {
  return {
    isEvidence: async (reader, gateway, seq) => {
      const holds = sql<boolean>`EXISTS (SELECT 1 FROM json_each(evidence) AS e WHERE e.value ->> 'gateway' = ${gateway}
        AND e.value ->> 'fromSeq' <= ${seq} AND e.value ->> 'toSeq' >= ${seq})`;
      let query = db
        .selectFrom("flag")
        .select("id")
        .where("station", "in", db.selectFrom("gateway").select("station").where("id", "=", gateway))
        .where(holds);
      for (const scope of [inCounties(reader, "station"), ofDepartments(reader, "rule")]) {
        if (scope !== undefined) query = query.where(scope);
      }
      return (await query.limit(1).executeTakeFirst()) !== undefined;
    },
    openFlags: async (reader) => {
      let query = db.selectFrom("flag").select(({ fn }) => ["rule", "severity", fn.countAll<number>().as("count")]);
      for (const scope of [inCounties(reader, "station"), ofDepartments(reader, "rule")]) {
        if (scope !== undefined) query = query.where(scope);
      }
      return await query.where("state", "=", "open").groupBy(["rule", "severity"]).execute();
    },
    flags: async (reader, filter, { limit, before }) => {
      let query = db.selectFrom("flag").selectAll();
      for (const scope of [inCounties(reader, "station"), ofDepartments(reader, "rule")]) {
        if (scope !== undefined) query = query.where(scope);
      }
      for (const column of ["station", "rule", "subject", "severity", "state"] as const) {
        const wanted = filter[column];
        if (wanted !== undefined) query = query.where(column, "=", wanted);
      }
      if (filter.stations !== undefined) query = query.where("station", "in", filter.stations);
      if (filter.rules !== undefined) query = query.where("rule", "in", filter.rules);
      if (filter.fromMs !== undefined) query = query.where("until_ms", ">=", filter.fromMs);
      if (filter.untilMs !== undefined) query = query.where("until_ms", "<", filter.untilMs);
      if (before !== undefined) query = query.where(sql<boolean>`(until_ms, id) < (${before.untilMs}, ${before.id})`);
      const rows = await query.orderBy("until_ms", "desc").orderBy("id", "desc").limit(limit).execute();
      return rows.map(flagOf);
    },
    flag: async (reader, id) => {
      let query = db.selectFrom("flag").selectAll().where("id", "=", id);
      for (const scope of [inCounties(reader, "station"), ofDepartments(reader, "rule")]) {
        if (scope !== undefined) query = query.where(scope);
      }
      const row = await query.executeTakeFirst();
      return row === undefined ? undefined : flagOf(row);
    },
    unknowns: async (reader, { station, rule }, { limit, before }) => {
      let query = db
        .selectFrom("unknown_verdict")
        .select(["station", "rule", "subject", "reason", "first_ms as firstMs", "last_ms as lastMs", "times"]);
      for (const scope of [inCounties(reader, "station"), ofDepartments(reader, "rule")]) {
        if (scope !== undefined) query = query.where(scope);
      }
      if (station !== undefined) query = query.where("station", "=", station);
      if (rule !== undefined) query = query.where("rule", "=", rule);
      if (before !== undefined) {
        const { lastMs, station: at, rule: by, subject } = before;
        query = query.where(sql<boolean>`(last_ms, station, rule, subject) < (${lastMs}, ${at}, ${by}, ${subject})`);
      }
      return await query
        .orderBy("last_ms", "desc")
        .orderBy("station", "desc")
        .orderBy("rule", "desc")
        .orderBy("subject", "desc")
        .limit(limit)
        .execute();
    },
  };
}

/** Records with their place in the chain and the time at which their batch came. */
async function isThinned(db: Kysely<Tables>, reader: Reader, of: { gateway: string; seq: number }): Promise<boolean> {
  const scope = inCounties(reader, "g.station");
  let gateway = db.selectFrom("gateway as g").select("g.no").where("g.id", "=", of.gateway);
  if (scope !== undefined) gateway = gateway.where(scope);
  const found = await gateway.executeTakeFirst();
  if (found === undefined) return false;
  const { seq } = of;
  const ranges = db.selectFrom("thinned").select("records").where("gateway", "=", found.no);
  const range = await ranges.where("from_seq", "<=", seq).where("to_seq", ">=", seq).executeTakeFirst();
  const lines = db.selectFrom("record").select("seq").where("gateway", "=", found.no).where("seq", "=", seq);
  return range !== undefined || (await lines.where("line", "=", "").executeTakeFirst()) !== undefined;
}

async function proofRecords(
  db: Kysely<Tables>,
  reader: Reader,
  range: { gateway: string; fromSeq: number; toSeq: number },
  limit: number,
): Promise<RecordRow[]> {
  let query = db
    .selectFrom("record as r")
    .innerJoin("gateway as g", "g.no", "r.gateway")
    .leftJoin("record as p", (join) => join.onRef("p.gateway", "=", "r.gateway").on("p.seq", "=", sql`r.seq - 1`))
    .leftJoin("thinned as t", (join) => join.onRef("t.gateway", "=", "r.gateway").on("t.to_seq", "=", sql`r.seq - 1`))
    .select((from) => [
      "g.id as gateway",
      "r.seq",
      "r.kind",
      "r.at_ms as atMs",
      "r.line",
      "r.hash",
      sql<Buffer | null>`coalesce(p.hash, t.hash_after)`.as("previousHash"),
      from
        .selectFrom("batch as b")
        .select("b.received_ms")
        .whereRef("b.gateway", "=", "r.gateway")
        .whereRef("b.first_seq", "<=", "r.seq")
        .orderBy("b.first_seq", "desc")
        .limit(1)
        .as("receivedMs"),
    ])
    .where("g.id", "=", range.gateway)
    // A line that retention took away proves nothing any more.
    .where("r.line", "<>", "")
    .where("r.seq", ">=", range.fromSeq)
    .where("r.seq", "<=", range.toSeq);
  const scope = inCounties(reader, "g.station");
  if (scope !== undefined) query = query.where(scope);
  const rows = await query.orderBy("r.seq").limit(limit).execute();
  return rows.map((row) => ({
    ...row,
    previousHash: row.previousHash ?? GENESIS_HASH,
    receivedMs: row.receivedMs ?? 0,
  }));
}
