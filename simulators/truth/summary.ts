/** What came of a run so far, nozzle by nozzle and tank by tank. */
import type { TankAccount } from "../physics/stock.ts";
import type { World } from "../physics/world.ts";

export interface Summary {
  nozzles: NozzleSummary[];
  tanks: TankSummary[];
  cheats: { id: string; kind: string; subject: string; expects: string[]; phase: string }[];
  pumpedCl: number;
  onWireCl: number;
  sales: number;
  salesOnWire: number;
}

export interface TankSummary {
  tank: string;
  startVolumeCl: number;
  volumeCl: number;
  deliveredCl: number;
  /** By the displays of its nozzles. */
  pumpedCl: number;
  /** Where the litres came from and went to, µL; together they are what is in the tank. */
  account: TankAccount;
}

export interface NozzleSummary {
  nozzle: string;
  device: string;
  tank: string;
  startTotalCl: number;
  endTotalCl: number;
  startTotalFen: number;
  endTotalFen: number;
  /** Through the hose, also of a fuelling that has not ended. */
  pumpedCl: number;
  /** Of the sales that reached the tax port. */
  onWireCl: number;
  sales: number;
  salesOnWire: number;
}

/** The summary at the world's present instant. */
export function summarise(world: World): Summary {
  const nozzles = [...world.nozzles.values()].map((nozzle) => ({
    nozzle: nozzle.plan.nozzle,
    device: nozzle.device,
    tank: nozzle.plan.tank,
    startTotalCl: nozzle.plan.startTotalCl,
    endTotalCl: nozzle.grandTotal.volumeCl,
    startTotalFen: nozzle.plan.startTotalFen,
    endTotalFen: nozzle.grandTotal.amountFen,
    pumpedCl: nozzle.pumpedCl,
    onWireCl: nozzle.onWireCl,
    sales: nozzle.sales,
    salesOnWire: nozzle.salesOnWire,
  }));
  return {
    nozzles,
    tanks: [...world.tanks.values()].map((tank) => ({
      tank: tank.plan.tank,
      startVolumeCl: Math.round(tank.plan.startVolumeL * 100),
      volumeCl: tank.volumeCl,
      deliveredCl: tank.deliveredCl,
      // As the displays counted; what truly flowed stands in the account.
      pumpedCl: sum(nozzles.filter((nozzle) => nozzle.tank === tank.plan.tank).map((nozzle) => nozzle.pumpedCl)),
      account: { ...tank.account },
    })),
    cheats: world.plants
      .filter((plant) => !plant.honest)
      .map(({ id, kind, subject, expects, phase }) => ({ id, kind, subject, expects, phase })),
    pumpedCl: sum(nozzles.map((nozzle) => nozzle.pumpedCl)),
    onWireCl: sum(nozzles.map((nozzle) => nozzle.onWireCl)),
    sales: sum(nozzles.map((nozzle) => nozzle.sales)),
    salesOnWire: sum(nozzles.map((nozzle) => nozzle.salesOnWire)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
