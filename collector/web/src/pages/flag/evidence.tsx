/**
 * The proof of a flag: which stretches of which journal, and the records themselves with their hashes.
 */
import type { FlagDetail } from "../../../../api/schemas.ts";
import { formatCount } from "../../format/number.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Nothing } from "../../parts/waiting.tsx";
import { RecordView } from "./record-view.tsx";

/** With more records than this the page starts with all of them folded. */
const UNFOLDED_RECORDS = 2;

export function Evidence({ detail }: { detail: FlagDetail }) {
  const { t } = useSpeech();
  const { flag, records, truncated } = detail;
  return (
    <Panel title={t("flag.evidence")} className="evidence">
      <p className="evidence-help">{t("flag.evidenceHelp")}</p>
      <ul className="ranges" aria-label={t("flag.ranges")}>
        {flag.evidence.map(({ gateway, fromSeq, toSeq }) => (
          <li key={`${gateway}-${fromSeq}`} className="code">
            {fromSeq === toSeq
              ? t("flag.rangeOne", { gateway, from: formatCount(fromSeq) })
              : t("flag.range", { gateway, from: formatCount(fromSeq), to: formatCount(toSeq) })}
          </li>
        ))}
      </ul>
      {records.length === 0 && <Nothing text={t("flag.noRecords")} />}
      {records.map((record) => (
        <RecordView
          key={`${record.gateway}-${record.seq}`}
          record={record}
          unfolded={records.length <= UNFOLDED_RECORDS}
        />
      ))}
      {truncated && <p className="faint">{t("flag.truncated", { count: formatCount(records.length) })}</p>}
    </Panel>
  );
}
