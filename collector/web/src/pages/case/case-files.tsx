/** Photos and papers of a case. */
import { Button } from "antd";
import { useRef } from "react";
import type { CaseDetail } from "../../../../api/case-schemas.ts";
import { caseFileAddress, useCaseFile } from "../../data/cases.ts";
import { formatScaled } from "../../format/number.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Refusal } from "../../parts/refusal.tsx";

const ACCEPTED = "image/jpeg,image/png,application/pdf";

export function CaseFiles({ one }: { one: CaseDetail }) {
  const { t } = useSpeech();
  const mayAdd = one.possible.includes("comment");
  return (
    <>
      {one.files.length === 0 && <p className="faint">{t("case.noFiles")}</p>}
      <ul className="case-files">
        {one.files.map(({ id, name, bytes, sha256, at, by, type }) => (
          <li key={id}>
            {type.startsWith("image/") && <img src={caseFileAddress(one.id, id)} alt={name} loading="lazy" />}
            <a href={caseFileAddress(one.id, id)}>{name}</a>
            <small className="faint">
              {by} {formatDateTime(at)} · {formatScaled(Math.ceil(bytes / 102.4), 1)} KB
            </small>
            <small className="code faint">SHA-256 {sha256.slice(0, 16)}…</small>
          </li>
        ))}
      </ul>
      {mayAdd && (
        <div className="case-file-buttons">
          <AddFile one={one} report={false} label={t("case.addFile")} />
          {one.major && <AddFile one={one} report label={t("case.addReport")} />}
        </div>
      )}
    </>
  );
}

function AddFile({ one, report, label }: { one: CaseDetail; report: boolean; label: string }) {
  const field = useRef<HTMLInputElement>(null);
  const add = useCaseFile(one.id);
  return (
    <>
      <input
        ref={field}
        type="file"
        className="unseen"
        aria-label={label}
        tabIndex={-1}
        accept={report ? "application/pdf" : ACCEPTED}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) add.mutate({ file, report });
          target.value = "";
        }}
      />
      <Button loading={add.isPending} onClick={() => field.current?.click()}>
        {label}
      </Button>
      {add.error !== null && <Refusal error={add.error} />}
    </>
  );
}
