/**
 * The forecourt as a drawing: each dispenser with its nozzles, each tank with what is in it, and which nozzle draws from
 * which. A nozzle lights up when a sale has just come in; a dispenser that does not answer is dashed.
 */
import type { Dispenser, NozzleState, TankState } from "../../../../api/schemas.ts";
import { isFresh } from "../../data/fresh.ts";
import { saleKey } from "../../data/merge.ts";
import { formatWholeLitres } from "../../format/quantity.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { fuelOf } from "./fuel.ts";
import { type Plan, planOf, ROWS } from "./plan.ts";

export function ForecourtPlan({ dispensers, tanks }: { dispensers: Dispenser[]; tanks: TankState[] }) {
  const { t } = useSpeech();
  const plan = planOf(dispensers, tanks);
  if (plan === undefined) return null;
  const fuels = new Map(tanks.map(({ tank, grade }) => [tank, fuelOf(grade)]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than a phone must be reached without a mouse
    <section className="plan" tabIndex={0} aria-label={t("plan.label")}>
      <svg
        viewBox={`0 0 ${plan.width} ${plan.height}`}
        style={{ minWidth: plan.width * 0.62, maxWidth: plan.width * 1.25 }}
        role="img"
        aria-label={t("plan.drawing", { dispensers: dispensers.length, tanks: tanks.length })}
        data-testid="forecourt-plan"
      >
        {plan.pipes.map(({ nozzle, tank, path }) => (
          <path key={nozzle} className={`plan-pipe fuel-${fuels.get(tank) ?? "other"}`} d={path} />
        ))}
        {dispensers.map((dispenser) => (
          <DispenserDrawing key={dispenser.device} dispenser={dispenser} plan={plan} />
        ))}
        {tanks.map((tank) => (
          <TankSketch key={tank.tank} tank={tank} plan={plan} />
        ))}
      </svg>
    </section>
  );
}

function DispenserDrawing({ dispenser: { device, link, nozzles }, plan }: { dispenser: Dispenser; plan: Plan }) {
  const place = plan.dispensers.find((one) => one.device === device);
  if (place === undefined) return null;
  return (
    <g className={`plan-dispenser plan-dispenser-${link.state}`} data-testid={`plan-${device}`}>
      <rect x={place.x} y={ROWS.dispenserTop} width={place.width} height={ROWS.pipesTop - ROWS.dispenserTop} rx="7" />
      <text x={place.x + 12} y={ROWS.dispenserTop + 19}>
        {device}
      </text>
      {nozzles.map((nozzle) => (
        <NozzleSign
          key={nozzle.nozzle}
          nozzle={nozzle}
          x={plan.nozzles.find((one) => one.nozzle === nozzle.nozzle)?.x ?? 0}
        />
      ))}
    </g>
  );
}

function NozzleSign({ nozzle: { nozzle, grade, lastSale }, x }: { nozzle: NozzleState; x: number }) {
  const fresh = lastSale !== null && isFresh(saleKey(lastSale));
  return (
    <g
      className={`plan-nozzle fuel-${fuelOf(grade)} ${fresh ? "plan-fresh" : ""}`}
      key={lastSale === null ? "" : saleKey(lastSale)}
    >
      <rect x={x - 27} y={ROWS.nozzles - 32} width="54" height="46" rx="5" />
      <text className="plan-name" x={x} y={ROWS.nozzles - 14} textAnchor="middle">
        {nozzle}
      </text>
      <text className="plan-grade" x={x} y={ROWS.nozzles + 5} textAnchor="middle">
        {grade}
      </text>
    </g>
  );
}

function TankSketch({ tank: { tank, grade, capacityCl, latest }, plan }: { tank: TankState; plan: Plan }) {
  const place = plan.tanks.find((one) => one.tank === tank);
  if (place === undefined) return null;
  const top = plan.height - ROWS.tankHeight - 4;
  const known = latest?.volumeCl ?? null;
  const share = known === null || capacityCl === 0 ? 0 : Math.min(Math.max(known / capacityCl, 0), 1);
  const filled = ROWS.tankHeight * share;
  const middle = place.x + place.width / 2;
  const clip = `plan-${tank}`;
  return (
    <g className={`plan-tank fuel-${fuelOf(grade)}`}>
      <clipPath id={clip}>
        <rect x={place.x} y={top} width={place.width} height={ROWS.tankHeight} rx="26" />
      </clipPath>
      <rect className="plan-air" x={place.x} y={top} width={place.width} height={ROWS.tankHeight} rx="26" />
      <rect
        className="plan-fuel"
        clipPath={`url(#${clip})`}
        x={place.x}
        y={top + ROWS.tankHeight - filled}
        width={place.width}
        height={filled}
      />
      <rect className="plan-shell" x={place.x} y={top} width={place.width} height={ROWS.tankHeight} rx="26" />
      <text className="plan-name" x={middle} y={top + 32} textAnchor="middle">
        {tank} {grade}
      </text>
      <text className="plan-volume" x={middle} y={top + 54} textAnchor="middle">
        {formatWholeLitres(known)}
      </text>
    </g>
  );
}
