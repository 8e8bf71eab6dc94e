/**
 * The level curve of a tank. Loaded apart, since the drawing library is larger than the rest of the page.
 */
import { LineChart, type LineSeriesOption } from "echarts/charts";
import {
  GridComponent,
  type GridComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from "echarts/components";
import { type ComposeOption, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useMemo } from "react";
import type { TankLevel } from "../../../../api/schemas.ts";
import { formatLevel, formatVolume } from "../../format/quantity.ts";
import { formatDateTime, formatRecent } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { useChart } from "../../parts/use-chart.ts";
import { curvePoints } from "./curve-points.ts";

use([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

type Option = ComposeOption<LineSeriesOption | GridComponentOption | TooltipComponentOption>;

/** @param label what the picture shows, for readers of the screen */
export default function LevelChart({ levels, label }: { levels: TankLevel[]; label: string }) {
  const { t } = useSpeech();
  const option = useMemo(() => optionOf(levels, t("tank.volume"), t("tank.level")), [levels, t]);
  const place = useChart(option, "svg");
  return <div ref={place} className="level-chart" role="img" aria-label={label} />;
}

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
