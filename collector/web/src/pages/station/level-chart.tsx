/**
 * The level curve of a tank. Loaded apart, since the drawing library is larger than the rest of the page.
 */
import { LineChart, type LineSeriesOption } from "echarts/charts";
import {
  GridComponent,
  type GridComponentOption,
  MarkAreaComponent,
  type MarkAreaComponentOption,
  MarkLineComponent,
  type MarkLineComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from "echarts/components";
import { type ComposeOption, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useMemo } from "react";
import type { Delivery } from "../../../../api/equipment-schemas.ts";
import type { Flag, TankLevel } from "../../../../api/schemas.ts";
import { formatLevel, formatVolume, formatWholeLitres } from "../../format/quantity.ts";
import { formatDateTime, formatRecent } from "../../format/time.ts";
import type { Language } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { useChart } from "../../parts/use-chart.ts";
import { curvePoints, marksWithin } from "./curve-points.ts";

use([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

type Marks = MarkAreaComponentOption | MarkLineComponentOption;
type Option = ComposeOption<LineSeriesOption | GridComponentOption | TooltipComponentOption | Marks>;

interface LevelChartProps {
  levels: TankLevel[];
  /** what the picture shows, for readers of the screen */
  label: string;
  deliveries: Delivery[];
  /** about this tank */
  flags: Flag[];
}

export default function LevelChart({ levels, label, deliveries, flags }: LevelChartProps) {
  const { t, language } = useSpeech();
  const option = useMemo(() => {
    const drawn = optionOf(levels, t("tank.volume"), t("tank.level"));
    const areas = deliveryAreas(deliveries, levels, (volume) => t("tank.deliveryMark", { volume }));
    const lines = flagLines(flags, levels, language);
    const [curve] = drawn.series as [LineSeriesOption];
    return { ...drawn, series: [{ ...curve, markArea: areas, markLine: lines }] };
  }, [levels, deliveries, flags, t, language]);
  const place = useChart(option, "svg");
  return <div ref={place} className="level-chart" role="img" aria-label={label} />;
}

/** Deliveries as shaded spans, within what the curve shows. */
function deliveryAreas(
  deliveries: readonly Delivery[],
  levels: readonly TankLevel[],
  name: (volume: string) => string,
): NonNullable<LineSeriesOption["markArea"]> {
  return {
    silent: true,
    itemStyle: { color: "#e3ab45", opacity: 0.28 },
    label: { color: "#6b4a00", fontSize: 11, position: "insideTop" },
    data: marksWithin(levels, deliveries, ({ endedAt }) => endedAt).map(({ startedAt, endedAt, volumeCl }) => [
      // One that began before the curve is shaded from the curve's beginning.
      {
        xAxis: Math.max(Date.parse(startedAt), Date.parse(levels[0]?.at ?? startedAt)),
        name: name(formatWholeLitres(volumeCl)),
      },
      { xAxis: Date.parse(endedAt) },
    ]),
  };
}

/** Flags as upright lines where their cause began. */
function flagLines(
  flags: readonly Flag[],
  levels: readonly TankLevel[],
  language: Language,
): NonNullable<LineSeriesOption["markLine"]> {
  return {
    silent: true,
    symbol: ["none", "none"],
    data: marksWithin(levels, flags, ({ from }) => from).map(({ from, severity, title }) => ({
      xAxis: Date.parse(from),
      lineStyle: { color: FLAG_INK[severity], width: 1.6, type: "solid" as const },
      label: {
        formatter: title[language],
        color: FLAG_INK[severity],
        fontSize: 11,
        position: "insideStartTop" as const,
      },
    })),
  };
}

const FLAG_INK: Record<Flag["severity"], string> = { high: "#b3261e", medium: "#8f5200", notice: "#4a5c65" };

function optionOf(levels: TankLevel[], volumeWord: string, levelWord: string): Option {
  const byTime = new Map(levels.map((level) => [Date.parse(level.at), level]));
  const iso = (epochMs: number) => new Date(epochMs).toISOString();
  return {
    animation: false,
    grid: { left: 58, right: 16, top: 12, bottom: 26 },
    xAxis: {
      type: "time",
      axisLine: { lineStyle: { color: "#c9d3d6" } },
      axisLabel: {
        color: "#4a5c65",
        hideOverlap: true,
        formatter: (epochMs: number) => formatRecent(iso(epochMs), Date.now()).replace(/:\d\d$/, ""),
      },
    },
    yAxis: {
      type: "value",
      scale: true,
      splitNumber: 4,
      splitLine: { lineStyle: { color: "#e8edee" } },
      axisLabel: { color: "#4a5c65", formatter: (mm: number) => `${mm.toLocaleString("en-US")} mm` },
    },
    tooltip: {
      trigger: "axis",
      confine: true,
      renderMode: "richText",
      formatter: (hovered: unknown) => {
        const [point] = hovered as { value: [number, number | null] }[];
        const level = point === undefined ? undefined : byTime.get(point.value[0]);
        if (level === undefined) return "";
        const { at, levelUm, volumeCl } = level;
        return `${formatDateTime(at)}\n${levelWord} ${formatLevel(levelUm)}\n${volumeWord} ${formatVolume(volumeCl)}`;
      },
    },
    series: [
      {
        type: "line",
        data: curvePoints(levels),
        showSymbol: levels.length < 3,
        symbolSize: 6,
        lineStyle: { color: "#0d5b69", width: 1.8 },
        itemStyle: { color: "#0d5b69" },
        areaStyle: { color: "#0d5b69", opacity: 0.07 },
      },
    ],
  };
}
