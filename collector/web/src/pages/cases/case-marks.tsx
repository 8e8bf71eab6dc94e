/** Where a case stands, and how it stands to its term. */
import type { Case } from "../../../../api/case-schemas.ts";
import { useSpeech } from "../../language/language-context.tsx";
import type { IconName } from "../../parts/icons.tsx";
import { Mark, type Tone } from "../../parts/marks.tsx";

const STATES: Record<Case["state"], { tone: Tone; icon: IconName }> = {
  reported: { tone: "warn", icon: "triangle" },
  assigned: { tone: "warn", icon: "triangle" },
  handling: { tone: "quiet", icon: "ring" },
  answered: { tone: "quiet", icon: "info" },
  "fed-back": { tone: "quiet", icon: "info" },
  closed: { tone: "good", icon: "check" },
};

export function CaseStateMark({ state }: { state: Case["state"] }) {
  const { t } = useSpeech();
  return <Mark {...STATES[state]}>{t(`caseState.${state}`)}</Mark>;
}

const DUES: Record<Case["due"], { tone: Tone; icon: IconName }> = {
  none: { tone: "quiet", icon: "ring" },
  "in-time": { tone: "quiet", icon: "ring" },
  soon: { tone: "warn", icon: "triangle" },
  overdue: { tone: "bad", icon: "octagon" },
};

export function DueMark({ due }: { due: Case["due"] }) {
  const { t } = useSpeech();
  return <Mark {...DUES[due]}>{t(`caseDue.${due}`)}</Mark>;
}
