/** What a customer wants: a round sum of money, a round volume, or a full tank (tanks.md 4.2). */
import type { Random } from "../random.ts";
import type { NozzlePlan } from "../scenario/scenario.ts";
import type { Physics } from "./parameters.ts";

/** The sums are those of tanks.md 4.2, 200 yuan the commonest; the round volumes are an assumption of ours. */
const rounds = {
  car: { moneyFen: [10_000, 20_000, 20_000, 30_000], volumesCl: [1_000, 2_000, 3_000, 4_000], leastCl: 500, most: 2 },
  truck: {
    moneyFen: [100_000, 150_000, 200_000],
    volumesCl: [10_000, 15_000, 20_000, 30_000],
    leastCl: 10_000,
    most: 2,
  },
} as const;
/** An Erlang shape: a spread of about 40 % of the mean. */
const FULL_TANK_SHAPE = 6;

/** The size of one fill in whole 0.01 L, at least 1 L. Always draws the same number of random values. */
export function fillSizeCl(
  random: Random,
  nozzle: { fills: NozzlePlan["fills"]; unitPriceFen: number },
  physics: Physics,
): number {
  const { moneyFen, volumesCl, leastCl, most } = rounds[nozzle.fills];
  const isCar = nozzle.fills === "car";
  const meanCl = (isCar ? physics.fullTankL : physics.truckFullTankL) * 100;
  const moneyShare = isCar ? physics.moneyShare : physics.truckMoneyShare;
  const litresShare = isCar ? physics.roundLitresShare : physics.truckRoundLitresShare;
  const kind = random.next();
  const full = Math.round(Math.min(meanCl * most, Math.max(leastCl, random.gamma(FULL_TANK_SHAPE, meanCl))));
  const sum = moneyFen[random.integer(0, moneyFen.length - 1)]!;
  const round = volumesCl[random.integer(0, volumesCl.length - 1)]!;
  if (kind < moneyShare) return Math.max(100, Math.round((sum * 100) / nozzle.unitPriceFen));
  return kind < moneyShare + litresShare ? round : full;
}
