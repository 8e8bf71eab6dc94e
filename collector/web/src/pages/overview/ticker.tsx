/** What happens at this moment: the latest sales and flags as they come in, a line each, as far as they may be seen. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Flag, Sale } from "../../../../api/schemas.ts";
import { isFresh } from "../../data/fresh.ts";
import { saleKey } from "../../data/merge.ts";
import { flagsQuery, salesQuery } from "../../data/queries.ts";
import { useMay } from "../../data/session.tsx";
import { formatAmount, formatVolume } from "../../format/quantity.ts";
import { formatRecent } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { SeverityMark } from "../../parts/marks.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Nothing } from "../../parts/waiting.tsx";
import { type Happening, happenings } from "./happenings.ts";

const SALES = 20;
const FLAGS = 8;
/** So many lines stand beside the map. */
const LINES = 9;

export function Ticker() {
  const { t } = useSpeech();
  const seesSales = useMay("sales:view");
  const seesFlags = useMay("flags:view");
  const sales = useQuery({ ...salesQuery(undefined, SALES), enabled: seesSales });
  const flags = useQuery({ ...flagsQuery({ limit: FLAGS }), enabled: seesFlags });
  const lines = happenings(sales.data?.items ?? [], flags.data?.items ?? [], LINES);
  if (lines.length === 0) return <Nothing text={t("overview.nothingYet")} />;
  return (
    <ul className="ticker" data-testid="ticker">
      {lines.map((one) => (
        <Line key={one.key} happening={one} />
      ))}
    </ul>
  );
}

function Line({ happening }: { happening: Happening }) {
  return "sale" in happening ? <SaleLine sale={happening.sale} /> : <FlagLine flag={happening.flag} />;
}

function SaleLine({ sale }: { sale: Sale }) {
  const nameOf = useStationNames();
  return (
    <li className={isFresh(saleKey(sale)) ? "fresh" : ""}>
      <time dateTime={sale.at}>{formatRecent(sale.at, Date.now())}</time>
      <Link className="quiet-link" to={`/stations/${encodeURIComponent(sale.station)}`}>
        {nameOf(sale.station)}
      </Link>
      <span className="ticker-what">
        {sale.grade !== null && <span className="ticker-grade">{sale.grade}</span>}
        <b>{formatVolume(sale.volumeCl)}</b> <span>{formatAmount(sale.amountFen)}</span>
      </span>
    </li>
  );
}

function FlagLine({ flag }: { flag: Flag }) {
  const { language } = useSpeech();
  const nameOf = useStationNames();
  return (
    <li className="ticker-flag">
      <time dateTime={flag.from}>{formatRecent(flag.from, Date.now())}</time>
      <span className="quiet-link">{nameOf(flag.station)}</span>
      <span className="ticker-what">
        <SeverityMark severity={flag.severity} />
        <Link to={`/flags/${encodeURIComponent(flag.id)}`}>{flag.title[language]}</Link>
      </span>
    </li>
  );
}
