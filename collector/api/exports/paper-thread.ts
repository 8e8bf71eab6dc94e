/** Sets one table on paper, in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { paperOf } from "./paper.ts";

parentPort?.postMessage(await paperOf(workerData));
