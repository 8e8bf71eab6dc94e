/** Looks into a gateway's journal from outside, or fills it: `journal.ts fill|head|starts|summary|settled|has FOLDER …`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startJournal } from "@forecourt/edge-agent/journal/start.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import Database from "better-sqlite3";
import { aboutGateway, numberedSale, numberedStamp } from "../journal/records.ts";

const [what = "", folder = "", argument = ""] = process.argv.slice(2);
const AT_ONCE = 1_000;
const GATEWAY = "gw-530000-0001" as GatewayId;

function fill(count: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const breakRecord = (of: object) => ({ body: aboutGateway("journal-replaced", of), stamp: numberedStamp });
  const { journal } = startJournal({ folder, at: numberedStamp.at, breakRecord });
  const stamp = { ...numberedStamp, gateway: GATEWAY };
  for (let done = 0; done < count; done += AT_ONCE) {
    const bodies = Array.from({ length: AT_ONCE }, (_, at) => numberedSale("N01", 4_000 * (done + at + 1)));
    journal.append(bodies, stamp);
  }
  journal.close();
}

function records(db: Database.Database): JournalRecord[] {
  const lines = db.prepare<[], { line: string }>("SELECT line FROM entry ORDER BY seq DESC LIMIT 500").all();
  return lines.map(({ line }) => JSON.parse(line) as JournalRecord);
}

function head(db: Database.Database): number {
  return (db.prepare("SELECT max(seq) AS seq FROM entry").get() as { seq: number }).seq;
}

function acknowledged(db: Database.Database): number {
  return (db.prepare("SELECT max(seq) AS seq FROM receipt").get() as { seq: number | null }).seq ?? 0;
}

function starts(db: Database.Database): number {
  return records(db).filter((one) => one.kind === "gateway" && one.event === "start" && one.version === argument)
    .length;
}

function holds(db: Database.Database): boolean {
  const newest = records(db);
  if (what === "settled") {
    const isRead = newest.some(
      (record) => record.kind === "tank" && record.tank === argument && record.quality === "good",
    );
    return isRead && acknowledged(db) > 0 && head(db) - acknowledged(db) < 10;
  }
  const [event, version] = argument.split(" ");
  return newest.some(
    (record) => record.kind === "gateway" && record.event === event && (version ?? record.version) === record.version,
  );
}

if (what === "fill") fill(Number(argument));
else {
  const db = new Database(join(folder, "journal.db"), { readonly: true });
  if (what === "head") process.stdout.write(`${head(db)}\n`);
  else if (what === "starts") process.stdout.write(`${starts(db)}\n`);
  else if (what === "summary") process.stdout.write(`${head(db)} records, ${acknowledged(db)} receipted\n`);
  else process.exitCode = holds(db) ? 0 : 1;
  db.close();
}
