/** What a customer wants: a round sum of money, a round volume, or a full tank (tanks.md 4.2). */
import type { Random } from "../random.ts";
import type { NozzlePlan } from "../scenario/scenario.ts";

interface FillHabit {
  roundMoneyShare: number;
  moneyFen: readonly number[];
  roundVolumeShare: number;
  volumesCl: readonly number[];
  fullTank: { shape: number; meanCl: number; leastCl: number; mostCl: number };
}

/**
 * The sums and the fill-up means are those of tanks.md 4.2; the shares of the mixture and the round volumes are
 * assumptions of ours, to be fitted when real sales are at hand.
 */
const habits: Record<NozzlePlan["fills"], FillHabit> = {
  car: {
    roundMoneyShare: 0.4,
    moneyFen: [10_000, 20_000, 20_000, 30_000],
    roundVolumeShare: 0.15,
    volumesCl: [1_000, 2_000, 3_000, 4_000],
    fullTank: { shape: 6, meanCl: 3_500, leastCl: 500, mostCl: 7_000 },
  },
  truck: {
    roundMoneyShare: 0.3,
    moneyFen: [100_000, 150_000, 200_000],
    roundVolumeShare: 0.2,
    volumesCl: [10_000, 15_000, 20_000, 30_000],
    fullTank: { shape: 6, meanCl: 20_000, leastCl: 10_000, mostCl: 40_000 },
  },
};

/** The size of one fill in whole 0.01 L, at least 1 L. Always draws the same number of random values. */
export function fillSizeCl(random: Random, nozzle: Pick<NozzlePlan, "fills" | "unitPriceFen">): number {
  const habit = habits[nozzle.fills];
  const kind = random.next();
  const { shape, meanCl, leastCl, mostCl } = habit.fullTank;
  const full = Math.round(Math.min(mostCl, Math.max(leastCl, random.gamma(shape, meanCl))));
  const sum = habit.moneyFen[random.integer(0, habit.moneyFen.length - 1)]!;
  const round = habit.volumesCl[random.integer(0, habit.volumesCl.length - 1)]!;
  if (kind < habit.roundMoneyShare) return Math.max(100, Math.round((sum * 100) / nozzle.unitPriceFen));
  return kind < habit.roundMoneyShare + habit.roundVolumeShare ? round : full;
}
