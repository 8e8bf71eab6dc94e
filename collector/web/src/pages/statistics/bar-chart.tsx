/**
 * Volumes by step of time, one stacked bar a step, and a line for the span that it is compared with. Loaded apart, since the drawing library is larger than the page.
 */
import { type BarSeriesOption, BarChart as Bars, LineChart, type LineSeriesOption } from "echarts/charts";
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from "echarts/components";
import { type ComposeOption, getInstanceByDom, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useMemo } from "react";
import { formatScaled } from "../../format/number.ts";
import { formatVolume } from "../../format/quantity.ts";
import { useChart } from "../../parts/use-chart.ts";
import type { FigureTable } from "./table-of.ts";

use([Bars, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

type Option = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption
>;

/** Apart for the eye in print and for readers who see no colours: they differ in lightness too. */
const COLOURS = [
  "#0d5b69",
  "#d08b1d",
  "#5f9ea0",
  "#7a4b8c",
  "#9fb8ad",
  "#b3563f",
  "#2f4858",
  "#c9b458",
  "#8a9aa0",
  "#516b3c",
];

export interface ChartProps {
  table: FigureTable;
  /** name of a series, and of a step, as it is shown */
  nameOf: (key: string) => string;
  stepOf: (step: string) => string;
  /** what the picture shows, for readers of the screen */
  label: string;
  /** volumes of the span that is compared with, by step, 0.01 L; null where there is none */
  compared: { label: string; volumeCl: (number | null)[] } | undefined;
  /** a step was pointed at */
  onStep: (step: string) => void;
}

export default function BarChart({ table, nameOf, stepOf, label, compared, onStep }: ChartProps) {
  const option = useMemo(() => optionOf({ table, nameOf, stepOf, compared }), [table, nameOf, stepOf, compared]);
  const place = useChart(option, "canvas");
  useEffect(() => {
    const chart = place.current === null ? undefined : getInstanceByDom(place.current);
    const pointed = ({ offsetX, offsetY }: { offsetX: number; offsetY: number }) => {
      const [index = -1] = chart?.convertFromPixel("grid", [offsetX, offsetY]) ?? [];
      const step = table.steps[index];
      if (step !== undefined && chart?.containPixel("grid", [offsetX, offsetY])) onStep(step);
    };
    chart?.getZr().on("click", pointed);
    return () => chart?.getZr().off("click", pointed);
  }, [place, table, onStep]);
  return <div ref={place} className="bar-chart" role="img" aria-label={label} />;
}

function optionOf({ table, nameOf, stepOf, compared }: Omit<ChartProps, "label" | "onStep">): Option {
  const { steps, series } = table;
  const isLegend = series.length > 1 || compared !== undefined;
  return {
    animation: false,
    color: COLOURS,
    grid: { left: 8, right: 8, top: isLegend ? 40 : 12, bottom: 8, containLabel: true },
    legend: { show: isLegend, type: "scroll", top: 0, left: 0, itemWidth: 14, itemHeight: 10 },
    xAxis: {
      type: "category",
      data: steps.map(stepOf),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: "#c9d3d6" } },
      axisLabel: { color: "#4a5c65", hideOverlap: true },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      splitLine: { lineStyle: { color: "#e8edee" } },
      axisLabel: { color: "#4a5c65", formatter: (litres: number) => `${formatScaled(litres, 0)} L` },
    },
    tooltip: {
      trigger: "axis",
      confine: true,
      renderMode: "richText",
      axisPointer: { type: "shadow" },
      formatter: (hovered: unknown) =>
        tooltip(hovered as { name: string; seriesIndex: number; dataIndex: number }[], { series, nameOf, compared }),
    },
    series: [
      ...series.map(({ key, volumeCl }) => ({
        type: "bar" as const,
        name: nameOf(key),
        stack: "volume",
        barMaxWidth: 36,
        data: volumeCl.map((cl) => cl / 100),
      })),
      ...(compared === undefined ? [] : [lineOf(compared)]),
    ],
  };
}

function lineOf({ label, volumeCl }: NonNullable<ChartProps["compared"]>): LineSeriesOption {
  return {
    type: "line",
    name: label,
    data: volumeCl.map((cl) => (cl === null ? null : cl / 100)),
    symbol: "circle",
    symbolSize: 5,
    itemStyle: { color: "#5f7078" },
    lineStyle: { color: "#5f7078", width: 1.6, type: "dashed" },
  };
}

/** From the integers, not from the drawn numbers. */
function tooltip(
  hovered: readonly { name: string; seriesIndex: number; dataIndex: number }[],
  { series, nameOf, compared }: Pick<ChartProps, "nameOf" | "compared"> & Pick<FigureTable, "series">,
): string {
  const lines = hovered.flatMap(({ seriesIndex, dataIndex }) => {
    if (seriesIndex === series.length && compared !== undefined) {
      const cl = compared.volumeCl[dataIndex] ?? null;
      return cl === null ? [] : [`${compared.label}  ${formatVolume(cl)}`];
    }
    const one = series[seriesIndex];
    const volumeCl = one?.volumeCl[dataIndex] ?? 0;
    return one === undefined || volumeCl === 0 ? [] : [`${nameOf(one.key)}  ${formatVolume(volumeCl)}`];
  });
  return [hovered[0]?.name ?? "", ...lines].join("\n");
}
