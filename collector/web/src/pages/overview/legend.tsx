/** What the marks of the map mean, with how many there are of each; one that is pressed leaves only its own on the map. */
import type { StationSummary } from "../../../../api/schemas.ts";
import { formatCount } from "../../format/number.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Icon } from "../../parts/icons.tsx";
import { severityOf } from "./map/marks.ts";

const STATES = ["live", "silent", "never"] as const;
const SEVERITIES = ["high", "medium", "notice"] as const;
const ICONS = { high: "octagon", medium: "triangle", notice: "info" } as const;
const TONES = { high: "bad", medium: "warn", notice: "quiet" } as const;

/** A state, or the worst open flag of a station. */
export type Shown = (typeof STATES)[number] | (typeof SEVERITIES)[number];

export function isShown(station: StationSummary, shown: Shown): boolean {
  return station.state === shown || severityOf(station) === shown;
}

export function Legend(props: {
  stations: readonly StationSummary[];
  shown: Shown | undefined;
  show: (shown: Shown | undefined) => void;
}) {
  const { t } = useSpeech();
  const { stations, shown, show } = props;
  const entries = [
    ...STATES.map((one) => ({ one, name: t(`stationState.${one}`), sign: <StateSign state={one} /> })),
    ...SEVERITIES.map((one) => ({ one, name: t(`severity.${one}`), sign: <FlagSign severity={one} /> })),
  ];
  return (
    <fieldset className="legend">
      <legend className="unseen">{t("map.legend")}</legend>
      {entries.map(({ one, name, sign }) => {
        const count = stations.filter((station) => isShown(station, one)).length;
        const isPressed = shown === one;
        // One that stands for nothing only needs to be there while it is pressed.
        if (count === 0 && !isPressed) return null;
        return (
          <button
            key={one}
            type="button"
            aria-pressed={isPressed}
            data-testid={`legend-${one}`}
            onClick={() => show(isPressed ? undefined : one)}
          >
            {sign}
            {name} <b>{formatCount(count)}</b>
          </button>
        );
      })}
    </fieldset>
  );
}

function StateSign({ state }: { state: StationSummary["state"] }) {
  return (
    <span className={`legend-sign map-mark-${state}`}>
      <span className="map-dot">{state === "silent" && <Icon name="cross" />}</span>
    </span>
  );
}

function FlagSign({ severity }: { severity: (typeof SEVERITIES)[number] }) {
  return (
    <span className={`legend-sign tone-${TONES[severity]}`}>
      <Icon name={ICONS[severity]} />
    </span>
  );
}
