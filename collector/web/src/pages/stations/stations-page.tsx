/**
 * The overview: every station with its state, what it sold today, and what needs a look; beside it the latest flags
 * and the latest sales of all stations.
 */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { flagsQuery, salesQuery, stationsQuery } from "../../data/queries.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { FlagList } from "../../parts/flag-list.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SalesTable } from "../../parts/sales-table.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { StationTable } from "./station-table.tsx";
import "./stations.css";
import { Totals } from "./totals.tsx";

const LATEST_FLAGS = 8;
const LATEST_SALES = 20;

export default function StationsPage() {
  const { t } = useSpeech();
  const stations = useQuery(stationsQuery);
  const flags = useQuery(flagsQuery({ limit: LATEST_FLAGS }));
  const sales = useQuery(salesQuery(undefined, LATEST_SALES));
  return (
    <>
      <title>{`${t("stations.title")} · ${t("product.name")}`}</title>
      <h1 className="unseen">{t("stations.title")}</h1>
      <Answer query={stations}>
        {({ items }) => (
          <>
            <Totals stations={items} />
            <Panel title={t("stations.title")}>
              {items.length === 0 ? <Nothing text={t("stations.empty")} /> : <StationTable stations={items} />}
            </Panel>
          </>
        )}
      </Answer>
      <div className="overview-pair">
        <Panel title={t("stations.latestFlags")} note={<Link to="/flags">{t("stations.allFlags")}</Link>}>
          <Answer query={flags}>
            {({ items }) =>
              items.length === 0 ? <Nothing text={t("flags.empty")} /> : <FlagList flags={items} withStation />
            }
          </Answer>
        </Panel>
        <Panel title={t("stations.latestSales")} note={t("sales.live")}>
          <Answer query={sales}>{({ items }) => <SalesTable sales={items} withStation />}</Answer>
        </Panel>
      </div>
    </>
  );
}
