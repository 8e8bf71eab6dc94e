/**
 * The stream of sales, newest first. A row that has just come in is pointed out for a moment. On a phone two lines
 * share a cell, so that nothing has to be scrolled sideways.
 */
import { Table, type TableColumnsType } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Sale } from "../../../api/schemas.ts";
import { isFresh } from "../data/fresh.ts";
import { saleKey } from "../data/merge.ts";
import { formatAmount, formatUnitPrice, formatVolume, MISSING } from "../format/quantity.ts";
import { formatDateTime, formatRecent } from "../format/time.ts";
import { phraseFor } from "../language/language.ts";
import { useSpeech } from "../language/language-context.tsx";
import { useStationNames } from "./station-names.ts";
import { useNarrow } from "./use-narrow.ts";

interface Props {
  sales: Sale[];
  /** whether each row names its station; not where all are of one */
  withStation: boolean;
  /** whether days are told, where they are not all of today */
  withDate?: boolean;
  /** what can be done with a sale */
  act?: (sale: Sale) => ReactNode;
}

export function SalesTable({ sales, withStation, withDate = false, act }: Props) {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const wide = useWideColumns(withStation, withDate);
  const tight = useNarrowColumns(withStation, withDate, act);
  const last = { key: "act", title: t("sales.record"), render: (sale: Sale) => act?.(sale) };
  return (
    <Table<Sale>
      className="sales"
      size="small"
      columns={narrow ? tight : act === undefined ? wide : [...wide, last]}
      dataSource={sales}
      rowKey={saleKey}
      pagination={false}
      locale={{ emptyText: t("sales.empty") }}
      rowClassName={(sale) => (isFresh(saleKey(sale)) ? "fresh" : "")}
      onRow={(sale) => ({ "data-testid": `sale-${saleKey(sale)}`, "data-station": sale.station }) as object}
      {...(narrow ? {} : { scroll: { x: "max-content" } })}
    />
  );
}

function useWideColumns(withStation: boolean, withDate: boolean): TableColumnsType<Sale> {
  const { t } = useSpeech();
  const station = { key: "station", title: t("column.station"), render: (sale: Sale) => <StationLink sale={sale} /> };
  const columns: TableColumnsType<Sale> = [
    { key: "at", title: t("column.time"), render: (sale: Sale) => <Moment sale={sale} withDate={withDate} /> },
    ...(withStation ? [station] : []),
    { key: "nozzle", title: t("column.nozzle"), render: (sale: Sale) => <span className="code">{sale.nozzle}</span> },
    { key: "grade", title: t("column.grade"), render: (sale: Sale) => sale.grade ?? MISSING },
    {
      key: "volume",
      title: t("column.volume"),
      align: "right",
      render: (sale: Sale) => <b>{formatVolume(sale.volumeCl)}</b>,
    },
    { key: "amount", title: t("column.amount"), align: "right", render: (sale: Sale) => formatAmount(sale.amountFen) },
    {
      key: "price",
      title: t("column.unitPrice"),
      align: "right",
      render: (sale: Sale) => formatUnitPrice(sale.unitPriceFen),
    },
  ];
  if (withStation) return [...columns, note(t("column.note"))];
  const total = { key: "total", title: t("column.total"), align: "right" as const };
  return [...columns, { ...total, render: (sale: Sale) => formatVolume(sale.totalVolumeCl) }, note(t("column.note"))];
}

function note(title: string): TableColumnsType<Sale>[number] {
  return { key: "note", title, render: (sale: Sale) => <Note sale={sale} /> };
}

function useNarrowColumns(withStation: boolean, withDate: boolean, act: Props["act"]): TableColumnsType<Sale> {
  const { t } = useSpeech();
  return [
    {
      key: "at",
      title: t("column.time"),
      render: (sale: Sale) => (
        <>
          <Moment sale={sale} withDate={withDate} />
          {withStation && <StationLink sale={sale} />}
          <Note sale={sale} />
          {act?.(sale)}
        </>
      ),
    },
    {
      key: "nozzle",
      title: t("column.nozzle"),
      render: (sale: Sale) => (
        <>
          <span className="code">{sale.nozzle}</span>
          <small>{sale.grade ?? MISSING}</small>
        </>
      ),
    },
    {
      key: "volume",
      title: t("column.volume"),
      align: "right",
      render: (sale: Sale) => (
        <>
          <b>{formatVolume(sale.volumeCl)}</b>
          <small>{formatAmount(sale.amountFen)}</small>
        </>
      ),
    },
  ];
}

function Moment({ sale, withDate }: { sale: Sale; withDate: boolean }) {
  const shown = withDate ? formatDateTime(sale.at) : formatRecent(sale.at, Date.now());
  return <time dateTime={sale.at}>{shown}</time>;
}

function StationLink({ sale }: { sale: Sale }) {
  const nameOf = useStationNames();
  return (
    <Link className="quiet-link" to={`/stations/${encodeURIComponent(sale.station)}`}>
      {nameOf(sale.station)}
    </Link>
  );
}

/** What is not ordinary about a sale: not certainly one fuelling, or not confirmed. */
function Note({ sale }: { sale: Sale }) {
  const { t, language } = useSpeech();
  const words: string[] = [];
  if (sale.count === null) words.push(t("sales.merged"));
  if (sale.quality !== "good") words.push(phraseFor(language, "quality", sale.quality) ?? sale.quality);
  if (words.length === 0) return null;
  return (
    <small className="tone-warn" title={sale.reason ?? undefined}>
      {words.join(" · ")}
    </small>
  );
}
