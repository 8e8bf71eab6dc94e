/** A gateway that tells another story than before: the same seq with another hash, a chain that does not fit, a record no agent writes. */
import { quiet, type RefusedBatch, rule, type Step } from "./rule.ts";
import { moment, plain } from "./wording.ts";

/** Refusals that mean the story itself was changed; others are damage on the way. */
const BROKEN = ["fork", "chain", "schema"];

function onRefused(state: null, gateway: string, refused: RefusedBatch, atMs: number): Step<null> {
  if (!BROKEN.includes(refused.code)) return quiet(state);
  const { positionSeq } = refused;
  return {
    state,
    verdicts: [
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
    ],
  };
}

export const chainBroken = rule<null>({
  id: "gateway.chain-broken",
  title: { zh: "网关记录链断裂", en: "Gateway's chain of records broken" },
  basis: "第五条（二）、第十条（二） Art. 5(2), 10(2)",
  department: "public-security",
  severity: "high",
  parameters: {},
  needs: [],
  start: () => null,
  onRefused,
  text: ({ subject, figures, untilMs }) => ({
    zh: `采集网关 ${subject} 在 ${moment(untilMs)} 送来的批次（自第 ${plain(figures.refusedFromSeq)} 条，共 ${plain(figures.refusedCount)} 条）与已存至第 ${plain(figures.storedSeq)} 条的记录链不符，已拒收并留存（${plain(figures.code)}）。请封存网关并核对其日志。`,
    en: `At ${moment(untilMs)} gateway ${subject} sent a batch (from record ${plain(figures.refusedFromSeq)}, ${plain(figures.refusedCount)} records) that does not fit the chain stored up to record ${plain(figures.storedSeq)}; it was refused and kept (${plain(figures.code)}). Secure the gateway and verify its journal.`,
  }),
});
