/**
 * The overview: the prefecture in five figures, its map, whose desk the open flags lie on, what happens at this moment,
 * and every station with its state.
 */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import type { StationSummary } from "../../../../api/schemas.ts";
import { flagsQuery, stationsQuery } from "../../data/queries.ts";
import { useMay } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { ExportButton } from "../../parts/export-button.tsx";
import { FlagList } from "../../parts/flag-list.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { StationTable } from "../stations/station-table.tsx";
import "../stations/stations.css";
import { Totals } from "../stations/totals.tsx";
import { DepartmentFlags } from "./department-flags.tsx";
import { isShown, Legend, type Shown } from "./legend.tsx";
import { StationMap } from "./map/station-map.tsx";
import "./overview.css";
import { Ticker } from "./ticker.tsx";

const LATEST_FLAGS = 8;

export default function OverviewPage() {
  const { t } = useSpeech();
  const stations = useQuery(stationsQuery);
  const seesFlags = useMay("flags:view");
  return (
    <>
      <title>{`${t("overview.title")} · ${t("product.name")}`}</title>
      <h1 className="unseen">{t("overview.title")}</h1>
      <Answer query={stations}>
        {({ items }) => (
          <>
            <Totals stations={items} />
            <div className="overview-top">
              <MapPanel stations={items} />
              <div className="overview-side">
                {seesFlags && (
                  <Panel title={t("overview.byDepartment")} note={<Link to="/flags">{t("stations.allFlags")}</Link>}>
                    <DepartmentFlags />
                  </Panel>
                )}
                <Panel title={t("overview.ticker")} note={t("sales.live")}>
                  <Ticker />
                </Panel>
              </div>
            </div>
            <div className="overview-lists">
              <Panel title={t("stations.title")} className="overview-stations" note={<ExportButton table="stations" />}>
                {items.length === 0 ? <Nothing text={t("stations.empty")} /> : <StationTable stations={items} />}
              </Panel>
              {seesFlags && <LatestFlags />}
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

function MapPanel({ stations }: { stations: StationSummary[] }) {
  const { t } = useSpeech();
  const [shown, show] = useState<Shown>();
  const seen = shown === undefined ? stations : stations.filter((station) => isShown(station, shown));
  return (
    <Panel
      title={t("map.title")}
      className="overview-map"
      note={<Legend stations={stations} shown={shown} show={show} />}
    >
      <StationMap stations={seen} base="/map" tone="light" />
    </Panel>
  );
}

function LatestFlags() {
  const { t } = useSpeech();
  const flags = useQuery(flagsQuery({ limit: LATEST_FLAGS }));
  return (
    <Panel title={t("stations.latestFlags")} note={<Link to="/flags">{t("stations.allFlags")}</Link>}>
      <Answer query={flags}>
        {({ items }) =>
          items.length === 0 ? <Nothing text={t("flags.empty")} /> : <FlagList flags={items} withStation />
        }
      </Answer>
    </Panel>
  );
}
