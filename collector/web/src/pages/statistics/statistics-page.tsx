/**
 * Sales by time, fuel, county, station or nozzle, beside the span before; what stands out; and the same as a file. What
 * is shown stands in the address.
 */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { SaleStatistics } from "../../../../api/statistics-schemas.ts";
import { saleStatisticsQuery } from "../../data/queries.ts";
import { useMay } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer, Loading, Nothing } from "../../parts/waiting.tsx";
import { ChoiceBar } from "./choice-bar.tsx";
import { type Choices, choicesOf, spanBefore } from "./choices.ts";
import { FigureRows } from "./figure-rows.tsx";
import { Outliers } from "./outliers.tsx";
import { SpanTotals } from "./span-totals.tsx";
import "./statistics.css";
import { tableOf } from "./table-of.ts";

const BarChart = lazy(() => import("./bar-chart.tsx"));

/** Colours that can still be told apart. */
const MOST_SERIES = 10;

export default function StatisticsPage() {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const choices = choicesOf(search, Date.now());
  const choose = (changes: Partial<Choices>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined) after.delete(name);
          else after.set(name, value);
        }
        return after;
      },
      { replace: true },
    );
  const { from, to, step, by, county, station, grade } = choices;
  const where = { county, station, grade };
  const figures = useQuery(saleStatisticsQuery({ from, to, ...where, step, by }));
  const before = useQuery(saleStatisticsQuery({ ...spanBefore(from, to), ...where }));
  return (
    <>
      <title>{`${t("statistics.title")} · ${t("product.name")}`}</title>
      <h1>{t("statistics.title")}</h1>
      <ChoiceBar choices={choices} choose={choose} />
      <Answer query={figures}>
        {(found) => (
          <>
            <SpanTotals total={found.total} before={before.data?.total} />
            <Figures found={found} choices={choices} choose={choose} />
          </>
        )}
      </Answer>
      <Outliers from={from} to={to} county={county} choose={choose} />
    </>
  );
}

function Figures(props: { found: SaleStatistics; choices: Choices; choose: (changes: Partial<Choices>) => void }) {
  const { found, choices, choose } = props;
  const { t } = useSpeech();
  const { by, step } = choices;
  const mayTake = useMay("exports:take");
  const nameOf = useGroupName(choices);
  const stepOf = useCallback((text: string) => shownStep(text, step), [step]);
  const all = useMemo(() => tableOf(found.items, by, Number.POSITIVE_INFINITY, ""), [found, by]);
  const drawn = useMemo(() => tableOf(found.items, by, MOST_SERIES, REST), [found, by]);
  const title = t("statistics.volumeBy", { by: t(`statistics.by.${by}`), step: t(`statistics.step.${step}`) });
  const note = mayTake ? <a href={exportAddress(choices)}>{t("statistics.csv")}</a> : undefined;
  if (found.items.length === 0) {
    return (
      <Panel title={title}>
        <Nothing text={t("statistics.none")} />
      </Panel>
    );
  }
  return (
    <Panel title={title} {...(note === undefined ? {} : { note })} className="figures">
      <Suspense fallback={<Loading />}>
        <BarChart table={drawn} nameOf={nameOf} stepOf={stepOf} label={title} />
      </Suspense>
      <FigureRows table={all} by={by} nameOf={nameOf} total={found.total} choose={choose} />
    </Panel>
  );
}

/** The key of what was joined; no group of the API is called so. */
const REST = "\u0000rest";

/** What a group is called on the screen. */
function useGroupName({ by }: Choices): (key: string) => string {
  const { t } = useSpeech();
  const stationNames = useStationNames();
  return useCallback(
    (key: string) => {
      if (key === REST) return t("statistics.rest");
      if (key === "") return t("statistics.unknownGroup");
      return by === "station" ? stationNames(key) : key;
    },
    [by, t, stationNames],
  );
}

function shownStep(text: string, step: Choices["step"]): string {
  if (step === "hour") return text.slice(5, 16).replace("T", " ");
  if (step === "hourOfDay") return `${text}:00`;
  return step === "day" ? text.slice(5) : text;
}

/** Where the same is had as a file: the server marks it with who took it, and puts that on record. */
function exportAddress({ from, to, step, by, county, station, grade }: Choices): string {
  const query = new URLSearchParams({ from, to, step, by });
  for (const [name, value] of Object.entries({ county, station, grade }))
    if (value !== undefined) query.set(name, value);
  return `/api/v1/exports/statistics.csv?${query}`;
}
