/**
 * A buried, lying tank from the side, filled to its true level, with water at the bottom and the probe's float on the
 * surface.
 */
import { useId } from "react";
import { useSpeech } from "../../language/language-context.tsx";
import type { Fuel } from "./fuel.ts";
import type { TankFill } from "./tank-shape.ts";

const WIDTH = 240;
const TOP = 24;
const HEIGHT = 96;
const BOTTOM = TOP + HEIGHT;
const PROBE_X = 186;

export function TankDrawing({ tank, fuel, fill }: { tank: string; fuel: Fuel; fill: TankFill | undefined }) {
  const { t } = useSpeech();
  const clip = useId();
  const surfaceY = BOTTOM - (fill?.surface ?? 0) * HEIGHT;
  const waterY = BOTTOM - (fill?.water ?? 0) * HEIGHT;
  const label = fill === undefined ? t("tank.noReading") : t("tank.drawing", { tank, percent: `${fill.percent} %` });
  return (
    <svg className={`tank-drawing fuel-${fuel}`} viewBox={`0 0 ${WIDTH} ${BOTTOM + 4}`} role="img" aria-label={label}>
      <clipPath id={clip}>
        <rect x="3" y={TOP} width={WIDTH - 6} height={HEIGHT} rx="26" ry="48" />
      </clipPath>
      <line className="tank-ground" x1="0" y1="7" x2={WIDTH} y2="7" />
      <path className="tank-manhole" d={`M44 7v${TOP - 6}M76 7v${TOP - 6}M40 7h40`} />
      <g clipPath={`url(#${clip})`}>
        <rect className="tank-air" x="0" y={TOP} width={WIDTH} height={HEIGHT} />
        {fill !== undefined && (
          <>
            <rect className="tank-fuel" x="0" y={surfaceY} width={WIDTH} height={BOTTOM - surfaceY} />
            <line className="tank-surface" x1="0" y1={surfaceY} x2={WIDTH} y2={surfaceY} />
            <rect className="tank-water" x="0" y={waterY} width={WIDTH} height={BOTTOM - waterY} />
          </>
        )}
        {[0.25, 0.5, 0.75].map((share) => (
          <line
            key={share}
            className="tank-tick"
            x1="4"
            x2={share === 0.5 ? 18 : 13}
            y1={BOTTOM - share * HEIGHT}
            y2={BOTTOM - share * HEIGHT}
          />
        ))}
      </g>
      <rect className="tank-shell" x="3" y={TOP} width={WIDTH - 6} height={HEIGHT} rx="26" ry="48" />
      <line className="tank-probe" x1={PROBE_X} y1="3" x2={PROBE_X} y2={BOTTOM - 5} />
      {fill !== undefined && (
        <rect
          className="tank-float"
          x={PROBE_X - 7}
          y={Math.min(surfaceY - 3, BOTTOM - 8)}
          width="14"
          height="6"
          rx="2"
        />
      )}
      {fill !== undefined && (
        <text className="tank-percent" x={WIDTH / 2} y={TOP + HEIGHT / 2 + 8} textAnchor="middle">
          {fill.percent} %
        </text>
      )}
    </svg>
  );
}
