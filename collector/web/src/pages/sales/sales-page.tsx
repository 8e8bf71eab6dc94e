/**
 * Single sales of a station, page by page; each leads to its record as it was journalled, frames and hash and all. What
 * is shown stands in the address.
 */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Drawer, Select } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { ProofRecord, Sale } from "../../../../api/schemas.ts";
import { get } from "../../data/client.ts";
import { stationQuery, stationsQuery } from "../../data/queries.ts";
import { formatCount } from "../../format/number.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { ExportButton } from "../../parts/export-button.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SalesTable } from "../../parts/sales-table.tsx";
import { stationName, useStationNames } from "../../parts/station-names.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { RecordView } from "../flag/record-view.tsx";
import { DayField } from "../statistics/choice-bar.tsx";
import { ordered, spanOf } from "../statistics/choices.ts";
import "./sales.css";
import "../flag/flag.css";

const ROWS_A_PAGE = 100;

interface Asked {
  station: string | undefined;
  nozzle: string | undefined;
  /** days, both belong to it */
  from: string;
  to: string;
}

export default function SalesPage() {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const today = spanOf("today", Date.now());
  const [from, to] = [search.get("from") ?? today.from, search.get("to") ?? search.get("from") ?? today.to];
  const asked: Asked = {
    station: search.get("station") ?? undefined,
    nozzle: search.get("nozzle") ?? undefined,
    ...ordered(from, to, "from"),
  };
  const choose = (changes: Partial<Asked>) => {
    const after = Object.entries({ ...asked, ...changes }).filter(([, value]) => value !== undefined);
    setSearch(new URLSearchParams(after as [string, string][]), { replace: true });
  };
  return (
    <>
      <title>{`${t("sales.pageTitle")} · ${t("product.name")}`}</title>
      <h1>{t("sales.pageTitle")}</h1>
      <Filters asked={asked} choose={choose} />
      {asked.station === undefined ? (
        <section className="panel">
          <Nothing text={t("sales.chooseStation")} />
        </section>
      ) : (
        <Found asked={{ ...asked, station: asked.station }} />
      )}
    </>
  );
}

function Filters({ asked, choose }: { asked: Asked; choose: (changes: Partial<Asked>) => void }) {
  const { t, language } = useSpeech();
  const { data } = useQuery(stationsQuery);
  const { station, nozzle, from, to } = asked;
  return (
    <div className="sales-filters">
      <Select
        showSearch
        optionFilterProp="label"
        aria-label={t("column.station")}
        placeholder={t("column.station")}
        value={station ?? null}
        onChange={(value: string) => choose({ station: value, nozzle: undefined })}
        options={(data?.items ?? []).map((one) => ({
          value: one.id,
          label: `${stationName(one, language)} ${one.id}`,
        }))}
      />
      {station !== undefined && <Nozzles station={station} nozzle={nozzle} choose={choose} />}
      <span className="day-span">
        <DayField label={t("statistics.from")} value={from} set={(day) => choose(ordered(day, to, "from"))} />
        <span aria-hidden="true">–</span>
        <DayField label={t("statistics.to")} value={to} set={(day) => choose(ordered(from, day, "to"))} />
      </span>
    </div>
  );
}

function Nozzles(props: { station: string; nozzle: string | undefined; choose: (changes: Partial<Asked>) => void }) {
  const { t } = useSpeech();
  const { data } = useQuery(stationQuery(props.station));
  const nozzles = data?.dispensers.flatMap((one) => one.nozzles) ?? [];
  return (
    <Select
      allowClear
      aria-label={t("sales.nozzle")}
      placeholder={t("sales.anyNozzle")}
      value={props.nozzle ?? null}
      onChange={(value: string | null) => props.choose({ nozzle: value ?? undefined })}
      options={nozzles.map(({ nozzle, grade }) => ({ value: nozzle, label: `${nozzle} ${grade}` }))}
    />
  );
}

function Found({ asked }: { asked: Asked & { station: string } }) {
  const { t } = useSpeech();
  const nameOf = useStationNames();
  const [opened, setOpened] = useState<Sale>();
  const { station, nozzle } = asked;
  const times = { from: `${asked.from}T00:00:00+08:00`, to: `${dayAfter(asked.to)}T00:00:00+08:00` };
  const question = { station, nozzle, ...times };
  const sales = useInfiniteQuery({
    queryKey: ["sales-of-days", question] as const,
    queryFn: ({ pageParam }) =>
      get<{ items: Sale[]; next: string | null }>("/sales", { ...question, limit: ROWS_A_PAGE, before: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: false,
  });
  const items = sales.data?.pages.flatMap((page) => page.items) ?? [];
  const title = t("sales.of", { station: nameOf(station) });
  return (
    <Panel title={title} note={<ExportButton table="sales" parameters={question} />} className="sales-found">
      <Answer query={sales}>
        {() =>
          items.length === 0 ? (
            <Nothing text={t("sales.none")} />
          ) : (
            <>
              <SalesTable
                sales={items}
                withStation={false}
                withDate
                act={(sale) => (
                  <button type="button" className="link-button" onClick={() => setOpened(sale)}>
                    {t("sales.open")}
                  </button>
                )}
              />
              <p className="faint sales-count" role="status">
                {t("sales.count", { count: formatCount(items.length) })}
              </p>
              {sales.hasNextPage && (
                <div className="more">
                  <Button loading={sales.isFetchingNextPage} onClick={() => void sales.fetchNextPage()}>
                    {t("common.more")}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Answer>
      <Drawer
        title={t("sales.record")}
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        size={Math.min(720, window.innerWidth)}
        destroyOnHidden
      >
        {opened !== undefined && <RecordOf sale={opened} />}
      </Drawer>
    </Panel>
  );
}

function RecordOf({ sale: { gateway, seq } }: { sale: Sale }) {
  const record = useQuery({
    queryKey: ["record", gateway, seq] as const,
    queryFn: () => get<ProofRecord>(`/records/${encodeURIComponent(gateway)}/${seq}`),
    // What was journalled stays as it is.
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  return <Answer query={record}>{(found) => <RecordView record={found} unfolded />}</Answer>;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}
