/**
 * The map of the stations: the ground that the operator supplied, or a plain grid of degrees, and on it a mark for every
 * station, coloured and shaped by state and open flags. Marks are buttons: a click or the keyboard picks one.
 */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, lazy, Suspense, useMemo, useState } from "react";
import type { MapView } from "../../../../../api/map-schemas.ts";
import type { StationSummary } from "../../../../../api/schemas.ts";
import { formatCount } from "../../../format/number.ts";
import { useSpeech } from "../../../language/language-context.tsx";
import { FlatBase, isFlat } from "./flat-base.tsx";
import "./map.css";
import { hasWebgl } from "./has-webgl.ts";
import { type MapBase, mapQuery } from "./map-data.ts";
import { MarkLayer } from "./mark-layer.tsx";
import { countyLabels, type Mark, marksOf, type Placed } from "./marks.ts";
import { fitted, worldPoint } from "./mercator.ts";
import { PickedCard } from "./picked-card.tsx";
import { drawnPlace } from "./systems.ts";
import { type MapMoves, useCamera } from "./use-camera.ts";

const GlBase = lazy(() => import("./gl-base.tsx"));
/** Marks are gathered anew at each half zoom: oftener, and they would flicker while the map is moved. */
const ZOOM_STEPS = 2;
const EMPTY: MapView = { system: "wgs84", layers: [] };

interface StationMapProps {
  stations: readonly StationSummary[];
  base: MapBase;
  tone: "light" | "dark";
  /** a wall shows and cannot be touched */
  still?: boolean;
}

export function StationMap({ stations, base, tone, still = false }: StationMapProps) {
  const { data: map } = useQuery(mapQuery(base));
  const system = map?.system ?? "wgs84";
  const placed = useMemo(() => placedOf(stations, system), [stations, system]);
  // The same list as long as nobody moves: a sale must not make the map jump.
  const spots = placed.map(({ place }) => `${place.lng} ${place.lat}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `spots` stands for the places
  const places = useMemo(() => placed.map(({ place }) => place), [spots]);
  const moves = useCamera(places);
  const [picked, pick] = useState<string>();
  const { camera, size } = moves;
  const zoom = Math.round(camera.zoom * ZOOM_STEPS) / ZOOM_STEPS;
  const marks = useMemo(() => marksOf(placed, zoom), [placed, zoom]);
  const chosen = marks.find(({ stations: of }) => of.some(({ id }) => id === picked));
  const closer = (mark: Mark) => {
    const near = fitted(mark.places, size, 80);
    moves.look({ ...near, zoom: Math.max(near.zoom, camera.zoom + 1) });
  };
  return (
    <div className={`map map-${tone}`} data-testid="map">
      <div ref={moves.place} className="map-view" {...(still ? {} : { ...moves.handlers, onKeyDown: keys(moves) })}>
        {map !== undefined && size.width > 0 && <Ground map={map} base={base} tone={tone} moves={moves} />}
        <Counties placed={placed} moves={moves} />
        <MarkLayer
          marks={marks}
          zoom={zoom}
          camera={camera}
          size={size}
          picked={chosen?.key}
          pick={pick}
          still={still}
          look={moves.look}
        />
        {!still && <Buttons moves={moves} />}
        <Credits map={map ?? EMPTY} />
      </div>
      {chosen !== undefined && !still && (
        <PickedCard mark={chosen} closer={() => closer(chosen)} close={() => pick(undefined)} />
      )}
      <Unplaced stations={stations} placed={placed} />
    </div>
  );
}

function placedOf(stations: readonly StationSummary[], system: MapView["system"]): Placed[] {
  return stations.flatMap((station) =>
    station.location === null ? [] : [{ station, place: drawnPlace(station.location, system) }],
  );
}

function keys({ zoomBy, look }: MapMoves) {
  return (event: KeyboardEvent) => {
    if (event.key === "+" || event.key === "=") zoomBy(1);
    else if (event.key === "-") zoomBy(-1);
    else if (event.key === "0") look(undefined);
  };
}

/** MapLibre where there is something that it draws better and WebGL to draw it with; else the flat drawing. */
function Ground({ map, base, tone, moves }: { map: MapView; base: MapBase; tone: "light" | "dark"; moves: MapMoves }) {
  const { t } = useSpeech();
  const [failed, setFailed] = useState(() => !hasWebgl());
  const [troubled, setTroubled] = useState(false);
  const { camera, size } = moves;
  if (map.layers.length === 0 || failed) {
    const left = map.layers.filter((layer) => !isFlat(layer)).map(({ name }) => name);
    return (
      <>
        <FlatBase map={map} base={base} camera={camera} size={size} />
        {left.length > 0 && (
          <p className="map-word">{t("map.noWebgl", { layers: left.join(t("common.listSeparator")) })}</p>
        )}
      </>
    );
  }
  return (
    <>
      <Suspense fallback={null}>
        <GlBase
          map={map}
          base={base}
          camera={camera}
          tone={tone}
          onFailed={() => setFailed(true)}
          onTrouble={() => setTroubled(true)}
        />
      </Suspense>
      {troubled && <p className="map-word">{t("map.trouble")}</p>}
    </>
  );
}

function Counties({ placed, moves: { camera, size } }: { placed: readonly Placed[]; moves: MapMoves }) {
  const labels = useMemo(() => countyLabels(placed), [placed]);
  const middle = worldPoint(camera, camera.zoom);
  return (
    <div className="map-counties" aria-hidden="true">
      {labels.map(({ county, place }) => {
        const { x, y } = worldPoint(place, camera.zoom);
        const style = { left: x - middle.x + size.width / 2, top: y - middle.y + size.height / 2 };
        return (
          <span key={county} style={style}>
            {county}
          </span>
        );
      })}
    </div>
  );
}

function Buttons({ moves: { zoomBy, look } }: { moves: MapMoves }) {
  const { t } = useSpeech();
  return (
    <div className="map-buttons">
      <button type="button" aria-label={t("map.closer")} title={t("map.closer")} onClick={() => zoomBy(1)}>
        +
      </button>
      <button type="button" aria-label={t("map.farther")} title={t("map.farther")} onClick={() => zoomBy(-1)}>
        −
      </button>
      <button type="button" aria-label={t("map.all")} title={t("map.all")} onClick={() => look(undefined)}>
        ⤢
      </button>
    </div>
  );
}

function Credits({ map }: { map: MapView }) {
  const credits = map.layers.map(({ attribution }) => attribution).filter((one) => one !== null);
  return credits.length === 0 ? null : <p className="map-credits">{credits.join(" · ")}</p>;
}

function Unplaced({ stations, placed }: { stations: readonly StationSummary[]; placed: readonly Placed[] }) {
  const { t } = useSpeech();
  const count = stations.length - placed.length;
  return count === 0 ? null : (
    <p className="map-unplaced" data-testid="map-unplaced">
      {t("map.unplaced", { count: formatCount(count) })}
    </p>
  );
}
