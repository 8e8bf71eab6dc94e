/** The span in four figures, each beside that of the span before. */
import type { SaleStatistics } from "../../../../api/statistics-schemas.ts";
import { formatCount, formatScaled } from "../../format/number.ts";
import { formatAmount, formatVolume } from "../../format/quantity.ts";
import { useSpeech } from "../../language/language-context.tsx";

type Total = SaleStatistics["total"];

export function SpanTotals({ total, before }: { total: Total; before: Total | undefined }) {
  const { t } = useSpeech();
  return (
    <dl className="totals">
      <div>
        <dt>{t("statistics.sales")}</dt>
        <dd>
          {formatCount(total.sales)}
          <Change now={total.sales} before={before?.sales} />
        </dd>
      </div>
      <div>
        <dt>{t("statistics.volume")}</dt>
        <dd>
          {formatVolume(total.volumeCl)}
          <Change now={total.volumeCl} before={before?.volumeCl} />
        </dd>
      </div>
      <div>
        <dt>{t("statistics.amount")}</dt>
        <dd>
          {formatAmount(total.amountFen)}
          <Change now={total.amountFen} before={before?.amountFen} />
        </dd>
      </div>
      <div>
        <dt>{t("statistics.untrusted")}</dt>
        <dd>{formatCount(total.untrustedSales)}</dd>
      </div>
    </dl>
  );
}

/** How much more or less than before; nothing where there was nothing before. */
function Change({ now, before }: { now: number; before: number | undefined }) {
  const { t } = useSpeech();
  if (before === undefined || before <= 0) return null;
  const permille = Math.round(((now - before) * 1_000) / before);
  const text = `${permille > 0 ? "+" : ""}${formatScaled(permille, 1)} %`;
  return <span className="change">{t("statistics.change", { change: text })}</span>;
}
