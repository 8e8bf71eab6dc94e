/** What was picked on the map: one station in short, or the list of those that stand too close. */
import { Link } from "react-router";
import type { StationSummary } from "../../../../../api/schemas.ts";
import { formatAmount, formatVolume } from "../../../format/quantity.ts";
import { formatRecent } from "../../../format/time.ts";
import { useSpeech } from "../../../language/language-context.tsx";
import { OpenFlags, StationStateMark } from "../../../parts/marks.tsx";
import { stationName } from "../../../parts/station-names.ts";
import type { Mark } from "./marks.ts";

/** More would cover the map; the table below has them all. */
const MOST_LISTED = 8;

export function PickedCard({ mark, closer, close }: { mark: Mark; closer: () => void; close: () => void }) {
  const { t } = useSpeech();
  const { stations } = mark;
  const [first] = stations;
  return (
    <div className="map-card" role="status" data-testid="map-card">
      <button type="button" className="map-card-close" aria-label={t("map.close")} onClick={close}>
        ×
      </button>
      {stations.length === 1 && first !== undefined ? <One station={first} /> : <Several stations={stations} />}
      {stations.length > 1 && (
        <button type="button" className="map-card-closer" onClick={closer}>
          {t("map.lookCloser")}
        </button>
      )}
    </div>
  );
}

function One({ station }: { station: StationSummary }) {
  const { t, language } = useSpeech();
  return (
    <>
      <Link className="station-name" to={`/stations/${encodeURIComponent(station.id)}`}>
        {stationName(station, language)}
      </Link>
      <p className="map-card-under">
        <span className="code">{station.id}</span> {station.county}
      </p>
      <p className="map-card-marks">
        <StationStateMark state={station.state} />
        <OpenFlags counts={station.openFlags} />
      </p>
      <dl className="map-card-facts">
        <div>
          <dt>{t("column.todayVolume")}</dt>
          <dd>{formatVolume(station.today?.volumeCl)}</dd>
        </div>
        <div>
          <dt>{t("column.todayAmount")}</dt>
          <dd>{formatAmount(station.today?.amountFen)}</dd>
        </div>
        <div>
          <dt>{t("column.lastRecord")}</dt>
          <dd>{formatRecent(station.lastRecordAt, Date.now())}</dd>
        </div>
      </dl>
    </>
  );
}

function Several({ stations }: { stations: readonly StationSummary[] }) {
  const { t, language } = useSpeech();
  const more = stations.length - MOST_LISTED;
  return (
    <ul className="map-card-list">
      {stations.slice(0, MOST_LISTED).map((station) => (
        <li key={station.id}>
          <Link to={`/stations/${encodeURIComponent(station.id)}`}>{stationName(station, language)}</Link>
          <StationStateMark state={station.state} />
        </li>
      ))}
      {more > 0 && <li className="faint">{t("map.more", { count: more })}</li>}
    </ul>
  );
}
