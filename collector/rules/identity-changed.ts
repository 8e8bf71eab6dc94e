/** The tax device must stay the one that was sealed: a new serial, taxpayer or fuel, or a lost tax state, is a change. */
import type { IdentityRecord } from "@forecourt/protocol/records/schema.ts";
import { covered } from "./covered.ts";
import {
  type EvidenceRange,
  evidenceOf,
  type Figures,
  NONE,
  type RuleContext,
  rule,
  type SeenRecord,
  type Verdicts,
} from "./rule.ts";
import { moment, plain } from "./wording.ts";

interface Known {
  initialised: boolean;
  factorySerial: string;
  taxpayerId: string | null;
  oilCode: string | null;
  evidence: EvidenceRange;
}
/** By `device nozzle`: several nozzles share a device, each states its own fuel. */
type State = Record<string, Known>;

const FIELDS = ["factorySerial", "taxpayerId", "oilCode"] as const;

function changes(known: Known, now: IdentityRecord): Figures {
  const figures: Figures = {};
  for (const field of FIELDS) {
    const before = known[field];
    const after = now[field];
    // Null means that it was not told, which the lost tax state covers.
    if (before === null || after === null || before === after) continue;
    figures[`previous${field[0]!.toUpperCase()}${field.slice(1)}`] = before;
    figures[field] = after;
  }
  if (known.initialised && !now.initialised) figures.taxState = "lost";
  return figures;
}

function onIdentity(state: State, record: IdentityRecord, { atMs }: SeenRecord, context: RuleContext): Verdicts {
  if (record.quality !== "good") {
    const reason = record.reason ?? "the identity could not be confirmed";
    return [{ verdict: "unknown", subject: record.device, atMs, reason }];
  }
  const key = `${record.device} ${record.nozzle}`;
  const known = state[key];
  state[key] = {
    initialised: record.initialised,
    factorySerial: record.factorySerial,
    taxpayerId: record.taxpayerId ?? known?.taxpayerId ?? null,
    oilCode: record.oilCode ?? known?.oilCode ?? null,
    evidence: evidenceOf(record),
  };
  const figures: Figures = known === undefined ? firstSight(record) : changes(known, record);
  if (Object.keys(figures).length === 0) return NONE;
  if (covered(context, ["board-replaced"], [record.device, record.nozzle], atMs)) return NONE;
  figures.nozzle = record.nozzle;
  const evidence = known === undefined ? [evidenceOf(record)] : [known.evidence, evidenceOf(record)];
  return [{ verdict: "finding", subject: record.device, atMs, figures, evidence }];
}

/** The gateway itself saw the serial change, and the collector knows nothing older. */
function firstSight(record: IdentityRecord): Figures {
  if (record.cause !== "changed" || record.previousFactorySerial === null) return {};
  if (record.previousFactorySerial === record.factorySerial) return {};
  return { previousFactorySerial: record.previousFactorySerial, factorySerial: record.factorySerial };
}

const LABELS: Record<string, { zh: string; en: string }> = {
  factorySerial: { zh: "出厂编号", en: "factory serial" },
  taxpayerId: { zh: "纳税人识别号", en: "taxpayer id" },
  oilCode: { zh: "油品代码", en: "fuel code" },
};

export const identityChanged = rule<State>({
  id: "tax-port.identity-changed",
  title: { zh: "税控装置身份变更", en: "Tax device identity changed" },
  basis: "第五条（二）、第十二条 Art. 5(2), 12",
  department: "market-regulation",
  severity: "high",
  parameters: {},
  why: {
    zh: "换了税控装置，就换了它对销售的记忆；只有备案的更换才算数。",
    en: "Another tax device remembers other sales; only a reported replacement is honest.",
  },
  check: {
    zh: "核对税控芯片编号、主板与铅封，索取更换备案。",
    en: "Compare the tax chip's number, the main board and its seal; ask for the filed replacement.",
  },
  start: () => ({}),
  on: { identity: onIdentity },
  merge: (before, now) => ({
    ...before,
    ...now,
    ...Object.fromEntries(Object.entries(before).filter(([name]) => name.startsWith("previous"))),
  }),
  text: ({ subject, figures, untilMs }) => {
    const parts = FIELDS.filter((field) => figures[field] !== undefined).map((field) => {
      const before = plain(figures[`previous${field[0]!.toUpperCase()}${field.slice(1)}`]);
      const after = plain(figures[field]);
      const label = LABELS[field]!;
      return { zh: `${label.zh}由 ${before} 变为 ${after}`, en: `${label.en} from ${before} to ${after}` };
    });
    if (figures.taxState === "lost") parts.push({ zh: "税控初始化状态丢失", en: "its tax state was lost" });
    return {
      zh: `税控口 ${subject} 至 ${moment(untilMs)}：${parts.map((one) => one.zh).join("；")}。若无报备的更换，请现场核查主板与铅封。`,
      en: `Tax port ${subject}, by ${moment(untilMs)}: ${parts.map((one) => one.en).join("; ")}. Unless a change was reported, check the main board and its seal on site.`,
    };
  },
});
