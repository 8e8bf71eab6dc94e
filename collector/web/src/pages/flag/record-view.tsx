/**
 * One journal record as proof: its fields in words, the frames as they came over the wire, the line that was hashed,
 * and the hash, which the reader's own browser works out again.
 */
import { useEffect, useState } from "react";
import type { ProofRecord } from "../../../../api/schemas.ts";
import { figureLines } from "../../format/figures.ts";
import { formatCount } from "../../format/number.ts";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Mark } from "../../parts/marks.tsx";
import { type HashVerdict, verifyHash } from "./hash.ts";
import { groupHex, HEADER_FIELDS, readLine, subjectOf } from "./journal-line.ts";

export function RecordView({ record, unfolded }: { record: ProofRecord; unfolded: boolean }) {
  const { t, language } = useSpeech();
  const fields = readLine(record.line);
  return (
    <details className="record" open={unfolded} data-testid={`record-${record.gateway}-${record.seq}`}>
      <summary>
        <span className="record-seq code">{t("record.seq", { seq: formatCount(record.seq) })}</span>
        <span className="record-kind">{phraseFor(language, "recordKind", record.kind) ?? record.kind}</span>
        <span className="code">{fields === undefined ? "" : subjectOf(fields)}</span>
        <time dateTime={record.at}>{formatDateTime(record.at)}</time>
        <HashMark record={record} />
      </summary>
      <div className="record-body">
        {fields === undefined ? (
          <p>{t("record.unreadable")}</p>
        ) : (
          <>
            <Facts className="facts-record" facts={figureLines(fields, language, HEADER_FIELDS)} />
            <Frames raw={fields.raw} />
          </>
        )}
        <Proof record={record} />
      </div>
    </details>
  );
}

function Frames({ raw }: { raw: unknown }) {
  const { t } = useSpeech();
  if (!Array.isArray(raw) || raw.length === 0) return null;
  return (
    <div className="proof">
      <h4>{t("record.raw")}</h4>
      {raw.map((frame) => (
        <code key={String(frame)} className="hex">
          {groupHex(String(frame))}
        </code>
      ))}
    </div>
  );
}

function Proof({ record }: { record: ProofRecord }) {
  const { t } = useSpeech();
  return (
    <div className="proof">
      <div className="proof-head">
        <h4>{t("record.line")}</h4>
        <CopyButton text={record.line} />
      </div>
      <code className="line-text">{record.line}</code>
      <dl className="hashes">
        <div>
          <dt>{t("record.previousHash")}</dt>
          <dd className="code">{record.previousHash}</dd>
        </div>
        <div>
          <dt>{t("record.hash")}</dt>
          <dd className="code">{record.hash}</dd>
        </div>
        <div>
          <dt>{t("record.receivedAt")}</dt>
          <dd>{formatDateTime(record.receivedAt)}</dd>
        </div>
      </dl>
    </div>
  );
}

function HashMark({ record }: { record: ProofRecord }) {
  const { t } = useSpeech();
  const { line, hash, previousHash } = record;
  const [verdict, setVerdict] = useState<HashVerdict>();
  useEffect(() => {
    let wanted = true;
    void verifyHash({ line, hash, previousHash }).then((found) => {
      if (wanted) setVerdict(found);
    });
    return () => {
      wanted = false;
    };
  }, [line, hash, previousHash]);
  if (verdict === undefined) return <span className="mark" />;
  if (verdict === "unchecked")
    return (
      <Mark tone="quiet" icon="ring">
        {t("record.unchecked")}
      </Mark>
    );
  return verdict === "right" ? (
    <Mark tone="good" icon="check">
      {t("record.verified")}
    </Mark>
  ) : (
    <Mark tone="bad" icon="cross">
      {t("record.mismatch")}
    </Mark>
  );
}
