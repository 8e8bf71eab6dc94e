/** The SQLite store: one file, one writer, every commit on disk before it counts. */
import type { Store } from "../store.ts";
import { sqliteAccess } from "./access.ts";
import { sqliteRequests } from "./access-requests.ts";
import { sqliteAudit } from "./audit.ts";
import { sqliteCases } from "./cases.ts";
import { sqliteChanges } from "./changes.ts";
import { sqliteCommands } from "./commands.ts";
import { sqliteDesk } from "./desk.ts";
import { sqliteEnrolment } from "./enrolment.ts";
import { evidenceSource } from "./evidence.ts";
import { sqliteFilings } from "./filings.ts";
import { sqliteIngest } from "./ingest.ts";
import { sqliteInspections } from "./inspections.ts";
import { sqliteNotices } from "./notices.ts";
import { openDatabase } from "./open.ts";
import { sqliteQueries } from "./queries.ts";
import { sqliteRegistry } from "./registry.ts";
import { sqliteRules } from "./rules.ts";
import { sqliteSavedViews } from "./saved-views.ts";
import { sqliteStatistics } from "./statistics.ts";
import { sqliteTrust } from "./trust.ts";
import { sqliteWalls } from "./walls.ts";

/**
 * Opens the store.
 * @param file path of the database; made when missing
 */
export async function openSqliteStore(file: string): Promise<Store> {
  const { raw, typed } = await openDatabase(file);
  const audit = sqliteAudit(raw);
  return {
    ingest: sqliteIngest(raw),
    rules: sqliteRules(raw),
    filings: sqliteFilings(raw),
    enrolment: sqliteEnrolment(raw),
    commands: sqliteCommands(raw),
    desk: sqliteDesk(raw, audit),
    cases: sqliteCases(raw, audit),
    evidence: evidenceSource(raw),
    notices: sqliteNotices(raw, audit),
    inspections: sqliteInspections(raw, audit),
    registry: sqliteRegistry(raw, audit),
    changes: sqliteChanges(raw, audit),
    trust: sqliteTrust(raw),
    access: sqliteAccess(raw, audit),
    requests: sqliteRequests(raw, audit),
    walls: sqliteWalls(raw, audit),
    audit,
    savedViews: sqliteSavedViews(raw),
    queries: sqliteQueries(typed),
    statistics: sqliteStatistics(raw),
    close: async () => {
      raw.close();
    },
  };
}
