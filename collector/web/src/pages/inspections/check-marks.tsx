/** How a check stands: as a mark with its word, and as a small sign in a row of them. */
import type { Inspection } from "../../../../api/inspection-schemas.ts";
import { formatCount } from "../../format/number.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Icon, type IconName } from "../../parts/icons.tsx";
import { Mark, type Tone } from "../../parts/marks.tsx";

export type Check = Inspection["checks"][number];

const LOOKS: Record<Check["state"], { tone: Tone; icon: IconName }> = {
  good: { tone: "good", icon: "check" },
  warn: { tone: "warn", icon: "triangle" },
  bad: { tone: "bad", icon: "octagon" },
  unknown: { tone: "warn", icon: "ring" },
  none: { tone: "quiet", icon: "info" },
};

export function CheckMark({ state }: { state: Check["state"] }) {
  const { t } = useSpeech();
  return <Mark {...LOOKS[state]}>{t(`inspectionState.${state}`)}</Mark>;
}

/** What is not good of a station, by name; nothing but one mark when all is. */
export function CheckRow({ checks, worst }: { checks: readonly Check[]; worst: Check["state"] }) {
  const { t } = useSpeech();
  const wrong = checks.filter(({ state }) => state !== "good" && state !== "none");
  if (wrong.length === 0) return <CheckMark state={worst} />;
  return (
    <ul className="check-row">
      {wrong.map((check) => (
        <li key={check.check} className={`tone-${LOOKS[check.state].tone}`}>
          <Icon name={LOOKS[check.state].icon} />
          <span className="unseen">{t(`inspectionState.${check.state}`)}</span>
          {t(`inspectionCheck.${check.check}`)}
        </li>
      ))}
    </ul>
  );
}

/** All checks of a station with their figures. */
export function CheckTable({ checks }: { checks: readonly Check[] }) {
  const { t, language } = useSpeech();
  return (
    <ul className="check-table">
      {checks.map(({ check, state, subjects, figure }) => (
        <li key={check} data-testid={`check-${check}`}>
          <span className="check-name">{t(`inspectionCheck.${check}`)}</span>
          <CheckMark state={state} />
          <span className="check-facts">
            {figure !== null && state !== "none" && (
              <span>{phraseFor(language, "inspectionFigure", check)?.replace("{figure}", formatCount(figure))}</span>
            )}
            {subjects.length > 0 && <span className="code">{subjects.join(t("common.listSeparator"))}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
