/**
 * A gateway that tells another story than before: the same seq with another hash, a chain that does not fit, a record
 * no agent writes; or one whose journal was damaged, so that it had to begin a new chain.
 */
import type { GatewayRecord } from "@forecourt/protocol/records/schema.ts";
import {
  evidenceOf,
  type FlagFacts,
  NONE,
  type RefusedBatch,
  rule,
  type SeenRecord,
  type Text,
  type Verdicts,
} from "./rule.ts";
import { moment, plain } from "./wording.ts";

/** Refusals that mean the story itself was changed; others are damage on the way. */
const BROKEN = ["fork", "chain", "schema"];

function onRefused(_: null, gateway: string, refused: RefusedBatch, atMs: number): Verdicts {
  if (!BROKEN.includes(refused.code)) return NONE;
  const { positionSeq } = refused;
  return [
    {
      verdict: "finding",
      subject: gateway,
      atMs,
      figures: {
        code: refused.code,
        message: refused.message,
        refusedFromSeq: refused.firstSeq,
        refusedCount: refused.count,
        storedSeq: positionSeq,
        envelopeSha256: refused.envelopeSha256,
      },
      // The refused batch itself is kept apart; what it contradicts is the last record that was accepted.
      evidence: positionSeq === 0 ? [] : [{ gateway, fromSeq: positionSeq, toSeq: positionSeq }],
    },
  ];
}

/** The break that a gateway states itself: what was written after the last good record of its old journal is in the file that was set aside. */
function onGateway(_: null, record: GatewayRecord, { atMs }: SeenRecord): Verdicts {
  if (record.event !== "journal-replaced") return NONE;
  return [
    {
      verdict: "finding",
      subject: record.gateway,
      atMs,
      figures: {
        code: "journal-replaced",
        message: record.reason ?? "",
        lastGoodSeq: record.previousSeq,
        lastGoodHash: record.previousHash,
        newFirstSeq: record.seq,
      },
      evidence: [evidenceOf(record)],
    },
  ];
}

function replacedText({ subject, figures, untilMs }: FlagFacts): Text {
  const [reason, lastGood, first] = [figures.message, figures.lastGoodSeq, figures.newFirstSeq].map(plain);
  return {
    zh: `采集网关 ${subject} 在 ${moment(untilMs)} 报告其日志损坏（${reason}），旧日志已封存，自第 ${first} 条起另起新链。旧日志最后可信的是第 ${lastGood} 条，其后的记录只在封存的文件里。请到现场取回封存文件并查明原因。`,
    en: `At ${moment(untilMs)} gateway ${subject} reported that its journal was damaged (${reason}). The old journal was set aside and a new chain begins at record ${first}. The last record that held is ${lastGood}; what came after it is only in the file that was set aside. Fetch that file on site and find out why.`,
  };
}

function refusedText({ subject, figures, untilMs }: FlagFacts): Text {
  return {
    zh: `采集网关 ${subject} 在 ${moment(untilMs)} 送来的批次（自第 ${plain(figures.refusedFromSeq)} 条，共 ${plain(figures.refusedCount)} 条）与已存至第 ${plain(figures.storedSeq)} 条的记录链不符，已拒收并留存（${plain(figures.code)}）。请封存网关并核对其日志。`,
    en: `At ${moment(untilMs)} gateway ${subject} sent a batch (from record ${plain(figures.refusedFromSeq)}, ${plain(figures.refusedCount)} records) that does not fit the chain stored up to record ${plain(figures.storedSeq)}; it was refused and kept (${plain(figures.code)}). Secure the gateway and verify its journal.`,
  };
}

export const chainBroken = rule<null>({
  id: "gateway.chain-broken",
  title: { zh: "网关记录链断裂", en: "Gateway's chain of records broken" },
  basis: "第五条（二）、第十条（二） Art. 5(2), 10(2)",
  department: "public-security",
  severity: "high",
  parameters: {},
  whilePrepared: true,
  why: {
    zh: "记录链断裂说明有人改写、删除或伪造了已签名的记录。",
    en: "A chain that does not fit means that signed records were rewritten, removed or forged.",
  },
  check: {
    zh: "封存网关，导出其日志与回执并离线验证；核对更换工单。",
    en: "Secure the gateway, export its journal and receipts and verify them offline; look for a replacement order.",
  },
  start: () => null,
  on: { gateway: onGateway },
  onRefused,
  text: (facts) => (facts.figures.code === "journal-replaced" ? replacedText(facts) : refusedText(facts)),
});
