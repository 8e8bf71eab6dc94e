/**
 * The marks of the stations, above whatever ground. One of them takes the tabulator; the arrow keys go from mark to mark,
 * and the map follows.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { formatCount } from "../../../format/number.ts";
import { useSpeech } from "../../../language/language-context.tsx";
import { Icon, type IconName } from "../../../parts/icons.tsx";
import { stationName } from "../../../parts/station-names.ts";
import { type Direction, type Mark, nextMark, type Severity } from "./marks.ts";
import { type Camera, lngLatAt, type Size, worldPoint } from "./mercator.ts";

const BADGES: Record<Severity, { icon: IconName; tone: string }> = {
  high: { icon: "octagon", tone: "bad" },
  medium: { icon: "triangle", tone: "warn" },
  notice: { icon: "info", tone: "quiet" },
};
const DIRECTIONS: Partial<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};
/** A mark that is nearer to the edge than this is brought into view, pixels. */
const EDGE_PX = 20;

interface MarkLayerProps {
  marks: readonly Mark[];
  /** at which the marks were gathered */
  zoom: number;
  camera: Camera;
  size: Size;
  picked: string | undefined;
  pick: (station: string) => void;
  look: (camera: Camera) => void;
  still: boolean;
}

export function MarkLayer({ marks, zoom, camera, size, picked, pick, look, still }: MarkLayerProps) {
  const { t } = useSpeech();
  const layer = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState<string>();
  const [wanted, setWanted] = useState<string>();
  const scale = 2 ** (camera.zoom - zoom);
  const middle = worldPoint(camera, camera.zoom);
  const placeOf = ({ at }: Mark) => ({
    left: at.x * scale - middle.x + size.width / 2,
    top: at.y * scale - middle.y + size.height / 2,
  });
  // One that was gathered into another hands the tabulator on to the first.
  const tabbed = marks.some(({ key }) => key === stop) ? stop : marks[0]?.key;
  const goTo = (mark: Mark) => {
    setWanted(mark.key);
    const { left, top } = placeOf(mark);
    const isSeen = left > EDGE_PX && top > EDGE_PX && left < size.width - EDGE_PX && top < size.height - EDGE_PX;
    if (!isSeen) look({ ...lngLatAt(mark.at, zoom), zoom: camera.zoom });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    const from = marks.find(({ key }) => key === (event.target as HTMLElement).dataset.mark);
    if (direction === undefined || from === undefined) return;
    event.preventDefault();
    const next = nextMark(marks, from, direction);
    if (next !== undefined) goTo(next);
  };
  // What needs a look lies above, but no mark changes its place among the others: one that has the focus would lose it.
  const inOrder = marks.map((mark, zIndex) => ({ mark, zIndex })).sort((a, b) => (a.mark.key < b.mark.key ? -1 : 1));
  useEffect(() => {
    if (wanted === undefined) return;
    layer.current?.querySelector<HTMLElement>(`[data-mark="${wanted}"]`)?.focus({ preventScroll: true });
    setWanted(undefined);
  }, [wanted]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div ref={layer} className="map-marks" role="group" aria-label={t("map.marks")} onKeyDown={onKeyDown}>
      {inOrder.map(({ mark, zIndex }) => (
        <MarkButton
          key={mark.key}
          mark={mark}
          style={{ ...placeOf(mark), zIndex }}
          isPicked={mark.key === picked}
          tabIndex={!still && mark.key === tabbed ? 0 : -1}
          onFocus={() => setStop(mark.key)}
          onClick={() => (still ? undefined : pick(mark.key))}
        />
      ))}
    </div>
  );
}

interface MarkButtonProps {
  mark: Mark;
  style: { left: number; top: number; zIndex: number };
  isPicked: boolean;
  tabIndex: number;
  onFocus: () => void;
  onClick: () => void;
}

function MarkButton({ mark, isPicked, ...rest }: MarkButtonProps) {
  const label = useMarkLabel(mark);
  const { key, state, severity, stations } = mark;
  const badge = severity === undefined ? undefined : BADGES[severity];
  const isGroup = stations.length > 1;
  return (
    <button
      type="button"
      className={`map-mark map-mark-${state} ${isGroup ? "map-mark-group" : ""}`}
      aria-label={label}
      aria-pressed={isPicked}
      title={label}
      data-mark={key}
      data-testid={`mark-${key}`}
      data-state={state}
      data-severity={severity ?? "none"}
      {...rest}
    >
      <span className="map-dot">
        {isGroup ? formatCount(stations.length) : state === "silent" && <Icon name="cross" />}
      </span>
      {badge !== undefined && (
        <span className={`map-badge tone-${badge.tone}`}>
          <Icon name={badge.icon} />
        </span>
      )}
    </button>
  );
}

/** A mark in words: what it stands for, its state, its worst flag. */
function useMarkLabel({ stations, state, severity }: Mark): string {
  const { t, language } = useSpeech();
  const [first] = stations;
  const names =
    stations.length === 1 && first !== undefined
      ? stationName(first, language)
      : t("map.several", { count: formatCount(stations.length) });
  const flag = severity === undefined ? t("flags.noneOpen") : t("map.worst", { severity: t(`severity.${severity}`) });
  return [names, t(`stationState.${state}`), flag].join(t("common.listSeparator"));
}
