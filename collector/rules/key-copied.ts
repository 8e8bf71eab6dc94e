/**
 * One gateway's key at work in two places. A program never goes back to a connection that it has given up, and a
 * journal never goes back to an earlier record: where both are seen to go on, there are two.
 */
import type { TrustEvent } from "../trust/events.ts";
import { evidenceOf, NONE, type RefusedBatch, rule, type SeenRecord, type Text, type Verdicts } from "./rule.ts";
import { moment, plain } from "./wording.ts";

interface Second {
  kind: "fork" | "other-hash" | "behind";
  atMs: number;
  seq: number;
  storedSeq: number;
}
/** by gateway: a second story that was told, until it is known whether the first one goes on */
type State = Record<string, Second>;

function onTrust(state: State, event: TrustEvent, atMs: number): Verdicts {
  if (event.event === "second-story") {
    const { gateway, kind, lastSeq, storedSeq } = event;
    state[gateway] = { kind, atMs, seq: lastSeq, storedSeq };
    return NONE;
  }
  if (event.event !== "two-places") return NONE;
  const { gateway, addresses, returns, sinceMs } = event;
  const figures = { sign: "two-connections", addressA: addresses[0], addressB: addresses[1], returns };
  return [{ verdict: "finding", subject: gateway, fromMs: sinceMs, atMs, figures, evidence: [] }];
}

function onRefused(state: State, gateway: string, refused: RefusedBatch, atMs: number): Verdicts {
  if (refused.code !== "fork") return NONE;
  const { firstSeq, count, positionSeq } = refused;
  state[gateway] = { kind: "fork", atMs, seq: firstSeq + count - 1, storedSeq: positionSeq };
  return NONE;
}

/** The stored chain goes on although another story was told with the same key: only its own journal can do that. */
function onRecord(state: State, { record, atMs }: SeenRecord): Verdicts {
  const second = state[record.gateway];
  if (second === undefined) return NONE;
  // Told of a chain that the gateway has begun anew, and said so: the old one does not go on.
  const isReplaced = record.kind === "gateway" && record.event === "journal-replaced";
  if (!isReplaced && record.seq <= second.storedSeq) return NONE;
  delete state[record.gateway];
  if (isReplaced) return NONE;
  const figures = { sign: second.kind, secondSeq: second.seq, storedSeq: second.storedSeq, nextSeq: record.seq };
  const before = { gateway: record.gateway, fromSeq: second.storedSeq, toSeq: second.storedSeq };
  const evidence = second.storedSeq === 0 ? [evidenceOf(record)] : [before, evidenceOf(record)];
  return [{ verdict: "finding", subject: record.gateway, fromMs: second.atMs, atMs, figures, evidence }];
}

const SIGNS: Record<string, (figures: Record<string, string>) => Text> = {
  "two-connections": ({ addressA, addressB, returns }) => ({
    zh: `同一网关的两个连接（${addressA} 与 ${addressB}）同时开着并轮流发送，已见 ${returns} 次`,
    en: `two connections of the gateway, from ${addressA} and ${addressB}, are open together and take turns (${returns} times)`,
  }),
  fork: ({ secondSeq, storedSeq, nextSeq }) => ({
    zh: `收到同一密钥签名、至第 ${secondSeq} 条而内容不同的记录，与此同时原记录链（第 ${storedSeq} 条）又续到第 ${nextSeq} 条`,
    en: `other records up to ${secondSeq} came, signed with the same key, and the stored chain (up to ${storedSeq}) went on to record ${nextSeq} all the same`,
  }),
  "other-hash": ({ secondSeq, nextSeq }) => ({
    zh: `有设备以同一密钥连接，其日志第 ${secondSeq} 条与已存的不同；原记录链又续到第 ${nextSeq} 条`,
    en: `a box with the same key connected whose record ${secondSeq} is another than the stored one, and the stored chain went on to record ${nextSeq}`,
  }),
  behind: ({ secondSeq, storedSeq, nextSeq }) => ({
    zh: `有设备以同一密钥连接，其日志只到第 ${secondSeq} 条（已存至第 ${storedSeq} 条）；原记录链又续到第 ${nextSeq} 条`,
    en: `a box with the same key connected whose journal ends at record ${secondSeq} (stored are ${storedSeq}), and the stored chain went on to record ${nextSeq}`,
  }),
};

export const keyCopied = rule<State>({
  id: "gateway.key-copied",
  title: { zh: "网关密钥疑被复制", en: "Gateway's key used from two places" },
  basis: "第五条（二）、第十条（二） Art. 5(2), 10(2)",
  department: "public-security",
  severity: "high",
  parameters: {},
  why: {
    zh: "持有复制密钥的人可以冒充网关签署记录。",
    en: "Whoever holds a copy of the key can sign records as if they came from the station.",
  },
  check: {
    zh: "立即吊销该网关并换机入网；查明密钥如何外泄（硬盘是否被克隆、机柜是否被打开）。",
    en: "Revoke the gateway and enrol a new box; find out how the key got out (a cloned disk, an opened cabinet).",
  },
  whilePrepared: true,
  start: () => ({}),
  on: {},
  onRecord,
  onTrust,
  onRefused,
  text: ({ subject, figures, fromMs }) => {
    const words = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, plain(value)]));
    const sign = SIGNS[words.sign ?? ""]?.(words) ?? { zh: "", en: "" };
    return {
      zh: `网关 ${subject} 的密钥自 ${moment(fromMs)} 起在两处使用：${sign.zh}。请吊销该网关并查明原因。`,
      en: `Since ${moment(fromMs)} the key of gateway ${subject} has been used in two places: ${sign.en}. Revoke the gateway and find out how.`,
    };
  },
});
