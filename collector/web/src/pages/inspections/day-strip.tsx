/** The last month as a strip of days: all confirmed, some not, none made. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { InspectionDay } from "../../../../api/inspection-schemas.ts";
import { inspectionDaysQuery } from "../../data/inspections.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Icon } from "../../parts/icons.tsx";
import { Answer } from "../../parts/waiting.tsx";
import { lastDays } from "./days.ts";

const DAYS = 31;

export function DayStrip({ chosen, onChoose }: { chosen: string; onChoose: (day: string) => void }) {
  const days = useQuery(inspectionDaysQuery);
  const strip = useRef<HTMLUListElement>(null);
  // Today stands at the end.
  useEffect(() => {
    if (days.data !== undefined) strip.current?.scrollTo({ left: strip.current.scrollWidth });
  }, [days.data]);
  return (
    <Answer query={days}>
      {({ items }) => (
        <ul className="day-strip" ref={strip}>
          {lastDays(DAYS).map((day) => (
            <DayButton
              key={day}
              day={day}
              count={items.find((one) => one.day === day)}
              isChosen={day === chosen}
              onChoose={() => onChoose(day)}
            />
          ))}
        </ul>
      )}
    </Answer>
  );
}

function DayButton(props: { day: string; count: InspectionDay | undefined; isChosen: boolean; onChoose: () => void }) {
  const { day, count, isChosen, onChoose } = props;
  const { t } = useSpeech();
  const isDone = count !== undefined && count.confirmed === count.made;
  const said =
    count === undefined
      ? t("inspections.notMade")
      : isDone
        ? t("inspections.allConfirmed")
        : t("inspections.progress", { confirmed: count.confirmed, made: count.made });
  const look = count === undefined ? "none" : isDone ? "done" : "open";
  return (
    <li>
      <button
        type="button"
        className={`day day-${look}`}
        aria-current={isChosen ? "date" : undefined}
        aria-label={`${day} ${said}`}
        title={`${day} ${said}`}
        onClick={onChoose}
      >
        <span>{day.slice(5)}</span>
        <span className="day-count">
          {count === undefined ? "–" : isDone ? <Icon name="check" /> : `${count.confirmed}/${count.made}`}
        </span>
      </button>
    </li>
  );
}
