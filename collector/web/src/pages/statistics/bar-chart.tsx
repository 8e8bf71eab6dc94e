/**
 * Volumes by step of time, one stacked bar a step. Loaded apart, since the drawing library is larger than the page.
 */
import { type BarSeriesOption, BarChart as Bars } from "echarts/charts";
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from "echarts/components";
import { type ComposeOption, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useMemo } from "react";
import { formatScaled } from "../../format/number.ts";
import { formatVolume } from "../../format/quantity.ts";
import { useChart } from "../../parts/use-chart.ts";
import type { FigureTable } from "./table-of.ts";

use([Bars, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

type Option = ComposeOption<BarSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>;

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
}

export default function BarChart({ table, nameOf, stepOf, label }: ChartProps) {
  const option = useMemo(() => optionOf(table, nameOf, stepOf), [table, nameOf, stepOf]);
  const place = useChart(option, "canvas");
  return <div ref={place} className="bar-chart" role="img" aria-label={label} />;
}

function optionOf(
  { steps, series }: FigureTable,
  nameOf: (key: string) => string,
  stepOf: (step: string) => string,
): Option {
  return {
    animation: false,
    color: COLOURS,
    grid: { left: 8, right: 8, top: series.length > 1 ? 40 : 12, bottom: 8, containLabel: true },
    legend: { show: series.length > 1, type: "scroll", top: 0, left: 0, itemWidth: 14, itemHeight: 10 },
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
        tooltip(hovered as { name: string; seriesIndex: number; dataIndex: number }[], series, nameOf),
    },
    series: series.map(({ key, volumeCl }) => ({
      type: "bar",
      name: nameOf(key),
      stack: "volume",
      barMaxWidth: 36,
      data: volumeCl.map((cl) => cl / 100),
    })),
  };
}

/** From the integers, not from the drawn numbers. */
function tooltip(
  hovered: readonly { name: string; seriesIndex: number; dataIndex: number }[],
  series: FigureTable["series"],
  nameOf: (key: string) => string,
): string {
  const lines = hovered.flatMap(({ seriesIndex, dataIndex }) => {
    const one = series[seriesIndex];
    const volumeCl = one?.volumeCl[dataIndex] ?? 0;
    return one === undefined || volumeCl === 0 ? [] : [`${nameOf(one.key)}  ${formatVolume(volumeCl)}`];
  });
  return [hovered[0]?.name ?? "", ...lines].join("\n");
}
