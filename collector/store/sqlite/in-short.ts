/** Many stations in short: three questions for all of them, instead of several for each. */
import { type Kysely, sql } from "kysely";
import { seesStation } from "../../access/reader.ts";
import type { OpenFlagCount, Queries, StationInShort } from "../queries.ts";
import type { Tables } from "./tables.ts";

type Row = { station: string };
type Sums = Row & StationInShort["today"];

export function inShortQuery(db: Kysely<Tables>): Pick<Queries, "inShort"> {
  return {
    inShort: async (reader, stations, dayStartMs) => {
      const ids = JSON.stringify(stations.filter((id) => seesStation(reader, id)));
      const those = sql`station IN (SELECT value FROM json_each(${ids}))`;
      const [gateways, flags, today] = await Promise.all([
        sql<
          Row & StationInShort["gateways"][number]
        >`SELECT station, heard_ms AS heardMs, last_record_ms AS lastRecordMs
          FROM gateway WHERE ${those}`.execute(db),
        sql<Row & OpenFlagCount>`SELECT station, rule, severity, count(*) AS count FROM flag
          WHERE state = 'open' AND ${those} GROUP BY station, rule, severity`.execute(db),
        // One place in the tree of sales for each station: no other index is needed.
        sql<Sums>`SELECT asked.value AS station, count(*) AS sales, sum(volume_cl) AS volumeCl, sum(amount_fen) AS amountFen
          FROM json_each(${ids}) asked CROSS JOIN sale ON sale.station = asked.value AND sale.at_ms >= ${dayStartMs}
          GROUP BY asked.value`.execute(db),
      ]);
      const sums = new Map(today.rows.map(({ station, ...sum }) => [station, sum]));
      const [ofGateways, ofFlags] = [byStation(gateways.rows), byStation(flags.rows)];
      const known = new Set([...ofGateways.keys(), ...ofFlags.keys(), ...sums.keys()]);
      const nothing = { sales: 0, volumeCl: 0, amountFen: 0 };
      return new Map(
        [...known].map((id): [string, StationInShort] => [
          id,
          { gateways: ofGateways.get(id) ?? [], openFlags: ofFlags.get(id) ?? [], today: sums.get(id) ?? nothing },
        ]),
      );
    },
  };
}

function byStation<Of extends Row>(rows: readonly Of[]): Map<string, Omit<Of, "station">[]> {
  const lists = new Map<string, Omit<Of, "station">[]>();
  for (const { station, ...row } of rows) {
    const list = lists.get(station) ?? [];
    lists.set(station, list);
    list.push(row);
  }
  return lists;
}
