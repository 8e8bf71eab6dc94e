/**
 * States and severities as a shape, a colour and a word.
 */
import type { Flag, GatewayStatus, StationSummary } from "../../../api/schemas.ts";
import { formatCount } from "../format/number.ts";
import { useSpeech } from "../language/language-context.tsx";
import { Icon, type IconName } from "./icons.tsx";

type StationState = GatewayStatus["state"];
export type Tone = "good" | "bad" | "warn" | "quiet";

/** Any state: a picture and a word in the colour of its meaning. */
export function Mark({ tone, icon, children }: { tone: Tone; icon: IconName; children: string }) {
  return (
    <span className={`mark tone-${tone}`}>
      <Icon name={icon} />
      <span>{children}</span>
    </span>
  );
}

const STATIONS: Record<StationState, { tone: Tone; icon: IconName }> = {
  live: { tone: "good", icon: "check" },
  silent: { tone: "bad", icon: "cross" },
  never: { tone: "quiet", icon: "ring" },
};

export function StationStateMark({ state }: { state: StationState }) {
  const { t } = useSpeech();
  return <Mark {...STATIONS[state]}>{t(`stationState.${state}`)}</Mark>;
}

const SEVERITIES: Record<Flag["severity"], { tone: Tone; icon: IconName }> = {
  high: { tone: "bad", icon: "octagon" },
  medium: { tone: "warn", icon: "triangle" },
  notice: { tone: "quiet", icon: "info" },
};

export function SeverityMark({ severity }: { severity: Flag["severity"] }) {
  const { t } = useSpeech();
  return <Mark {...SEVERITIES[severity]}>{t(`severity.${severity}`)}</Mark>;
}

/** How many open flags of each severity; those of which there are none are left out. */
export function OpenFlags({ counts }: { counts: StationSummary["openFlags"] }) {
  const { t } = useSpeech();
  const present = (["high", "medium", "notice"] as const).filter((severity) => counts[severity] > 0);
  if (present.length === 0) return <span className="faint">{t("common.none")}</span>;
  return (
    <span className="open-flags">
      {present.map((severity) => (
        <Mark key={severity} {...SEVERITIES[severity]}>
          {`${t(`severity.${severity}`)} ${formatCount(counts[severity])}`}
        </Mark>
      ))}
    </span>
  );
}
