/** A drawing of ECharts in a place of the page: made once, as wide as its place, gone with it. */
import { type ECharts, type EChartsCoreOption, init } from "echarts/core";
import { type RefObject, useEffect, useRef } from "react";

/**
 * @param option what is drawn; drawn anew whenever it is another
 * @param renderer SVG stays sharp and is small; a canvas is quicker where there are many bars
 * @returns the place to draw in
 */
export function useChart(option: EChartsCoreOption, renderer: "svg" | "canvas"): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  useEffect(() => {
    if (place.current === null) return;
    const drawn = init(place.current, null, { renderer });
    chart.current = drawn;
    const watcher = new ResizeObserver(() => drawn.resize());
    watcher.observe(place.current);
    return () => {
      watcher.disconnect();
      drawn.dispose();
    };
  }, [renderer]);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);
  return place;
}
