/** The special report of a major case: what a person writes; the rest is taken from the case. */
import { Button, Input } from "antd";
import { useId, useState } from "react";
import type { CaseDetail } from "../../../../api/case-schemas.ts";
import { useCaseReport } from "../../data/cases.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Refusal } from "../../parts/refusal.tsx";

const PARTS = ["facts", "cause", "handling", "advice"] as const;

export function ReportForm({ one, onDone }: { one: CaseDetail; onDone: () => void }) {
  const { t } = useSpeech();
  const form = useId();
  const [text, setText] = useState({ facts: "", cause: "", handling: "", advice: "" });
  const write = useCaseReport(one.id);
  const isWhole = PARTS.every((name) => text[name].trim().length >= 2);
  return (
    <form
      className="step-form report-form"
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate(text, { onSuccess: onDone });
      }}
    >
      <p className="faint">{t("casePapers.reportHelp")}</p>
      {PARTS.map((name) => (
        <div key={name}>
          <label htmlFor={`${form}-${name}`}>{t(`caseReport.${name}`)}</label>
          <Input.TextArea
            id={`${form}-${name}`}
            rows={3}
            maxLength={4_000}
            value={text[name]}
            onChange={({ target }) => setText({ ...text, [name]: target.value })}
          />
        </div>
      ))}
      {write.error !== null && <Refusal error={write.error} />}
      <Button type="primary" htmlType="submit" loading={write.isPending} disabled={!isWhole} data-testid="make-report">
        {t("casePapers.make")}
      </Button>
    </form>
  );
}
