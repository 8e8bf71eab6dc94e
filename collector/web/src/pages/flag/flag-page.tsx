/**
 * One flag: what was seen, against which rule and threshold, whose matter it is, and the records that prove it.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { Flag, FlagDetail } from "../../../../api/schemas.ts";
import { flagQuery } from "../../data/queries.ts";
import { useMay } from "../../data/session.tsx";
import { figureLines } from "../../format/figures.ts";
import { formatCount } from "../../format/number.ts";
import { formatDateTime, formatDuration, spanMs } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import { SeverityMark } from "../../parts/marks.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { Evidence } from "./evidence.tsx";
import "./flag.css";
import { FlagSteps } from "./flag-steps.tsx";

export default function FlagPage() {
  const { t } = useSpeech();
  const { id = "" } = useParams();
  const detail = useQuery(flagQuery(id));
  return (
    <Answer query={detail} notFound={t("error.flagNotFound")}>
      {(data) => <Found detail={data} />}
    </Answer>
  );
}

function Found({ detail }: { detail: FlagDetail }) {
  const { t, language } = useSpeech();
  const { flag } = detail;
  const thresholds = figureLines(flag.threshold, language);
  return (
    <>
      <FlagHead flag={flag} />
      <div className="flag-body">
        <Panel title={t("flag.figures")}>
          <Facts className="facts-figures" facts={figureLines(flag.figures, language)} />
          <h3 className="sub">{t("flag.thresholds")}</h3>
          {thresholds.length === 0 ? <Nothing text={t("flag.noThresholds")} /> : <Facts facts={thresholds} />}
        </Panel>
        <Panel title={t("flag.about")}>
          <About flag={flag} />
        </Panel>
      </div>
      <div className="flag-body">
        <Panel title={t("flag.onSite")}>
          <p className="flag-advice">{detail.why[language]}</p>
          <p className="flag-advice">{detail.check[language]}</p>
        </Panel>
        <Panel title={t("flag.handling")} note={t(`life.${lifeOf(detail)}`)}>
          <FlagSteps id={flag.id} steps={detail.handling.steps} />
        </Panel>
      </div>
      <Evidence detail={detail} />
    </>
  );
}

const LIVES = ["open", "acknowledged", "under-check", "confirmed", "dismissed", "closed"] as const;

function lifeOf({ handling }: FlagDetail): (typeof LIVES)[number] {
  return LIVES.find((life) => life === handling.life) ?? "open";
}

function FlagHead({ flag }: { flag: Flag }) {
  const { t, language } = useSpeech();
  const mayOpen = useMay("cases:handle");
  const title = flag.title[language];
  return (
    <div className="page-head">
      <title>{`${title} · ${flag.subject} · ${t("product.name")}`}</title>
      <Link className="back" to="/flags">
        ← {t("nav.flags")}
      </Link>
      <div className="page-title">
        <h1>{title}</h1>
        <SeverityMark severity={flag.severity} />
        <span className={`flag-state flag-state-${flag.state}`}>{t(`flagState.${flag.state}`)}</span>
        {mayOpen && (
          <Link className="flag-case" to={`/cases/new?flag=${encodeURIComponent(flag.id)}`}>
            {t("case.newFlag")}
          </Link>
        )}
      </div>
      <p className="flag-lead">{flag.text[language]}</p>
    </div>
  );
}

function About({ flag }: { flag: Flag }) {
  const { t, language } = useSpeech();
  const nameOf = useStationNames();
  const lasted = spanMs(flag.from, flag.endedAt ?? flag.until);
  const station = (
    <Link to={`/stations/${encodeURIComponent(flag.station)}`}>
      {nameOf(flag.station)} <span className="code">{flag.station}</span>
    </Link>
  );
  return (
    <Facts
      facts={[
        { key: "station", label: t("flag.station"), value: station },
        { key: "subject", label: t("flag.subject"), value: <span className="code">{flag.subject}</span> },
        { key: "from", label: t("flag.from"), value: formatDateTime(flag.from) },
        { key: "until", label: t("flag.until"), value: formatDateTime(flag.until) },
        ...(flag.endedAt === null
          ? []
          : [{ key: "ended", label: t("flag.endedAt"), value: formatDateTime(flag.endedAt) }]),
        ...(lasted === undefined
          ? []
          : [{ key: "lasted", label: t("flag.lasted"), value: formatDuration(lasted, language) }]),
        { key: "findings", label: t("flag.findings"), value: formatCount(flag.findings) },
        { key: "rule", label: t("flag.rule"), value: <span className="code">{flag.rule}</span> },
        { key: "basis", label: t("flag.basis"), value: flag.basis },
        {
          key: "department",
          label: t("flag.department"),
          value: phraseFor(language, "department", flag.department) ?? flag.department,
        },
      ]}
    />
  );
}
