/** A person's review: what was found, a case for it, and the confirmation under the real name. */
import { Button, Input } from "antd";
import { useState } from "react";
import type { InspectionDetail } from "../../../../api/inspection-schemas.ts";
import { useConfirm, useFinding, useRemark } from "../../data/inspections.ts";
import { useSession } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { WordsField } from "../../parts/words-field.tsx";

export function ReviewForm({ one }: { one: InspectionDetail }) {
  const { t } = useSpeech();
  const { name } = useSession();
  const [text, setText] = useState("");
  const [isFinding, setFinding] = useState(false);
  const confirm = useConfirm(one.station, one.day);
  const remark = useRemark(one.station, one.day);
  const isOpen = one.confirmedAt === null;
  const needsText = one.worst !== "good" && one.worst !== "none";
  const error = confirm.error ?? remark.error;
  const clear = { onSuccess: () => setText("") };
  return (
    <>
      <form
        className="step-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isOpen) confirm.mutate(text, clear);
          else remark.mutate(text, clear);
        }}
      >
        <WordsField label={t("inspection.remark")} most={2_000} value={text} onChange={setText} />
        {isOpen && <p className="faint">{t("inspections.confirmHint", { name })}</p>}
        {error !== null && <Refusal error={error} />}
        <div className="review-buttons">
          <Button
            type="primary"
            htmlType="submit"
            loading={confirm.isPending || remark.isPending}
            disabled={(needsText || !isOpen) && text.trim().length < 2}
            data-testid="confirm-inspection"
          >
            {t(isOpen ? "inspection.confirm" : "inspection.addRemark")}
          </Button>
          <Button aria-expanded={isFinding} onClick={() => setFinding(!isFinding)} data-testid="finding">
            {t("inspection.finding")}
          </Button>
        </div>
      </form>
      {isFinding && <FindingForm one={one} begun={text} onDone={() => setFinding(false)} />}
    </>
  );
}

function FindingForm({ one, begun, onDone }: { one: InspectionDetail; begun: string; onDone: () => void }) {
  const { t, language } = useSpeech();
  const between = language === "en" ? " " : "";
  const wrong = one.checks.filter(({ state }) => state !== "good" && state !== "none");
  const first = wrong
    .map(({ check, state }) => `${t(`inspectionCheck.${check}`)}${between}${t(`inspectionState.${state}`)}`)
    .join(t("common.listSeparator"));
  const [title, setTitle] = useState(first);
  const [text, setText] = useState(begun);
  const finding = useFinding(one.station, one.day);
  return (
    <form
      className="step-form finding-form"
      onSubmit={(event) => {
        event.preventDefault();
        finding.mutate({ title, text }, { onSuccess: onDone });
      }}
    >
      <Input
        aria-label={t("inspection.findingTitle")}
        placeholder={t("inspection.findingTitle")}
        maxLength={200}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <WordsField label={t("inspection.findingText")} most={2_000} value={text} onChange={setText} />
      {finding.error !== null && <Refusal error={finding.error} />}
      <Button
        type="primary"
        htmlType="submit"
        loading={finding.isPending}
        disabled={title.trim().length < 2}
        data-testid="open-case"
      >
        {t("inspection.openCase")}
      </Button>
    </form>
  );
}
