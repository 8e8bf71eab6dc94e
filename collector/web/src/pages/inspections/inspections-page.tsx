/** A day's inspections: which stations are not good, which are not confirmed, and the days before. */
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Inspection } from "../../../../api/inspection-schemas.ts";
import { inspectionsOfDayQuery, useConfirmGood } from "../../data/inspections.ts";
import { useMay, useSession } from "../../data/session.tsx";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Mark } from "../../parts/marks.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { CheckRow } from "./check-marks.tsx";
import { DayStrip } from "./day-strip.tsx";
import { today } from "./days.ts";
import "./inspections.css";

const VIEWS = ["everything", "openOnly", "wrongOnly"] as const;
type View = (typeof VIEWS)[number];

export default function InspectionsPage() {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const day = search.get("day") ?? today();
  const inspections = useQuery(inspectionsOfDayQuery(day));
  return (
    <>
      <title>{`${t("inspections.title")} · ${t("product.name")}`}</title>
      <div className="page-head">
        <div className="page-title">
          <h1>{t("inspections.title")}</h1>
          <Button className="print-button" size="small" onClick={() => window.print()}>
            {t("inspections.print")}
          </Button>
        </div>
        <p className="faint">{t("inspections.basis")}</p>
      </div>
      <Panel title={t("inspections.days")} className="days-panel">
        <DayStrip chosen={day} onChoose={(chosen) => setSearch({ day: chosen })} />
      </Panel>
      <Answer query={inspections}>{({ items }) => <DayPart key={day} day={day} items={items} />}</Answer>
    </>
  );
}

const isWrong = ({ worst }: Inspection) => worst !== "good" && worst !== "none";

function DayPart({ day, items }: { day: string; items: Inspection[] }) {
  const { t } = useSpeech();
  const [view, setView] = useState<View>("everything");
  const confirmed = items.filter((one) => one.confirmedAt !== null).length;
  const shown = items
    .filter((one) => view === "everything" || (view === "openOnly" ? one.confirmedAt === null : isWrong(one)))
    .sort((a, b) => Number(isWrong(b)) - Number(isWrong(a)));
  return (
    <Panel
      title={t("inspections.day", { day })}
      note={items.length === 0 ? undefined : t("inspections.progress", { confirmed, made: items.length })}
    >
      {items.length === 0 ? (
        <Nothing text={t("inspections.none")} />
      ) : (
        <>
          <div className="inspection-tools">
            <Segmented
              aria-label={t("inspections.state")}
              value={view}
              onChange={setView}
              options={VIEWS.map((value) => ({ value, label: t(`inspections.${value}`) }))}
            />
            <ConfirmGood day={day} items={items} />
          </div>
          <ul className="inspection-list">
            {shown.map((one) => (
              <StationLine key={one.station} one={one} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function ConfirmGood({ day, items }: { day: string; items: Inspection[] }) {
  const { t } = useSpeech();
  const { name } = useSession();
  const mayConfirm = useMay("inspections:confirm");
  const confirm = useConfirmGood(day);
  const good = items.filter((one) => !isWrong(one) && one.confirmedAt === null).map(({ station }) => station);
  if (!mayConfirm || good.length === 0) return null;
  return (
    <div className="confirm-good">
      <span className="faint">{t("inspections.confirmHint", { name })}</span>
      <Button
        type="primary"
        loading={confirm.isPending}
        onClick={() => confirm.mutate(good)}
        data-testid="confirm-good"
      >
        {t("inspections.confirmGood", { count: good.length })}
      </Button>
      {confirm.error !== null && <Refusal error={confirm.error} />}
    </div>
  );
}

function StationLine({ one }: { one: Inspection }) {
  const { t } = useSpeech();
  const nameOf = useStationNames();
  const { station, day, confirmedAt, confirmedBy } = one;
  return (
    <li data-testid={`inspection-${station}`}>
      <Link className="inspection-station" to={`/inspections/${encodeURIComponent(station)}/${day}`}>
        {nameOf(station)}
      </Link>
      <CheckRow checks={one.checks} worst={one.worst} />
      <span className="inspection-by">
        {confirmedAt === null ? (
          <Mark tone="warn" icon="ring">
            {t("inspections.open")}
          </Mark>
        ) : (
          <>
            <Mark tone="good" icon="check">
              {t("inspections.confirmed")}
            </Mark>
            <small>
              {confirmedBy?.replace(/ \(.*\)$/, "")} {formatDateTime(confirmedAt).slice(11, 16)}
            </small>
          </>
        )}
      </span>
    </li>
  );
}
