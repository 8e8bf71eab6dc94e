/**
 * Every constant of the physics: its name, default, unit, meaning and source. A scenario can set each one under
 * `physics`. Sources: `tanks.md` are the project's collected facts with their own references; "assumption" is ours and
 * waits for real data.
 */
import { type Static, Type } from "typebox";

interface Parameter {
  default: number;
  min: number;
  max: number;
  unit: string;
  what: string;
  source: string;
}

const p = (value: number, range: [number, number], unit: string, what: string, source: string): Parameter => ({
  default: value,
  min: range[0],
  max: range[1],
  unit,
  what,
  source,
});
const SHARE: [number, number] = [0, 1];

export const physicsParameters = {
  meterBiasSd: p(0.001, [0, 0.2], "share", "spread of the meters' own errors", "tanks.md 4.3: N(0, 0.1 %)"),
  meterBiasLimit: p(0.003, SHARE, "share", "largest error of an honest meter", "JJG 443: ±0.30 %"),
  meterRepeatSd: p(
    0.0003,
    SHARE,
    "share",
    "spread from sale to sale",
    "JJG 443-2015: 0.10 % between extremes of three",
  ),
  meterDriftSdPerYear: p(
    0.0005,
    SHARE,
    "share a year",
    "spread of the meters' drift",
    "assumption: wear within the legal ±0.3 % between yearly inspections",
  ),
  moneyShare: p(0.4, SHARE, "share", "car customers who ask for a round sum", "tanks.md 4.2 (mixture), share assumed"),
  roundLitresShare: p(
    0.15,
    SHARE,
    "share",
    "car customers who ask for round litres",
    "tanks.md 4.2 (mixture), share assumed",
  ),
  fullTankL: p(35, [1, 500], "L", "mean of a car's full tank", "tanks.md 4.2: 30 to 40 L"),
  truckMoneyShare: p(
    0.3,
    SHARE,
    "share",
    "lorry drivers who ask for a round sum",
    "tanks.md 4.2 (mixture), share assumed",
  ),
  truckRoundLitresShare: p(
    0.2,
    SHARE,
    "share",
    "lorry drivers who ask for round litres",
    "tanks.md 4.2 (mixture), share assumed",
  ),
  truckFullTankL: p(200, [1, 2_000], "L", "mean of a lorry's full tank", "tanks.md 4.2: 100 to 400 L"),
  slowLPerMin: p(
    6,
    [0.1, 50],
    "L/min",
    "flow at the end of a fill",
    "tanks.md 4.2: 5 L/min is the least flow of a nozzle",
  ),
  slowLastL: p(
    1,
    [0, 20],
    "L",
    "part of a fill that flows slowly",
    "assumption: valve of a pre-set sale closes in its last litre",
  ),
  petrolDensity: p(742, [650, 787], "kg/m³ at 15 °C", "density of petrol", "tanks.md 4.2: 735 to 750"),
  dieselDensity: p(838, [788, 900], "kg/m³ at 15 °C", "density of diesel", "tanks.md 4.2: 820 to 845"),
  annualSwingC: p(
    6,
    [0, 30],
    "°C",
    "half the yearly swing of the ground around a tank",
    "assumption: damped to about half of the air's at tank depth",
  ),
  warmestDay: p(213, [1, 366], "day of the year", "when the ground is warmest", "assumption: early August"),
  temperatureRelaxHours: p(
    20,
    [0.1, 500],
    "h",
    "time constant with which fuel takes the ground's temperature",
    "tanks.md 4.3: relaxes over hours",
  ),
  deliveryOffsetSdC: p(
    5,
    [0, 40],
    "°C",
    "spread of a delivery's temperature about the ground's",
    "tanks.md 4.3: arrives ±5 to 15 °C off",
  ),
  probeTemperatureLagMin: p(
    12,
    [0, 600],
    "min",
    "time constant of the probe's thermometers",
    "assumption: sheathed sensors in still fuel",
  ),
  temperatureStepC: p(0.1, [0.001, 5], "°C", "resolution of the gauge's temperature", "tanks.md 2.7: 0.1 °F to 0.1 °C"),
  petrolVapourShare: p(
    0.0014,
    [0, 0.05],
    "share of sales",
    "vapour lost by petrol tanks",
    "tanks.md 2.7: 0.14 to 0.15 %",
  ),
  dieselVapourShare: p(0, [0, 0.05], "share of sales", "vapour lost by diesel tanks", "tanks.md 2.7: 0"),
  levelNoiseMm: p(0.1, [0, 50], "mm", "spread of a level reading at rest", "tanks.md 4.3: 0.03 to 0.3 mm"),
  levelStepMm: p(0.1, [0.001, 10], "mm", "resolution of the level", "tanks.md 4.3: 0.01 to 1 mm"),
  sloshUnloadingMm: p(
    4,
    [0, 200],
    "mm",
    "spread of the level while and just after a tanker unloads",
    "tanks.md 4.3: turbulence 1 to 3 min; size assumed",
  ),
  sloshDecayS: p(50, [1, 3_600], "s", "time constant with which it calms", "tanks.md 4.3: 1 to 3 min"),
  sloshPumpingMm: p(0.2, [0, 50], "mm", "added spread for each nozzle that draws", "assumption"),
  floatSticksPerYear: p(
    1,
    [0, 1_000],
    "a year and tank",
    "how often a float sticks for a while",
    "tanks.md 4.3: repeats one value, then jumps; rate assumed",
  ),
  floatStickMinutes: p(30, [0.1, 10_000], "min", "mean time until it comes free", "assumption"),
  terminalErrorSd: p(
    0.0015,
    SHARE,
    "share",
    "error of the loading meter",
    "tanks.md 2.7: truck and terminal 0.2 to 0.5 % in all",
  ),
  petrolLineLossShare: p(
    0.0015,
    SHARE,
    "share",
    "petrol lost between loading and tank",
    "tanks.md 2.1: GB 11085 allows 0.07 to 0.17 % at loading",
  ),
  dieselLineLossShare: p(
    0.0002,
    SHARE,
    "share",
    "diesel lost between loading and tank",
    "assumption: no vapour, hose only",
  ),
  transitWarmingSdC: p(1.5, [0, 20], "°C", "spread of the change of temperature on the road", "assumption"),
  orderAtShare: p(
    0.27,
    SHARE,
    "share of capacity",
    "level at which fuel is ordered",
    "tanks.md 4.2: refill at about 20 to 25 %",
  ),
  orderLeadHours: p(5, [0, 240], "h", "least time from order to arrival", "assumption"),
  orderSpreadHours: p(8, [0, 240], "h", "further time, evenly spread", "assumption"),
  tankerL: p(
    20_000,
    [1_000, 60_000],
    "L",
    "most that one tanker brings for a tank",
    "tanks.md 4.2: 5 to 30 m³, whole compartments",
  ),
  compartmentL: p(
    1_000,
    [100, 20_000],
    "L",
    "steps in which it is loaded",
    "tanks.md 4.2: whole compartments; size assumed",
  ),
  priceEveryDays: p(
    0,
    [0, 365],
    "days",
    "prices change at midnight every so many days; 0: never",
    "refined oil prices in China are set every ten working days",
  ),
  priceStepSdFen: p(14, [0, 500], "fen", "spread of such a change", "assumption"),
  powerCutsPerYear: p(0, [0, 1_000], "a year", "how often the mains fail", "assumption"),
  powerCutMeanMinutes: p(40, [0.1, 10_000], "min", "mean time until they are back", "assumption"),
  dispenserClockDriftSdSPerDay: p(
    1.5,
    [0, 600],
    "s a day",
    "spread of the dispensers' clock drift",
    "assumption: an uncompensated 32 kHz crystal, 20 ppm",
  ),
  gatewayClockDriftPpm: p(
    15,
    [0, 500],
    "ppm",
    "drift of the gateway's clock between corrections",
    "assumption: as above, corrected every hour",
  ),
  tiltSdMmPerM: p(
    0,
    [0, 50],
    "mm/m",
    "spread of the tanks' tilt, which their charts do not know",
    "tanks.md 2.5: real tanks lie tilted; a chart was 7 % wrong",
  ),
  rollSdDeg: p(0, [0, 20], "°", "spread of the probes' roll, which the charts do not know", "tanks.md 2.5"),
  chartScaleSd: p(0, [0, 0.1], "share", "spread of the charts' scale", "tanks.md 3.4: tank chart scale"),
} satisfies Record<string, Parameter>;

