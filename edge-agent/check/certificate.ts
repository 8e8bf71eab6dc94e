/** Checks how long the gateway's certificate is valid. */
import { readTlsFiles } from "../uplink/tls-files.ts";
import { bad, type Check, type Finding, good } from "./finding.ts";

const DAY_MS = 86_400_000;
/** It is renewed at half of its life; one that is this close to its end was not. */
const WORTH_A_WARNING_DAYS = 14;

/** Pure. @param validUntilMs end of the certificate's life, epoch ms */
export function judgeCertificate(validUntilMs: number, nowMs: number): Pick<Finding, "verdict" | "seen" | "cure"> {
  const days = Math.floor((validUntilMs - nowMs) / DAY_MS);
  const cure = {
    zh: "检查证书自动更新（collector.renewal）和时钟；读数不受影响，但数据送不出去",
    en: "look at the renewal (collector.renewal) and at the clock; reading goes on, but nothing can be sent",
  };
  if (days < 0)
    return bad("fail", { zh: `证书已过期 ${-days} 天`, en: `the certificate ended ${-days} days ago` }, cure);
  const seen = { zh: `证书还有 ${days} 天`, en: `the certificate is valid for ${days} days` };
  return days < WORTH_A_WARNING_DAYS ? bad("warn", seen, cure) : good(seen.zh, seen.en);
}

export const certificateCheck: Check = {
  name: "certificate",
  run({ config, nowMs }) {
    const { tls } = config.collector;
    if (tls === undefined) return [];
    const subject = tls.certFile;
    const material = readTlsFiles(tls);
    if (material.ok)
      return [{ check: "certificate", subject, ...judgeCertificate(material.value.validUntilMs, nowMs) }];
    return material.error.map(({ field, message, cure }) => ({
      check: "certificate",
      subject: tls[field],
      ...bad("fail", { zh: message, en: message }, { zh: cure, en: cure }),
    }));
  },
};
