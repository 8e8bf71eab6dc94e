/** The thread of a {@link Verification}: reads the database without being able to change it. */
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { sqliteAudit } from "../store/sqlite/audit.ts";
import { verifyAudit } from "./chain.ts";
import type { Walk } from "./verification.ts";

const { database, head } = workerData as Walk;
const raw = new Database(database, { readonly: true, fileMustExist: true });
const verified = verifyAudit(sqliteAudit(raw).entries(), head);
raw.close();
parentPort?.postMessage(verified);
