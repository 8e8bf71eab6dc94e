/** What the queue of flags is narrowed to, and how it is chosen. */
import { useQuery } from "@tanstack/react-query";
import { Segmented, Select } from "antd";
import type { ReactNode } from "react";
import type { Flag } from "../../../../api/schemas.ts";
import { rulesQuery, stationsQuery } from "../../data/queries.ts";
import { useMay } from "../../data/session.tsx";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { DEPARTMENTS } from "../../parts/departments.ts";
import { stationName } from "../../parts/station-names.ts";

const STATES = ["open", "ended"] as const satisfies Flag["state"][];
const SEVERITIES = ["high", "medium", "notice"] as const satisfies Flag["severity"][];

export type QueueFilter = {
  state: Flag["state"] | undefined;
  severity: Flag["severity"] | undefined;
  department: string | undefined;
  rule: string | undefined;
  county: string | undefined;
  station: string | undefined;
};

/** The filter from the address; what is none of those offered is as if it were not said. */
export function filterOf(search: URLSearchParams): QueueFilter {
  const one = <Name extends string>(names: readonly Name[], name: string) =>
    names.find((each) => each === search.get(name));
  return {
    state: one(STATES, "state"),
    severity: one(SEVERITIES, "severity"),
    department: one(DEPARTMENTS, "department"),
    rule: search.get("rule") ?? undefined,
    county: search.get("county") ?? undefined,
    station: search.get("station") ?? undefined,
  };
}

interface Props {
  filter: QueueFilter;
  narrow: (changes: Partial<QueueFilter>) => void;
}

export function FlagFilters({ filter, narrow }: Props) {
  const { t } = useSpeech();
  const all = { value: "all" as const, label: t("common.all") };
  return (
    <div className="filters">
      <Choice label={t("flagState.label")}>
        <Segmented
          aria-label={t("flagState.label")}
          value={filter.state ?? "all"}
          onChange={(choice) => narrow({ state: STATES.find((one) => one === choice) })}
          options={[all, ...STATES.map((value) => ({ value, label: t(`flagState.${value}`) }))]}
        />
      </Choice>
      <Choice label={t("severity.label")}>
        <Segmented
          aria-label={t("severity.label")}
          value={filter.severity ?? "all"}
          onChange={(choice) => narrow({ severity: SEVERITIES.find((one) => one === choice) })}
          options={[all, ...SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))]}
        />
      </Choice>
      <div className="filter-selects">
        <What filter={filter} narrow={narrow} />
        <Where filter={filter} narrow={narrow} />
      </div>
    </div>
  );
}

function What({ filter, narrow }: Props) {
  const { t, language } = useSpeech();
  const { data } = useQuery(rulesQuery);
  const rules = (data?.items ?? []).filter(
    ({ department }) => filter.department === undefined || department === filter.department,
  );
  return (
    <>
      <Select
        allowClear
        aria-label={t("flags.department")}
        placeholder={t("flags.anyDepartment")}
        value={filter.department ?? null}
        onChange={(value: string | null) => narrow({ department: value ?? undefined, rule: undefined })}
        options={DEPARTMENTS.map((value) => ({ value, label: phraseFor(language, "department", value) ?? value }))}
      />
      <Select
        allowClear
        showSearch
        optionFilterProp="label"
        aria-label={t("flags.rule")}
        placeholder={t("flags.anyRule")}
        value={filter.rule ?? null}
        onChange={(value: string | null) => narrow({ rule: value ?? undefined })}
        options={rules.map(({ id, title }) => ({ value: id, label: title[language] }))}
      />
    </>
  );
}

function Where({ filter, narrow }: Props) {
  const { t, language } = useSpeech();
  const seesStations = useMay("stations:view");
  const { data } = useQuery({ ...stationsQuery, enabled: seesStations });
  if (!seesStations) return null;
  const stations = data?.items ?? [];
  const counties = [...new Set(stations.map(({ county }) => county))].sort();
  const shown = stations.filter(({ county }) => filter.county === undefined || county === filter.county);
  return (
    <>
      <Select
        allowClear
        aria-label={t("column.county")}
        placeholder={t("statistics.allCounties")}
        value={filter.county ?? null}
        onChange={(value: string | null) => narrow({ county: value ?? undefined, station: undefined })}
        options={counties.map((value) => ({ value, label: value }))}
      />
      <Select
        allowClear
        showSearch
        optionFilterProp="label"
        aria-label={t("column.station")}
        placeholder={t("statistics.allStations")}
        value={filter.station ?? null}
        onChange={(value: string | null) => narrow({ station: value ?? undefined })}
        options={shown.map((one) => ({ value: one.id, label: `${stationName(one, language)} ${one.id}` }))}
      />
    </>
  );
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="choice">
      <span className="choice-label">{label}</span>
      {children}
    </div>
  );
}
