/** One case: what it is about, what can be done now, its tasks, files and history. Prints as the form of a site visit. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useParams } from "react-router";
import type { CaseDetail } from "../../../../api/case-schemas.ts";
import { caseQuery } from "../../data/cases.ts";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer } from "../../parts/waiting.tsx";
import { CaseStateMark, DueMark } from "../cases/case-marks.tsx";
import "./case.css";
import { CaseFiles } from "./case-files.tsx";
import { CaseHistory } from "./case-history.tsx";
import { CasePapers } from "./case-papers.tsx";
import { CaseTasks } from "./case-tasks.tsx";
import { StepForm } from "./step-form.tsx";

export default function CasePage() {
  const { t } = useSpeech();
  const { id = "" } = useParams();
  const query = useQuery(caseQuery(id));
  return (
    <Answer query={query} notFound={t("case.notFound")}>
      {(one) => <Found one={one} />}
    </Answer>
  );
}

function Found({ one }: { one: CaseDetail }) {
  const { t } = useSpeech();
  return (
    <>
      <CaseHead one={one} />
      <div className="case-body">
        <div>
          <Panel title={t("case.act")} className="case-act">
            <StepForm key={one.after} one={one} />
          </Panel>
          {one.tasks.length > 0 && (
            <Panel title={t("case.tasks")}>
              <CaseTasks one={one} />
            </Panel>
          )}
          <Panel title={t("case.history")}>
            <CaseHistory events={one.events} />
          </Panel>
        </div>
        <div>
          <Panel title={t("case.about")}>
            <About one={one} />
          </Panel>
          <Panel title={t("casePapers.title")} className="papers">
            <CasePapers one={one} />
          </Panel>
          <Panel title={t("case.files")}>
            <CaseFiles one={one} />
          </Panel>
        </div>
      </div>
      <dl className="case-signatures">
        <div>
          <dt>{t("case.sign")}</dt>
        </div>
        <div>
          <dt>{t("case.signStation")}</dt>
        </div>
      </dl>
    </>
  );
}

function CaseHead({ one }: { one: CaseDetail }) {
  const { t } = useSpeech();
  return (
    <div className="page-head">
      <title>{`${one.number} ${one.title} · ${t("product.name")}`}</title>
      <Link className="back" to="/cases">
        ← {t("nav.cases")}
      </Link>
      <div className="page-title">
        <h1>{one.title}</h1>
        <CaseStateMark state={one.state} />
        {one.major && <strong className="case-major">{t("case.major")}</strong>}
        <Button className="case-print" size="small" onClick={() => window.print()}>
          {t("case.print")}
        </Button>
      </div>
      <p className="faint">
        <span className="code">{one.number}</span>
        {one.dueAt !== null && (
          <>
            {" · "}
            {t("cases.due")} {formatDateTime(one.dueAt).slice(0, 10)} <DueMark due={one.due} />
          </>
        )}
      </p>
    </div>
  );
}

function About({ one }: { one: CaseDetail }) {
  const { t, language } = useSpeech();
  const nameOf = useStationNames();
  const department = (name: string) => phraseFor(language, "department", name) ?? name;
  const { station, together, assignee, outcome, flags } = one;
  return (
    <Facts
      facts={[
        ...(station === null
          ? []
          : [
              {
                key: "station",
                label: t("case.station"),
                value: <Link to={`/stations/${encodeURIComponent(station)}`}>{nameOf(station)}</Link>,
              },
            ]),
        { key: "nature", label: t("case.nature"), value: t(`caseNature.${one.nature}`) },
        { key: "origin", label: t("case.origin"), value: t(`caseOrigin.${one.origin}`) },
        { key: "lead", label: t("case.lead"), value: one.unit ?? department(one.lead) },
        ...(together.length === 0
          ? []
          : [
              {
                key: "together",
                label: t("case.together"),
                value: together.map(department).join(t("common.listSeparator")),
              },
            ]),
        ...(assignee === null ? [] : [{ key: "assignee", label: t("case.assignee"), value: assignee }]),
        { key: "by", label: t("case.reportedBy"), value: one.reportedBy },
        { key: "at", label: t("case.reportedAt"), value: formatDateTime(one.reportedAt) },
        ...(outcome === null ? [] : [{ key: "outcome", label: t("case.outcome"), value: t(`caseOutcome.${outcome}`) }]),
        ...flags.map((flag) => ({
          key: flag,
          label: t("case.flags"),
          value: (
            <Link className="code" to={`/flags/${encodeURIComponent(flag)}`}>
              {flag}
            </Link>
          ),
        })),
      ]}
    />
  );
}
