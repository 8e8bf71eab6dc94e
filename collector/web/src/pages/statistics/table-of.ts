/** The answer of the API as columns of steps and one series a group: what the chart and the table are drawn from. */
import type { SaleStatistics } from "../../../../api/statistics-schemas.ts";
import type { GroupName } from "./choices.ts";

type Figure = SaleStatistics["items"][number];

export interface Series {
  /** name of the group, as the API gives it */
  key: string;
  /** volume by step, 0.01 L; 0 where nothing was sold */
  volumeCl: number[];
  total: Pick<Figure, "sales" | "volumeCl" | "amountFen" | "untrustedSales" | "untrustedVolumeCl">;
}

export interface FigureTable {
  steps: string[];
  /** the one with the largest volume first */
  series: Series[];
}

/** @param most groups that are kept apart; the smallest are joined under `rest` */
export function tableOf(items: readonly Figure[], by: GroupName, most: number, rest: string): FigureTable {
  const steps = [...new Set(items.map(({ at }) => at ?? ""))].sort();
  const place = new Map(steps.map((step, index) => [step, index]));
  const groups = new Map<string, Series>();
  for (const item of items) {
    const key = item[by] ?? "";
    const series = groups.get(key) ?? emptySeries(key, steps.length);
    groups.set(key, series);
    const step = place.get(item.at ?? "") ?? 0;
    series.volumeCl[step] = (series.volumeCl[step] ?? 0) + item.volumeCl;
    addTo(series.total, item);
  }
  const series = [...groups.values()].sort((a, b) => b.total.volumeCl - a.total.volumeCl || (a.key < b.key ? -1 : 1));
  return {
    steps,
    series: series.length <= most ? series : [...series.slice(0, most - 1), join(series.slice(most - 1), rest)],
  };
}

function emptySeries(key: string, length: number): Series {
  const total = { sales: 0, volumeCl: 0, amountFen: 0, untrustedSales: 0, untrustedVolumeCl: 0 };
  return { key, volumeCl: Array.from({ length }, () => 0), total };
}

function join(series: readonly Series[], key: string): Series {
  const joined = emptySeries(key, series[0]?.volumeCl.length ?? 0);
  for (const one of series) {
    one.volumeCl.forEach((volumeCl, index) => {
      joined.volumeCl[index] = (joined.volumeCl[index] ?? 0) + volumeCl;
    });
    addTo(joined.total, one.total);
  }
  return joined;
}

function addTo(total: Series["total"], figure: Series["total"]): void {
  total.sales += figure.sales;
  total.volumeCl += figure.volumeCl;
  total.amountFen += figure.amountFen;
  total.untrustedSales += figure.untrustedSales;
  total.untrustedVolumeCl += figure.untrustedVolumeCl;
}
