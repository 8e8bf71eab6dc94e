/** Reads one file in a thread of its own, whose memory and time are limited by who started it. */
import { parentPort, workerData } from "node:worker_threads";
import { readCsv } from "./csv.ts";
import { sheetLimits } from "./limits.ts";
import { readXlsx } from "./xlsx.ts";

const { bytes, name } = workerData as { bytes: Uint8Array; name: string };
// Every workbook is a ZIP archive.
const isWorkbook = bytes[0] === 0x50 && bytes[1] === 0x4b;
parentPort?.postMessage(isWorkbook ? await readXlsx(bytes, sheetLimits) : readCsv(bytes, name, sheetLimits));
