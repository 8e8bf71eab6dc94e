/** Papers of a case: the form of a site visit, the evidence file, and the special report of a major case. */
import { Button } from "antd";
import { useState } from "react";
import type { CaseDetail } from "../../../../api/case-schemas.ts";
import { casePaperAddress } from "../../data/cases.ts";
import { useMay } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { ReportForm } from "./report-form.tsx";

export function CasePapers({ one }: { one: CaseDetail }) {
  const { t } = useSpeech();
  const mayTake = useMay("exports:take");
  const [isWriting, setWriting] = useState(false);
  // Who may mark it as major leads it, and answers for its report.
  const mayReport = one.major && one.possible.includes("mark-major");
  return (
    <>
      <ul className="case-papers">
        <li>
          <a href={casePaperAddress(one.id, "visit-form")} download>
            {t("casePapers.visit")}
          </a>
          <small>{t("casePapers.visitHelp")}</small>
        </li>
        {mayTake && (
          <li>
            <a href={casePaperAddress(one.id, "evidence")} download data-testid="case-evidence">
              {t("casePapers.evidence")}
            </a>
            <small>{t("casePapers.evidenceHelp")}</small>
            <code className="code">collector evidence verify case-{one.number}-evidence.json</code>
          </li>
        )}
      </ul>
      {mayReport && (
        <Button aria-expanded={isWriting} onClick={() => setWriting(!isWriting)} data-testid="write-report">
          {t("casePapers.report")}
        </Button>
      )}
      {mayReport && isWriting && <ReportForm one={one} onDone={() => setWriting(false)} />}
    </>
  );
}