export type PhysicsName = keyof typeof physicsParameters;
export type Physics = Record<PhysicsName, number>;

/** What a scenario may set under `physics`. */
export const PhysicsSchema = Type.Object(
  Object.fromEntries(
    Object.entries(physicsParameters).map(([name, { min, max, what, unit }]) => [
      name,
      Type.Optional(
        Type.Number({ minimum: min, maximum: max, description: `${what}, ${unit}, from ${min} to ${max}` }),
      ),
    ]),
  ) as Record<PhysicsName, ReturnType<typeof optionalNumber>>,
  { additionalProperties: false },
);

function optionalNumber() {
  return Type.Optional(Type.Number());
}

export type PhysicsFile = Static<typeof PhysicsSchema>;

/** All parameters, with what a scenario sets in place of the defaults. */
export function resolvePhysics(set: PhysicsFile = {}): Physics {
  const defaults = Object.entries(physicsParameters).map(([name, { default: value }]) => [name, value]);
  return { ...(Object.fromEntries(defaults) as Physics), ...(set as Partial<Physics>) };
}

/** The parameters as a Markdown table, for the tester's guide and the command line. */
export function parameterTable(): string {
  const rows = Object.entries(physicsParameters).map(
    ([name, { default: value, unit, what, source }]) => `| \`${name}\` | ${value} | ${unit} | ${what} | ${source} |`,
  );
  return ["| name | default | unit | what | source |", "|---|---|---|---|---|", ...rows].join("\n");
}
