/**
 * Sales by time, fuel, county, station or nozzle, beside the span before; what stands out; and the same as a file. What
 * is shown stands in the address.
 */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useMemo, useRef } from "react";
import { useSearchParams } from "react-router";
import type { SaleStatistics } from "../../../../api/statistics-schemas.ts";
import { saleStatisticsQuery } from "../../data/queries.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { ExportButton } from "../../parts/export-button.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SavedViews } from "../../parts/saved-views.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer, Loading, Nothing } from "../../parts/waiting.tsx";
import { ChoiceBar } from "./choice-bar.tsx";
import { type Choices, choicesOf, keptAddress, within } from "./choices.ts";
import { comparedSpan, comparedVolumes } from "./compare.ts";
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
  const { from, to, step, by, county, brand, station, grade, compare } = choices;
  const where = { county, brand, station, grade };
  const figures = useQuery(saleStatisticsQuery({ from, to, ...where, step, by }));
  const before = useQuery(saleStatisticsQuery({ ...comparedSpan(choices), ...where, step, by }));
  return (
    <>
      <title>{`${t("statistics.title")} · ${t("product.name")}`}</title>
      <h1>{t("statistics.title")}</h1>
      <ChoiceBar choices={choices} choose={choose} />
      <SavedViews page="statistics" query={keptAddress(choices, Date.now())} />
      <Answer query={figures}>
        {(found) => (
          <>
            <SpanTotals total={found.total} before={before.data?.total} compare={compare} />
            <Figures found={found} before={before.data} choices={choices} choose={choose} />
          </>
        )}
      </Answer>
      <Outliers from={from} to={to} county={county} choose={choose} />
    </>
  );
}

interface FiguresProps {
  found: SaleStatistics;
  /** of the span compared with; undefined while it is not there */
  before: SaleStatistics | undefined;
  choices: Choices;
  choose: (changes: Partial<Choices>) => void;
}

function Figures({ found, before, choices, choose }: FiguresProps) {
  const { t } = useSpeech();
  const { by, step, from, to, county, brand, station, grade } = choices;
  const place = useRef<HTMLDivElement>(null);
  const nameOf = useGroupName(choices);
  const stepOf = useCallback((text: string) => shownStep(text, step), [step]);
  const all = useMemo(() => tableOf(found.items, by, Number.POSITIVE_INFINITY, ""), [found, by]);
  const drawn = useMemo(() => tableOf(found.items, by, MOST_SERIES, REST), [found, by]);
  const compared = useCompared(drawn.steps, before, choices);
  const title = t("statistics.volumeBy", { by: t(`statistics.by.${by}`), step: t(`statistics.step.${step}`) });
  const point = useLatest((at: string) => {
    const narrowed = within(step, at);
    if (narrowed !== undefined) choose(narrowed);
  });
  const picture = () => {
    const chart = place.current?.querySelector<HTMLElement>(".bar-chart");
    const spanned = `${title} · ${from} – ${to}`;
    return chart ? { of: "statistics" as const, title: spanned, place: chart } : undefined;
  };
  const question = { from, to, step, by, county, brand, station, grade };
  return (
    <Panel
      title={title}
      note={<ExportButton table="statistics" parameters={question} picture={picture} />}
      className="figures"
    >
      {found.items.length === 0 ? (
        <Nothing text={t("statistics.none")} />
      ) : (
        <div ref={place}>
          <Suspense fallback={<Loading />}>
            <BarChart
              table={drawn}
              nameOf={nameOf}
              stepOf={stepOf}
              label={title}
              compared={compared?.line}
              onStep={point}
            />
          </Suspense>
          <FigureRows
            table={all}
            by={by}
            nameOf={nameOf}
            total={found.total}
            choices={choices}
            compared={compared?.groups}
            choose={choose}
          />
        </div>
      )}
    </Panel>
  );
}

/** The same function for as long as a screen stands, which does what the last one given does. */
function useLatest<Argument>(act: (argument: Argument) => void): (argument: Argument) => void {
  const latest = useRef(act);
  latest.current = act;
  return useCallback((argument: Argument) => latest.current(argument), []);
}

/** What the span compared with gives: a line for the chart, and a volume for each group. */
function useCompared(steps: readonly string[], before: SaleStatistics | undefined, choices: Choices) {
  const { t } = useSpeech();
  const { by, step, from, to, compare } = choices;
  return useMemo(() => {
    if (before === undefined) return undefined;
    const compared = comparedSpan({ from, to, compare });
    const volumeCl = comparedVolumes(steps, before.items, { step, from, compared });
    const groups = new Map(
      tableOf(before.items, by, Number.POSITIVE_INFINITY, "").series.map(({ key, total }) => [key, total.volumeCl]),
    );
    const isEmpty = volumeCl.every((one) => one === null);
    return { line: isEmpty ? undefined : { label: t(`statistics.compare.${compare}`), volumeCl }, groups };
  }, [steps, before, by, step, from, to, compare, t]);
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
