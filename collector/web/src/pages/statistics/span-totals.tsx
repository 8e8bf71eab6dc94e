/** The span in four figures, each beside that of the span it is compared with. */
import type { SaleStatistics } from "../../../../api/statistics-schemas.ts";
import { formatCount } from "../../format/number.ts";
import { formatAmount, formatVolume } from "../../format/quantity.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { type Comparison, changeText } from "./compare.ts";

type Total = SaleStatistics["total"];

interface Props {
  total: Total;
  before: Total | undefined;
  compare: Comparison;
}

export function SpanTotals({ total, before, compare }: Props) {
  const { t } = useSpeech();
  return (
    <dl className="totals">
      <div>
        <dt>{t("statistics.sales")}</dt>
        <dd>
          {formatCount(total.sales)}
          <Change now={total.sales} before={before?.sales} compare={compare} />
        </dd>
      </div>
      <div>
        <dt>{t("statistics.volume")}</dt>
        <dd>
          {formatVolume(total.volumeCl)}
          <Change now={total.volumeCl} before={before?.volumeCl} compare={compare} />
        </dd>
      </div>
      <div>
        <dt>{t("statistics.amount")}</dt>
        <dd>
          {formatAmount(total.amountFen)}
          <Change now={total.amountFen} before={before?.amountFen} compare={compare} />
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
function Change({ now, before, compare }: { now: number; before: number | undefined; compare: Comparison }) {
  const { t } = useSpeech();
  if (before === undefined || before <= 0) return null;
  const change = changeText(now, before);
  return (
    <span className="change">{t(compare === "year" ? "statistics.changeYear" : "statistics.change", { change })}</span>
  );
}
