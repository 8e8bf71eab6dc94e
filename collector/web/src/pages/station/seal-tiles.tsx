/**
 * The seals of a station, each with where it sits, its state and its counters.
 */
import type { SealStatus } from "../../../../api/schemas.ts";
import { formatCount } from "../../format/number.ts";
import { formatPercent, MISSING } from "../../format/quantity.ts";
import { formatRecent } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import type { IconName } from "../../parts/icons.tsx";
import { Mark, type Tone } from "../../parts/marks.tsx";

/** States that are neither sealed nor broken. All others mean that someone was there. */
const QUIET: Record<string, { tone: Tone; icon: IconName }> = {
  sealed: { tone: "good", icon: "sealed" },
  "not-installed": { tone: "quiet", icon: "ring" },
  offline: { tone: "warn", icon: "unlinked" },
  unknown: { tone: "quiet", icon: "ring" },
};
/** What a state means for the eye. */
export function toneOfSeal(state: string): Tone {
  return (QUIET[state] ?? BROKEN).tone;
}

const BROKEN: { tone: Tone; icon: IconName } = { tone: "bad", icon: "unsealed" };

export function SealTiles({ seals }: { seals: SealStatus[] }) {
  return (
    <ul className="seals">
      {seals.map((seal) => (
        <SealTile key={seal.seal} seal={seal} />
      ))}
    </ul>
  );
}

function SealTile({ seal }: { seal: SealStatus }) {
  const { t, language } = useSpeech();
  const look = QUIET[seal.state] ?? BROKEN;
  const count = (value: number | null) => (value === null ? MISSING : formatCount(value));
  return (
    <li className={`seal seal-${look.tone}`} data-testid={`seal-${seal.seal}`} data-state={seal.state}>
      <div className="seal-head">
        <strong className="code">{seal.seal}</strong>
        <span className="seal-place">
          {phraseFor(language, "place", seal.place) ?? seal.place} <span className="code">{seal.of}</span>
        </span>
        <Mark {...look}>{phraseFor(language, "sealState", seal.state) ?? seal.state}</Mark>
      </div>
      <p className="seal-facts">
        <span>
          {t("seal.tamperCount")} <b>{count(seal.tamperCount)}</b>
        </span>
        <span>
          {t("seal.openCount")} <b>{count(seal.openCount)}</b>
        </span>
        <span>
          {t("seal.battery")} <b>{formatPercent(seal.batteryPercent)}</b>
        </span>
        <time dateTime={seal.at ?? undefined} title={t("seal.at")}>
          {formatRecent(seal.at, Date.now())}
        </time>
      </p>
    </li>
  );
}
