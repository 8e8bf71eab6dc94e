/** Where filings are kept, and made inputs of the rules. */
import type Database from "better-sqlite3";
import type { PriceInForce } from "../../rules/area-prices.ts";
import type { SeenFiling } from "../../rules/filings.ts";
import type { FilingStore } from "../store.ts";

/** Keeps a filing and makes it an input; gives undefined for an id that was there before. */
export function filingWriter(raw: Database.Database): (filing: SeenFiling, atMs: number) => number | undefined {
  const keep = raw.prepare(
    `INSERT INTO filing (id, station, filing, from_ms, until_ms, body, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
  );
  const input = raw.prepare("INSERT INTO input (station, kind, at_ms, body) VALUES (?, 'filing', ?, ?)");
  return raw.transaction((filing: SeenFiling, atMs: number): number | undefined => {
    const { id, station, filing: kind, fromMs } = filing;
    const untilMs = "untilMs" in filing ? filing.untilMs : null;
    const body = JSON.stringify(filing);
    if (keep.run(id, station, kind, fromMs, untilMs, body, atMs).changes === 0) return undefined;
    return Number(input.run(station, atMs, body).lastInsertRowid);
  });
}

/** The filings' side of the store. */
export function sqliteFilings(raw: Database.Database): FilingStore {
  const add = filingWriter(raw);
  const of = raw.prepare<[string, number], { body: string }>(
    "SELECT body FROM filing WHERE station = ? ORDER BY from_ms DESC, id LIMIT ?",
  );
  const inForce = raw.prepare<[number], PriceInForce>(
    `SELECT station, grade, max(CASE filing WHEN 'price' THEN fen END) AS unitPriceFen,
       max(CASE filing WHEN 'area-price' THEN fen END) AS medianFen
     FROM (
       SELECT station, filing, body ->> '$.grade' AS grade,
         coalesce(body ->> '$.unitPriceFen', body ->> '$.medianFen') AS fen,
         row_number() OVER (PARTITION BY station, filing, body ->> '$.grade' ORDER BY from_ms DESC, received_ms DESC) AS age
       FROM filing WHERE filing IN ('price', 'area-price') AND from_ms <= ?
     ) WHERE age = 1 GROUP BY station, grade ORDER BY station, grade`,
  );
  return {
    pricesInForce: async (atMs) => inForce.all(atMs),
    addFiling: async (filing, atMs) => add(filing, atMs),
    filings: async (station, limit) => of.all(station, limit).map(({ body }) => JSON.parse(body) as SeenFiling),
  };
}
