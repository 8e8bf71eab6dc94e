/** The last day of a licence or verification, with a word when it is near or over. */
import { useSpeech } from "../../language/language-context.tsx";
import { dayIn } from "./days.ts";

/** From so many days before on, it is said. */
const NEAR_DAYS = 60;

export function LicenceDay({ day }: { day: string | null | undefined }) {
  const { t } = useSpeech();
  if (day === null || day === undefined) return <span className="faint">–</span>;
  const isOver = day < dayIn(0);
  const isNear = !isOver && day <= dayIn(NEAR_DAYS);
  return (
    <span className="licence-day">
      {day}
      {isOver && <span className="tone-bad"> {t("entry.expired")}</span>}
      {isNear && <span className="tone-warn"> {t("entry.ending")}</span>}
    </span>
  );
}
