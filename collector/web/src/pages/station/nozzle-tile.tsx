/**
 * A nozzle with a display like the pump's own: the last sale in litres and yuan, then price and grand total. It lights
 * up for a moment when a sale has just come in.
 */
import type { NozzleState } from "../../../../api/schemas.ts";
import { isFresh } from "../../data/fresh.ts";
import { saleKey } from "../../data/merge.ts";
import { formatAmount, formatUnitPrice, formatVolume } from "../../format/quantity.ts";
import { formatRecent } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { fuelOf } from "./fuel.ts";

export function NozzleTile({ nozzle }: { nozzle: NozzleState }) {
  const { t } = useSpeech();
  const { lastSale } = nozzle;
  const fresh = lastSale !== null && isFresh(saleKey(lastSale));
  return (
    <div className={`nozzle fuel-${fuelOf(nozzle.grade)}`} data-testid={`nozzle-${nozzle.nozzle}`}>
      <div className="nozzle-head">
        <strong className="code">{nozzle.nozzle}</strong>
        <span className="grade">{nozzle.grade}</span>
        <span className="nozzle-tank" title={t("nozzle.tank", { tank: nozzle.tank })}>
          {nozzle.tank}
        </span>
      </div>
      {/* A new key starts the light again when sale follows sale. */}
      <div className={`display ${fresh ? "fresh" : ""}`} key={lastSale === null ? "none" : saleKey(lastSale)}>
        {lastSale === null ? (
          <span className="faint">{t("nozzle.noSale")}</span>
        ) : (
          <>
            <b>{formatVolume(lastSale.volumeCl)}</b>
            <span>{formatAmount(lastSale.amountFen)}</span>
            <time dateTime={lastSale.at} title={t("nozzle.lastSale")}>
              {formatRecent(lastSale.at, Date.now())}
            </time>
          </>
        )}
      </div>
      <dl className="nozzle-facts">
        <div>
          <dt>{t("column.unitPrice")}</dt>
          <dd>{formatUnitPrice(nozzle.unitPriceFen)}</dd>
        </div>
        <div>
          <dt>{t("nozzle.total")}</dt>
          <dd title={`${t("nozzle.totalAmount")} ${formatAmount(nozzle.totalAmountFen)}`}>
            {formatVolume(nozzle.totalVolumeCl)}
          </dd>
        </div>
      </dl>
    </div>
  );
}
