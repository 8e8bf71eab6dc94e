/** The inspection of one station's day: every check, what people found, and who confirmed it. Prints as the record. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useParams } from "react-router";
import type { InspectionDetail } from "../../../../api/inspection-schemas.ts";
import { inspectionQuery, inspectionsOfStationQuery, useRecheck } from "../../data/inspections.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer } from "../../parts/waiting.tsx";
import { CheckMark, CheckTable } from "./check-marks.tsx";
import "./inspections.css";
import { ReviewForm } from "./review-form.tsx";

export default function InspectionPage() {
  const { t } = useSpeech();
  const { station = "", day = "" } = useParams();
  const query = useQuery(inspectionQuery(station, day));
  return (
    <Answer query={query} notFound={t("inspection.notFound")}>
      {(one) => <Found one={one} />}
    </Answer>
  );
}

function Found({ one }: { one: InspectionDetail }) {
  const { t } = useSpeech();
  const nameOf = useStationNames();
  const { station, day } = one;
  return (
    <>
      <title>{`${day} ${nameOf(station)} · ${t("inspection.title")}`}</title>
      <div className="page-head">
        <Link className="back" to={`/inspections?day=${day}`}>
          ← {t("inspections.title")}
        </Link>
        <div className="page-title">
          <h1>{nameOf(station)}</h1>
          <CheckMark state={one.worst} />
          <Button className="print-button" size="small" onClick={() => window.print()}>
            {t("inspections.print")}
          </Button>
        </div>
        <p className="faint">
          {t("inspection.title")} <span className="code">{station}</span> · {day}
        </p>
      </div>
      <div className="inspection-body">
        <div>
          <Panel title={t("inspection.checks")} note={one.mayConfirm ? <Recheck one={one} /> : undefined}>
            <CheckTable checks={one.checks} />
          </Panel>
          {one.mayConfirm && (
            <Panel title={t("inspection.act")} className="review">
              <ReviewForm one={one} />
            </Panel>
          )}
        </div>
        <div>
          <Panel title={t("inspections.state")}>
            <About one={one} />
          </Panel>
          <Panel title={t("inspection.history")}>
            <History events={one.events} />
          </Panel>
          <Panel title={t("inspection.month")} className="month">
            <Month station={station} />
          </Panel>
        </div>
      </div>
      <dl className="inspection-signatures">
        <div>
          <dt>{t("inspection.sign")}</dt>
        </div>
        <div>
          <dt>{t("inspection.signReview")}</dt>
        </div>
      </dl>
    </>
  );
}

function Recheck({ one }: { one: InspectionDetail }) {
  const { t } = useSpeech();
  const recheck = useRecheck(one.station, one.day);
  return (
    <>
      <Button size="small" loading={recheck.isPending} onClick={() => recheck.mutate(undefined)} data-testid="recheck">
        {t("inspection.recheck")}
      </Button>
      {recheck.error !== null && <Refusal error={recheck.error} />}
    </>
  );
}

function About({ one }: { one: InspectionDetail }) {
  const { t } = useSpeech();
  const { confirmedAt, confirmedBy } = one;
  return (
    <Facts
      facts={[
        { key: "made", label: t("inspection.madeAt"), value: formatDateTime(one.madeAt) },
        {
          key: "at",
          label: t("inspection.confirmedAt"),
          value: confirmedAt === null ? t("inspections.open") : formatDateTime(confirmedAt),
        },
        ...(confirmedBy === null ? [] : [{ key: "by", label: t("inspection.confirmedBy"), value: confirmedBy }]),
      ]}
    />
  );
}

function History({ events }: { events: InspectionDetail["events"] }) {
  const { t } = useSpeech();
  return (
    <ol className="inspection-history">
      {events.map((event, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events are only ever added at the end
        <li key={index}>
          <div className="inspection-event">
            <strong>{t(`inspectionStep.${event.step}`)}</strong>{" "}
            <span>{event.by === "collector" ? t("inspections.itself") : event.by}</span>
            <time dateTime={event.at}>{formatDateTime(event.at)}</time>
          </div>
          {event.caseId !== null && <Link to={`/cases/${encodeURIComponent(event.caseId)}`}>{event.text}</Link>}
          {event.caseId === null && event.text !== null && <p>{event.text}</p>}
          {event.checks !== null && (
            <details>
              <summary>{t("inspection.rechecked")}</summary>
              <CheckTable checks={event.checks} />
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function Month({ station }: { station: string }) {
  const { t } = useSpeech();
  const query = useQuery(inspectionsOfStationQuery(station));
  return (
    <Answer query={query}>
      {({ items }) => (
        <ul className="inspection-month">
          {items.map(({ day, worst, confirmedAt, confirmedBy }) => (
            <li key={day}>
              <Link to={`/inspections/${encodeURIComponent(station)}/${day}`}>{day}</Link>
              <CheckMark state={worst} />
              <span className="faint">
                {confirmedAt === null ? t("inspections.open") : confirmedBy?.replace(/ \(.*\)$/, "")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}
