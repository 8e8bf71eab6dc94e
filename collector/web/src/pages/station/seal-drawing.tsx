/**
 * Where the seals sit: on a drawing of each dispenser (main board, encoder, flow meter) and on the lid of each tank. The
 * list below names the same seals with their counters.
 */
import type { SealStatus } from "../../../../api/schemas.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { placesOf, type SealPlace } from "./seal-places.ts";
import { toneOfSeal } from "./seal-tiles.tsx";

const WIDTH = 132;
const HEIGHT = 150;

export function SealDrawing({ seals }: { seals: readonly SealStatus[] }) {
  const { t } = useSpeech();
  const owners = [...new Set(seals.map(({ of }) => of))];
  return (
    <ul className="seal-drawings" data-testid="seal-drawings">
      {owners.map((owner) => {
        const own = seals.filter(({ of }) => of === owner);
        const isTank = own.every(({ place }) => place === "tank-lid");
        const label = t("seal.drawing", { of: owner, count: own.length });
        return (
          <li key={owner}>
            <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
              {isTank ? <Lid /> : <Cabinet />}
              {placesOf(own).map((place) => (
                <Seal key={place.seal.seal} place={place} />
              ))}
            </svg>
            <span className="code">{owner}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Seal({ place: { seal, x, y } }: { place: SealPlace }) {
  const { language } = useSpeech();
  const words = `${seal.seal} ${phraseFor(language, "sealState", seal.state) ?? seal.state}`;
  return (
    <g className={`seal-sign seal-sign-${toneOfSeal(seal.state)}`} data-testid={`seal-sign-${seal.seal}`}>
      <title>{words}</title>
      <rect x={x - 17} y={y - 10} width="34" height="20" rx="10" />
      <text x={x} y={y + 4} textAnchor="middle">
        {seal.seal}
      </text>
    </g>
  );
}

/** A dispenser from the front: board box with its display, encoder, flow meter and hose. */
function Cabinet() {
  return (
    <g className="seal-cabinet">
      <rect x="14" y="6" width="88" height="138" rx="6" />
      <rect className="seal-part" x="24" y="16" width="68" height="40" rx="3" />
      <rect className="seal-glass" x="30" y="21" width="56" height="12" rx="2" />
      <rect className="seal-part" x="24" y="66" width="68" height="30" rx="3" />
      <circle className="seal-part" cx="58" cy="120" r="17" />
      <path className="seal-hose" d="M102 60h10c10 0 12 8 12 18v34c0 10-6 16-12 16" />
    </g>
  );
}

/** The manhole of a tank from above. */
function Lid() {
  return (
    <g className="seal-cabinet">
      <circle cx="66" cy="75" r="52" />
      <circle className="seal-part" cx="66" cy="75" r="38" />
      {[0, 60, 120, 180, 240, 300].map((degrees) => {
        const angle = (degrees * Math.PI) / 180;
        return (
          <circle
            key={degrees}
            className="seal-bolt"
            cx={66 + 45 * Math.cos(angle)}
            cy={75 + 45 * Math.sin(angle)}
            r="3"
          />
        );
      })}
    </g>
  );
}
