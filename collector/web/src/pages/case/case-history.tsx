/** What was done to a case, the newest first. */
import type { CaseDetail } from "../../../../api/case-schemas.ts";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";

type Event = CaseDetail["events"][number];

export function CaseHistory({ events }: { events: Event[] }) {
  return (
    <ol className="case-history" reversed>
      {[...events.entries()].reverse().map(([index, event]) => (
        <Line key={index} event={event} />
      ))}
    </ol>
  );
}

function Line({ event }: { event: Event }) {
  const { t, language } = useSpeech();
  const { at, by, department, step, text, detail } = event;
  const word = (group: string, name: unknown) =>
    typeof name === "string" ? (phraseFor(language, group, name) ?? name) : undefined;
  const said = [word("department", detail.department), word("caseOutcome", detail.outcome)].filter(Boolean).join(" ");
  return (
    <li>
      <div className="case-event-head">
        <strong>
          {word("caseStep", step)}
          {said === "" ? "" : `：${said}`}
        </strong>
        <span>
          {by === "collector" ? t("inspections.itself") : by}
          {department === null ? "" : `（${word("department", department)}）`}
        </span>
        <time dateTime={at}>{formatDateTime(at)}</time>
      </div>
      {text !== null && text !== "" && <p>{text}</p>}
    </li>
  );
}
