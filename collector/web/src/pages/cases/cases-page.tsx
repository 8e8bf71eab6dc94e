/** The cases of the reader's departments: what is open, what is overdue, what is done. */
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { Link, useSearchParams } from "react-router";
import type { Case } from "../../../../api/case-schemas.ts";
import { casesQuery } from "../../data/cases.ts";
import { useMay } from "../../data/session.tsx";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { ExportButton } from "../../parts/export-button.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import "./cases.css";
import { CaseStateMark, DueMark } from "./case-marks.tsx";

const VIEWS = ["open", "overdue", "closed"] as const;

export default function CasesPage() {
  const { t } = useSpeech();
  const mayHandle = useMay("cases:handle");
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find((name) => name === search.get("view")) ?? "open";
  const cases = useQuery(casesQuery({ open: view !== "closed", overdue: view === "overdue" ? true : undefined }));
  return (
    <>
      <title>{`${t("cases.title")} · ${t("product.name")}`}</title>
      <h1>{t("cases.title")}</h1>
      <div className="cases-head">
        <Segmented
          aria-label={t("cases.title")}
          value={view}
          onChange={(value) => setSearch(value === "open" ? {} : { view: value })}
          options={VIEWS.map((value) => ({ value, label: t(`cases.${value}`) }))}
        />
        <ExportButton
          table="cases"
          parameters={{ open: view !== "closed", overdue: view === "overdue" ? true : undefined }}
        />
        {mayHandle && (
          <Link to="/cases/new">
            <Button type="primary">{t("cases.report")}</Button>
          </Link>
        )}
      </div>
      <section className="panel" aria-label={t("cases.title")}>
        <Answer query={cases}>
          {({ items }) => (items.length === 0 ? <Nothing text={t("cases.none")} /> : <CaseList cases={items} />)}
        </Answer>
      </section>
    </>
  );
}

function CaseList({ cases }: { cases: Case[] }) {
  return (
    <ul className="case-list">
      {cases.map((one) => (
        <CaseLine key={one.id} one={one} />
      ))}
    </ul>
  );
}

function CaseLine({ one }: { one: Case }) {
  const { t, language } = useSpeech();
  const nameOf = useStationNames();
  const department = phraseFor(language, "department", one.lead) ?? one.lead;
  return (
    <li data-testid={`case-${one.number}`}>
      <div className="case-line-head">
        <Link className="case-title" to={`/cases/${encodeURIComponent(one.id)}`}>
          {one.title}
        </Link>
        <span className="case-line-marks">
          {one.major && <strong className="case-major">{t("case.major")}</strong>}
          <CaseStateMark state={one.state} />
        </span>
      </div>
      <div className="case-line-facts">
        <span className="code">{one.number}</span>
        {one.station !== null && <span>{nameOf(one.station)}</span>}
        <span>
          {department}
          {one.assignee === null ? "" : ` ${one.assignee}`}
        </span>
        {one.dueAt !== null && (
          <span>
            <DueMark due={one.due} /> {formatDateTime(one.dueAt).slice(0, 10)}
          </span>
        )}
      </div>
    </li>
  );
}
