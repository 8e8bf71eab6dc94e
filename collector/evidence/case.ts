/** Puts together the evidence file of a case, and signs it with the collector's key. */
import type { Signer } from "@forecourt/protocol/batch/signer.ts";
import { type CaseFile, signedBytes, type UnsignedCaseFile } from "@forecourt/protocol/evidence/case-file.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import type { CaseWhole } from "../cases/store.ts";
import { buildEvidence, type EvidenceSource } from "./build.ts";

/** @param nowMs epoch ms */
export async function buildCaseFile(
  whole: CaseWhole,
  source: EvidenceSource,
  signer: Signer,
  nowMs: number,
): Promise<CaseFile> {
  const { id, number, station, county, nature, origin, title, state, lead, together, major, outcome } = whole.row;
  const unsigned: UnsignedCaseFile = {
    format: "forecourt-case-v1",
    madeAt: formatTime(nowMs),
    case: { id, number, station, county, nature, origin, title, state, lead, together, major, outcome },
    events: whole.events.map(({ atMs, who, ...event }) => ({ ...event, at: formatTime(atMs), by: who })),
    tasks: whole.tasks.map(({ id: task, zh, doneMs, doneBy, note }) => {
      return { id: task, text: zh, doneAt: doneMs === null ? null : formatTime(doneMs), doneBy, note };
    }),
    files: whole.files.map(({ atMs, who, ...file }) => ({ ...file, at: formatTime(atMs), by: who })),
    flags: whole.flags.map((flag) => {
      const built = buildEvidence(flag, source, nowMs);
      return built.ok
        ? { flag, evidence: JSON.stringify(built.value), why: null }
        : { flag, evidence: null, why: built.error };
    }),
    publicKey: signer.publicKey,
  };
  const signature = await signer.sign(signedBytes(unsigned));
  return { ...unsigned, signature: Buffer.from(signature).toString("base64") };
}
