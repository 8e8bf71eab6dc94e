/** The cases about a station that the reader's departments lead or handle. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Case } from "../../../../api/case-schemas.ts";
import { get } from "../../data/client.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { CaseStateMark } from "../cases/case-marks.tsx";

const LATEST = "10";

export function StationCases({ station }: { station: string }) {
  const { t } = useSpeech();
  const cases = useQuery({
    queryKey: ["cases", { station }],
    queryFn: () => get<{ items: Case[] }>("/cases", { station, limit: LATEST }),
  });
  return (
    <Answer query={cases}>
      {({ items }) =>
        items.length === 0 ? (
          <Nothing text={t("station.noCases")} />
        ) : (
          <ul className="station-cases">
            {items.map(({ id, number, title, state, reportedAt }) => (
              <li key={id}>
                <Link to={`/cases/${encodeURIComponent(id)}`}>{title}</Link>
                <CaseStateMark state={state} />
                <small>
                  {number} · {formatDateTime(reportedAt).slice(0, 16)}
                </small>
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}
