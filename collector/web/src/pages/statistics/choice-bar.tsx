/** What is shown: the span, the step of time, and what is kept apart. */
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented, Select } from "antd";
import { stationsQuery } from "../../data/queries.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { stationName } from "../../parts/station-names.ts";
import { type Choices, daysOf, ordered, possibleGroups, possibleSteps, SPANS, spanOf, usualStep } from "./choices.ts";
import { COMPARISONS } from "./compare.ts";

/** More lines in one chart nobody tells apart; the API takes as many. */
const MOST_STATIONS = 10;

export function ChoiceBar({ choices, choose }: { choices: Choices; choose: (changes: Partial<Choices>) => void }) {
  const { t } = useSpeech();
  const { from, to, step, by, station } = choices;
  const chosen = SPANS.find((name) => {
    const span = spanOf(name, Date.now());
    return span.from === from && span.to === to;
  });
  const setSpan = (span: { from: string; to: string }) => choose({ ...span, step: usualStep(span.from, span.to) });
  const compared = COMPARISONS.map((value) => ({ value, label: t(`statistics.compare.${value}`) }));
  const steps = possibleSteps(daysOf(from, to), by);
  const groups = possibleGroups(station);
  return (
    <div className="statistics-choices">
      <div className="choice-spans">
        {SPANS.map((name) => (
          <Button
            key={name}
            size="small"
            type={name === chosen ? "primary" : "default"}
            aria-pressed={name === chosen}
            onClick={() => setSpan(spanOf(name, Date.now()))}
          >
            {t(`statistics.span.${name}`)}
          </Button>
        ))}
        <span className="day-span">
          <DayField label={t("statistics.from")} value={from} set={(day) => setSpan(ordered(day, to, "from"))} />
          <span aria-hidden="true">–</span>
          <DayField label={t("statistics.to")} value={to} set={(day) => setSpan(ordered(from, day, "to"))} />
        </span>
      </div>
      <Where choices={choices} choose={choose} />
      <div className="choice-steps">
        <Segmented
          aria-label={t("statistics.step")}
          value={step}
          onChange={(value) => choose({ step: value })}
          options={steps.map((value) => ({ value, label: t(`statistics.step.${value}`) }))}
        />
        <Segmented
          aria-label={t("statistics.by")}
          value={by}
          onChange={(value) => choose({ by: value })}
          options={groups.map((value) => ({ value, label: t(`statistics.by.${value}`) }))}
        />
        <span className="choice">
          <span className="choice-label">{t("statistics.compare")}</span>
          <Segmented
            aria-label={t("statistics.compare")}
            value={choices.compare}
            onChange={(value) => choose({ compare: value })}
            options={compared}
          />
        </span>
      </div>
    </div>
  );
}

/** A day to choose. */
export function DayField({ label, value, set }: { label: string; value: string; set: (day: string) => void }) {
  return (
    <input
      type="date"
      className="day-field"
      aria-label={label}
      value={value}
      onChange={({ target }) => target.value !== "" && set(target.value)}
    />
  );
}

function Where({ choices, choose }: { choices: Choices; choose: (changes: Partial<Choices>) => void }) {
  const { t, language } = useSpeech();
  const { data } = useQuery(stationsQuery);
  const stations = data?.items ?? [];
  const counties = [...new Set(stations.map(({ county }) => county))].sort();
  const inCounty = stations.filter(({ county }) => choices.county === undefined || county === choices.county);
  return (
    <div className="choice-where">
      <Select
        allowClear
        showSearch
        aria-label={t("column.county")}
        placeholder={t("statistics.allCounties")}
        value={choices.county ?? null}
        onChange={(county: string | null) => choose({ county: county ?? undefined, station: undefined })}
        options={counties.map((value) => ({ value, label: value }))}
      />
      {choices.brand !== undefined && (
        <Select
          allowClear
          aria-label={t("statistics.by.brand")}
          value={choices.brand}
          onChange={(brand: string | undefined) => choose({ brand })}
          options={[{ value: choices.brand, label: choices.brand }]}
        />
      )}
      <Select
        mode="multiple"
        allowClear
        maxCount={MOST_STATIONS}
        maxTagCount="responsive"
        optionFilterProp="label"
        aria-label={t("column.station")}
        placeholder={t("statistics.allStations")}
        value={choices.station?.split(",") ?? []}
        onChange={(chosen: string[]) => choose({ station: chosen.length === 0 ? undefined : chosen.join(",") })}
        options={inCounty.map((station) => ({
          value: station.id,
          label: `${stationName(station, language)} ${station.id}`,
        }))}
      />
    </div>
  );
}
