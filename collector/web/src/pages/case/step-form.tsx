/** The steps that the reader can take now, each with what it needs. */
import { Button, Select } from "antd";
import { useRef, useState } from "react";
import type { CaseDetail } from "../../../../api/case-schemas.ts";
import { useCaseStep } from "../../data/cases.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { DEPARTMENTS } from "../../parts/departments.ts";
import { Refusal } from "../../parts/refusal.tsx";
import { WordsField } from "../../parts/words-field.tsx";

type Step = CaseDetail["possible"][number];

const OUTCOMES = ["confirmed", "dismissed", "mended", "passed-on"] as const;
export function StepForm({ one }: { one: CaseDetail }) {
  const { t, language } = useSpeech();
  // Tasks have a list of their own.
  const steps = one.possible.filter((step) => step !== "task");
  const [step, setStep] = useState<Step | undefined>(steps[0]);
  const [text, setText] = useState("");
  const [department, setDepartment] = useState<string>(one.lead);
  const [photos, setPhotos] = useState<File[]>([]);
  const [outcome, setOutcome] = useState<string>(OUTCOMES[0]);
  const send = useCaseStep(one.id);
  if (step === undefined) return <p className="faint">{t("case.noAct")}</p>;
  const needsDepartment = step === "assign" || step === "hand-over" || step === "invite";
  const submit = () =>
    send.mutate({
      step,
      after: one.after,
      photos: step === "site-visit" ? photos : [],
      ...(text.trim() === "" ? {} : { text }),
      ...(needsDepartment ? { department } : {}),
      ...(step === "answer" ? { outcome } : {}),
    });
  return (
    <form
      className="step-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="step-choice" role="radiogroup" aria-label={t("case.act")}>
        {steps.map((name) => (
          <Button
            key={name}
            role="radio"
            aria-checked={name === step}
            type={name === step ? "primary" : "default"}
            onClick={() => setStep(name)}
          >
            {t(`caseStep.${name}`)}
          </Button>
        ))}
      </div>
      {needsDepartment && (
        <Select
          aria-label={t("case.department")}
          value={department}
          onChange={setDepartment}
          options={DEPARTMENTS.map((value) => ({ value, label: phraseFor(language, "department", value) ?? value }))}
        />
      )}
      {step === "answer" && (
        <Select
          aria-label={t("case.outcome")}
          value={outcome}
          onChange={setOutcome}
          options={OUTCOMES.map((value) => ({ value, label: t(`caseOutcome.${value}`) }))}
        />
      )}
      <WordsField label={t("case.text")} most={4_000} value={text} onChange={setText} />
      {step === "site-visit" && <VisitPhotos photos={photos} onChange={setPhotos} />}
      {send.error !== null && <Refusal error={send.error} />}
      <Button type="primary" htmlType="submit" loading={send.isPending}>
        {t("case.send")}
      </Button>
    </form>
  );
}

/** Photos of a site visit; a phone offers its camera. */
function VisitPhotos({ photos, onChange }: { photos: File[]; onChange: (photos: File[]) => void }) {
  const { t } = useSpeech();
  const field = useRef<HTMLInputElement>(null);
  return (
    <div className="visit-photos">
      <input
        ref={field}
        type="file"
        className="unseen"
        aria-label={t("case.photos")}
        tabIndex={-1}
        accept="image/jpeg,image/png"
        multiple
        onChange={({ target }) => onChange([...(target.files ?? [])])}
      />
      <Button onClick={() => field.current?.click()}>{t("case.addPhotos")}</Button>
      <small>
        {photos.length === 0 ? t("case.photos") : photos.map(({ name }) => name).join(t("common.listSeparator"))}
      </small>
    </div>
  );
}
