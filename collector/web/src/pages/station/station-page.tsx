/**
 * One station as it is now: dispensers with their nozzles, tanks with their level, seals, sales as they come, what is
 * flagged, and the gateway that reports it all.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { StationDetail, StationSummary } from "../../../../api/schemas.ts";
import { flagsQuery, MAX_ROWS, stationQuery } from "../../data/queries.ts";
import { useMay } from "../../data/session.tsx";
import { formatCount } from "../../format/number.ts";
import { formatAmount, formatVolume } from "../../format/quantity.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { ExportButton } from "../../parts/export-button.tsx";
import { FlagList } from "../../parts/flag-list.tsx";
import { StationStateMark } from "../../parts/marks.tsx";
import { Panel } from "../../parts/panel.tsx";
import { stationName } from "../../parts/station-names.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { History } from "../registry/history.tsx";
import "../registry/registry.css";
import { DispenserBlock } from "./dispenser-block.tsx";
import { ForecourtPlan } from "./forecourt-plan.tsx";
import { Reconciliation } from "./reconciliation.tsx";
import { SaleStream } from "./sale-stream.tsx";
import { SealDrawing } from "./seal-drawing.tsx";
import { SealTiles } from "./seal-tiles.tsx";
import { StationCases } from "./station-cases.tsx";
import { StationGateways } from "./station-gateways.tsx";
import "./station.css";
import "./tank.css";
import { TankYard } from "./tank-yard.tsx";

export default function StationPage() {
  const { t } = useSpeech();
  const { id = "" } = useParams();
  const detail = useQuery(stationQuery(id));
  return (
    <Answer query={detail} notFound={t("error.stationNotFound")}>
      {(data) => (
        <>
          <StationHead station={data.station} />
          <StationBody detail={data} />
        </>
      )}
    </Answer>
  );
}

function StationHead({ station }: { station: StationSummary }) {
  const { t, language } = useSpeech();
  const name = stationName(station, language);
  return (
    <div className="page-head">
      <title>{`${name} · ${t("product.name")}`}</title>
      <Link className="back" to="/">
        ← {t("nav.overview")}
      </Link>
      <div className="page-title">
        <h1>{name}</h1>
        <StationStateMark state={station.state} />
      </div>
      <p className="page-under">
        <span className="code">{station.id}</span>
        <span>{station.county}</span>
        <span>{t("station.lastRecord", { time: formatDateTime(station.lastRecordAt) })}</span>
      </p>
      {station.today !== null && (
        <dl className="totals">
          <div>
            <dt>{t("stations.todaySales")}</dt>
            <dd>{formatCount(station.today.sales)}</dd>
          </div>
          <div>
            <dt>{t("stations.todayVolume")}</dt>
            <dd>{formatVolume(station.today.volumeCl)}</dd>
          </div>
          <div>
            <dt>{t("stations.todayAmount")}</dt>
            <dd>{formatAmount(station.today.amountFen)}</dd>
          </div>
        </dl>
      )}
    </div>
  );
}

function StationBody({ detail }: { detail: StationDetail }) {
  const { t } = useSpeech();
  const { station, dispensers, tanks, seals, gateways } = detail;
  const seesSums = useMay("statistics:view");
  const seesCases = useMay("cases:view");
  return (
    <div className="station-body">
      <div className="station-main">
        <Panel title={t("plan.title")} className="part-plan">
          <ForecourtPlan dispensers={dispensers} tanks={tanks} />
        </Panel>
        <Panel
          title={t("station.dispensers")}
          className="part-dispensers"
          note={<ExportButton table="devices" parameters={{ station: station.id }} />}
        >
          {dispensers.length === 0 && <Nothing text={t("station.noDispensers")} />}
          <div className="dispensers">
            {dispensers.map((dispenser) => (
              <DispenserBlock key={dispenser.device} dispenser={dispenser} />
            ))}
          </div>
        </Panel>
        <Panel title={t("station.tanks")} className="part-tanks">
          {tanks.length === 0 ? (
            <Nothing text={t("station.noTanks")} />
          ) : (
            <TankYard key={station.id} station={station.id} tanks={tanks} />
          )}
        </Panel>
        {seesSums && (
          <Panel title={t("books.title")} className="part-books">
            <Reconciliation key={station.id} station={station.id} />
          </Panel>
        )}
        <Panel title={t("station.sales")} note={<AllSales station={station.id} />} className="part-sales">
          <SaleStream key={station.id} station={station.id} />
        </Panel>
        <History station={station.id} />
      </div>
      <div className="station-side">
        <StationFlags station={station.id} />
        {seesCases && (
          <Panel title={t("station.cases")} className="part-cases">
            <StationCases station={station.id} />
          </Panel>
        )}
        <Panel title={t("station.seals")} className="part-seals">
          {seals.length === 0 && <Nothing text={t("station.noSeals")} />}
          <SealDrawing seals={seals} />
          <SealTiles seals={seals} />
        </Panel>
        <Panel title={t("station.gateway")} className="part-gateway">
          <StationGateways station={station.id} chains={gateways} />
        </Panel>
      </div>
    </div>
  );
}

/** To all sales of the station, by day and nozzle. */
function AllSales({ station }: { station: string }) {
  const { t } = useSpeech();
  if (!useMay("sales:view")) return t("sales.live");
  return <Link to={`/sales?station=${encodeURIComponent(station)}`}>{t("statistics.seeSales")}</Link>;
}

function StationFlags({ station }: { station: string }) {
  const { t } = useSpeech();
  const flags = useQuery(flagsQuery({ station, state: "open", limit: MAX_ROWS }));
  return (
    <Panel title={t("station.flags")} className="part-flags">
      <Answer query={flags}>
        {({ items }) =>
          items.length === 0 ? <Nothing text={t("flags.noneOpen")} /> : <FlagList flags={items} withStation={false} />
        }
      </Answer>
    </Panel>
  );
}
