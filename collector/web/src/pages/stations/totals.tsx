/**
 * All stations in five figures.
 */
import type { StationSummary } from "../../../../api/schemas.ts";
import { formatCount } from "../../format/number.ts";
import { formatAmount, formatShare, formatVolume } from "../../format/quantity.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { OpenFlags } from "../../parts/marks.tsx";

export function Totals({ stations }: { stations: StationSummary[] }) {
  const { t } = useSpeech();
  const sum = (of: (station: StationSummary) => number) => stations.reduce((total, station) => total + of(station), 0);
  const online = stations.filter((station) => station.state === "live").length;
  const openFlags = {
    high: sum((station) => station.openFlags.high),
    medium: sum((station) => station.openFlags.medium),
    notice: sum((station) => station.openFlags.notice),
  };
  return (
    <dl className="totals">
      <div>
        <dt>{t("stations.online")}</dt>
        <dd>
          {formatShare(online, stations.length)}
          <span className="faint">
            {" "}
            {formatCount(online)} / {formatCount(stations.length)}
          </span>
        </dd>
      </div>
      {stations.some(({ today }) => today !== null) && (
        <>
          <div>
            <dt>{t("stations.todaySales")}</dt>
            <dd>{formatCount(sum(({ today }) => today?.sales ?? 0))}</dd>
          </div>
          <div>
            <dt>{t("stations.todayVolume")}</dt>
            <dd>{formatVolume(sum(({ today }) => today?.volumeCl ?? 0))}</dd>
          </div>
          <div>
            <dt>{t("stations.todayAmount")}</dt>
            <dd>{formatAmount(sum(({ today }) => today?.amountFen ?? 0))}</dd>
          </div>
        </>
      )}
      <div className="totals-flags">
        <dt>{t("stations.openFlags")}</dt>
        <dd>
          <OpenFlags counts={openFlags} />
        </dd>
      </div>
    </dl>
  );
}
