/** Who took a flag how far, and the steps that the reader can take now. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { FlagDetail } from "../../../../api/schemas.ts";
import { type FlagLife, send } from "../../data/client.ts";
import { flagLifeQuery } from "../../data/queries.ts";
import { useMay } from "../../data/session.tsx";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { Nothing } from "../../parts/waiting.tsx";
import { WordsField } from "../../parts/words-field.tsx";

export function FlagSteps({ id, steps }: { id: string; steps: FlagDetail["handling"]["steps"] }) {
  const { t, language } = useSpeech();
  const mayHandle = useMay("flags:handle");
  return (
    <>
      {steps.length === 0 && <Nothing text={t("flag.notHandled")} />}
      <ol className="flag-steps">
        {steps.map(({ at, by, step, reason }) => (
          <li key={at}>
            <span>
              <strong>{phraseFor(language, "step", step) ?? step}</strong> {by}
            </span>
            <time dateTime={at}>{formatDateTime(at)}</time>
            {reason !== null && <p>{reason}</p>}
          </li>
        ))}
      </ol>
      {mayHandle && <StepForm id={id} />}
    </>
  );
}

function StepForm({ id }: { id: string }) {
  const { t, language } = useSpeech();
  const cache = useQueryClient();
  const [reason, setReason] = useState("");
  const { data } = useQuery(flagLifeQuery(id));
  const take = useMutation({
    mutationFn: (step: string) =>
      send<FlagLife>("POST", `/flags/${encodeURIComponent(id)}/steps`, {
        step,
        ...(reason.trim() === "" ? {} : { reason }),
      }),
    onSuccess: () => setReason(""),
    onSettled: () =>
      Promise.all(["flag", "flags", "flag-life"].map((name) => cache.invalidateQueries({ queryKey: [name] }))),
  });
  if (data === undefined || data.possible.length === 0) return null;
  return (
    <div className="flag-step-form">
      <WordsField label={t("flag.reason")} rows={2} most={1_000} value={reason} onChange={setReason} />
      <div className="flag-step-buttons">
        {data.possible.map((step) => (
          <Button key={step} loading={take.isPending && take.variables === step} onClick={() => take.mutate(step)}>
            {phraseFor(language, "step", step) ?? step}
          </Button>
        ))}
      </div>
      {take.error !== null && <Refusal error={take.error} />}
    </div>
  );
}
