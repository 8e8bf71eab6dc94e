/**
 * The tanks of a station side by side, and below them the level curve of the chosen one.
 */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import type { Delivery } from "../../../../api/equipment-schemas.ts";
import type { Flag, TankState } from "../../../../api/schemas.ts";
import { deliveriesQuery, flagsQuery, levelsQuery, MAX_ROWS } from "../../data/queries.ts";
import { useMay } from "../../data/session.tsx";
import { formatCount } from "../../format/number.ts";
import { formatRecent } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { ExportButton } from "../../parts/export-button.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer, Loading, Nothing } from "../../parts/waiting.tsx";
import { TankCard } from "./tank-card.tsx";

const LevelChart = lazy(() => import("./level-chart.tsx"));

/** The same empty lists each time: the curve is drawn anew only for others. */
const NO_DELIVERIES: Delivery[] = [];
const NO_FLAGS: Flag[] = [];

/** @param tanks at least one */
export function TankYard({ station, tanks }: { station: string; tanks: TankState[] }) {
  const [chosen, choose] = useState(tanks[0]?.tank ?? "");
  return (
    <>
      <div className="tanks">
        {tanks.map((tank) => (
          <TankCard key={tank.tank} tank={tank} chosen={tank.tank === chosen} choose={() => choose(tank.tank)} />
        ))}
      </div>
      <LevelCurve station={station} tank={chosen} />
    </>
  );
}

function LevelCurve({ station, tank }: { station: string; tank: string }) {
  const { t } = useSpeech();
  const levels = useQuery(levelsQuery(station, tank));
  const nameOf = useStationNames();
  const curve = useRef<HTMLDivElement>(null);
  const deliveries = useQuery(deliveriesQuery(station, tank));
  const seesFlags = useMay("flags:view");
  const flags = useQuery({ ...flagsQuery({ station, limit: MAX_ROWS }), enabled: seesFlags });
  const own = useMemo(
    () => (flags.data?.items ?? NO_FLAGS).filter(({ subject }) => subject === tank),
    [flags.data, tank],
  );
  const title = t("tank.curveOf", { tank });
  const picture = () => {
    const place = curve.current?.querySelector<HTMLElement>(".level-chart");
    const full = `${nameOf(station)} · ${title}`;
    return place ? { of: "tank-levels" as const, title: full, place } : undefined;
  };
  return (
    <div className="curve" ref={curve}>
      <div className="head-line">
        <h3>{title}</h3>
        <ExportButton picture={picture} />
      </div>
      <Answer query={levels}>
        {({ items }) => {
          const [first, last] = [items[0], items[items.length - 1]];
          if (first === undefined || last === undefined) return <Nothing text={t("tank.curveNone")} />;
          const now = Date.now();
          return (
            <figure>
              <Suspense fallback={<Loading />}>
                <LevelChart
                  levels={items}
                  label={title}
                  deliveries={deliveries.data?.items ?? NO_DELIVERIES}
                  flags={own}
                />
              </Suspense>
              <figcaption className="faint">
                {t("tank.curveData", {
                  count: formatCount(items.length),
                  from: formatRecent(first.at, now),
                  until: formatRecent(last.at, now),
                })}{" "}
                {t("tank.marks")}
              </figcaption>
            </figure>
          );
        }}
      </Answer>
    </div>
  );
}
