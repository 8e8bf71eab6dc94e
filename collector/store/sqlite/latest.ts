/** The latest of everything at one station, from the tables that each batch keeps up to date. */
import type { Kysely } from "kysely";
import type { DeviceRow, LatestStates } from "../queries.ts";
import { tankLevelOf } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Of a station that is not the reader's. */
export const NOTHING_KNOWN: LatestStates = { nozzles: [], tanks: [], seals: [], devices: [], gateways: [] };

/** Reads the latest states of a station's nozzles, tanks, seals, devices and gateways. */
export async function latestStates(db: Kysely<Tables>, station: string): Promise<LatestStates> {
  const [nozzles, tanks, seals, devices, gateways] = await Promise.all([
    db.selectFrom("latest_nozzle").selectAll().where("station", "=", station).execute(),
    db
      .selectFrom("latest_tank as t")
      .innerJoin("gateway as g", "g.no", "t.gateway")
      .selectAll("t")
      .select("g.id as gateway")
      .where("t.station", "=", station)
      .execute(),
    db.selectFrom("latest_seal").selectAll().where("station", "=", station).execute(),
    latestDevices(db, station),
    db.selectFrom("gateway").selectAll().where("station", "=", station).orderBy("id").execute(),
  ]);
  return {
    nozzles: nozzles.map((row) => ({
      station,
      nozzle: row.nozzle,
      unitPriceFen: row.unit_price_fen,
      totalVolumeCl: row.total_volume_cl,
      totalAmountFen: row.total_amount_fen,
    })),
    tanks: tanks.map(tankLevelOf),
    seals: seals.map((row) => ({
      station,
      seal: row.seal,
      atMs: row.at_ms,
      state: row.state,
      tamperCount: row.tamper_count,
      openCount: row.open_count,
      batteryPercent: row.battery_percent,
    })),
    devices,
    gateways: gateways.map((row) => ({
      gateway: row.id,
      station,
      seq: row.seq,
      hash: row.hash,
      heardMs: row.heard_ms,
      lastRecordMs: row.last_record_ms,
      version: row.version,
      unacknowledged: row.unacknowledged,
    })),
  };
}

async function latestDevices(db: Kysely<Tables>, station: string): Promise<DeviceRow[]> {
  const links = await db.selectFrom("latest_link").selectAll().where("station", "=", station).execute();
  const identities = await db.selectFrom("latest_identity").selectAll().where("station", "=", station).execute();
  const names = new Set([...links.map((row) => row.device || row.line), ...identities.map((row) => row.device)]);
  return [...names].map((device) => {
    const own = links.find((row) => row.device === device) ?? links.find((row) => row.line === device);
    // The line's own state counts when it is down: a device on it cannot be up.
    const line = links.find((row) => row.device === "" && row.line === own?.line);
    const link = line?.state === "down" && line.since_ms >= (own?.since_ms ?? 0) ? line : own;
    const identity = identities.find((row) => row.device === device);
    return {
      station,
      device,
      linkState: link?.state ?? null,
      linkSinceMs: link?.since_ms ?? null,
      linkReason: link?.reason ?? null,
      identity:
        identity === undefined
          ? null
          : {
              initialised: identity.initialised === 1,
              factorySerial: identity.factory_serial,
              taxpayerId: identity.taxpayer_id,
              oilCode: identity.oil_code,
              atMs: identity.at_ms,
            },
    };
  });
}
