/**
 * Flags as a list, one line of what was seen each; the whole line leads to the evidence.
 */
import { Link } from "react-router";
import type { Flag } from "../../../api/schemas.ts";
import { formatCount } from "../format/number.ts";
import { formatRecent } from "../format/time.ts";
import { useSpeech } from "../language/language-context.tsx";
import { SeverityMark } from "./marks.tsx";
import { useStationNames } from "./station-names.ts";

/** @param withStation whether each line names its station; not where all are of one */
export function FlagList({ flags, withStation }: { flags: Flag[]; withStation: boolean }) {
  const { t } = useSpeech();
  return (
    <ul className="flag-list" aria-label={t("flags.title")}>
      {flags.map((flag) => (
        <FlagLine key={flag.id} flag={flag} withStation={withStation} />
      ))}
    </ul>
  );
}

function FlagLine({ flag, withStation }: { flag: Flag; withStation: boolean }) {
  const { t, language } = useSpeech();
  const nameOf = useStationNames();
  return (
    <li
      className={`flag-line flag-${flag.state}`}
      data-testid={`flag-${flag.id}`}
      data-rule={flag.rule}
      data-subject={flag.subject}
      data-state={flag.state}
    >
      <SeverityMark severity={flag.severity} />
      <div className="flag-what">
        <Link to={`/flags/${encodeURIComponent(flag.id)}`} className="flag-title">
          {flag.title[language]}
        </Link>
        <p className="flag-where">
          {withStation && <span>{nameOf(flag.station)}</span>}
          <span className="code">{flag.subject}</span>
          {flag.findings > 1 && <span>{t("flags.findings", { count: formatCount(flag.findings) })}</span>}
        </p>
        <p className="flag-text">{flag.text[language]}</p>
      </div>
      <div className="flag-when">
        <span className={`flag-state flag-state-${flag.state}`}>{t(`flagState.${flag.state}`)}</span>
        <time dateTime={flag.until}>{formatRecent(flag.until, Date.now())}</time>
      </div>
    </li>
  );
}
