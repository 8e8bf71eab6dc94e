/** What can be planted in a station, by the scenario or while it runs: each kind changes the world at its time. */

import { honestKinds, type PlantKind } from "../scenario/plants.ts";
import type { Plant } from "../scenario/scenario.ts";
import { durationMs } from "../time.ts";
import { expectedRules, sideRules } from "./expectations.ts";
import * as box from "./plants/box.ts";
import type { Effect, Of } from "./plants/effect.ts";
import * as fuellings from "./plants/fuellings.ts";
import * as honest from "./plants/honest.ts";
import * as tampering from "./plants/tampering.ts";
import * as tanks from "./plants/tanks.ts";
import { UL_PER_CL } from "./stock.ts";
import { type PlantState, record, type World } from "./world.ts";

export { setLine } from "./plants/tampering.ts";

const effects: { [Kind in PlantKind]: (world: World, planted: Of<Kind>) => Effect } = {
  "bypass-tax-port": fuellings.bypass,
  "short-measure": fuellings.shortMeasure,
  "altered-records": fuellings.alteredRecords,
  "replayed-records": fuellings.replayedRecords,
  "price-under-board": fuellings.priceUnderBoard,
  "board-under-area": fuellings.boardUnderArea,
  "amount-mismatch": fuellings.amountMismatch,
  "hidden-tank": fuellings.hiddenTank,
  "sales-invented": fuellings.inventedSales,
  "total-rollback": tampering.rollback,
  "total-reset": tampering.reset,
  "board-swap": tampering.boardSwap,
  "tax-state-lost": tampering.taxStateLost,
  "clock-turned": (world, planted) => tampering.turnClock(world, { ...planted, byMs: durationMs(planted.by) ?? 0 }),
  "seal-cut": tampering.breakSeal,
  "seal-open": tampering.breakSeal,
  "seal-swapped": tampering.swapSeal,
  "seal-hub-off": box.sealHubOff,
  "seal-silent": tampering.silenceSeal,
  "cable-pulled": tampering.cablePulled,
  "gateway-unplugged": box.gatewayUnplugged,
  "cabinet-opened": box.cabinetOpened,
  "program-changed": box.programChanged,
  "journal-damaged": box.journalDamaged,
  delivery: tanks.delivery,
  "delivery-without-notice": tanks.delivery,
  "delivery-short": tanks.delivery,
  "wrong-product": tanks.delivery,
  "short-supply": tanks.dishonestSupply,
  "unannounced-supply": tanks.dishonestSupply,
  "tanker-sale": tanks.tankerSale,
  leak: tanks.leak,
  theft: tanks.theft,
  "water-ingress": tanks.waterIngress,
  "probe-stuck": tanks.probeTrouble,
  "probe-out": tanks.probeTrouble,
  "gauge-invented": tanks.gaugeInvented,
  "chart-altered": tanks.chartAltered,
  inspection: honest.inspection,
  "station-closed": honest.stationClosed,
  repair: honest.repair,
  recalibration: honest.recalibration,
  "test-fuel": honest.testFuel,
  "price-change": honest.priceChange,
  "power-cut": honest.powerCut,
  generator: honest.generator,
  "tank-cleaning": honest.tankCleaning,
  "cold-snap": honest.coldSnap,
};

/** Plants one cheat or honest event, due at its `atMs` after the start or now, whichever is later. */
export function plant(world: World, planted: Plant): PlantState {
  const effect = (effects[planted.kind] as (world: World, planted: Plant) => Effect)(world, planted);
  const state: PlantState = {
    id: planted.id ?? `C${world.plants.length + 1}`,
    kind: planted.kind,
    subject: effect.subject,
    subjects: subjectsOf(world, effect.subject),
    expects: effect.expects ?? expectedRules(planted),
    also: sideRules(planted),
    honest: honestKinds.has(planted.kind),
    phase: "planted",
    effectUl: 0,
    effectFen: 0,
  };
  world.plants.push(state);
  const say = (phase: "start" | "end") => {
    if (planted.kind === "delivery") return;
    const { id, kind, subject, subjects, expects, also } = state;
    const event = state.honest ? "odd" : "cheat";
    record(world, {
      event,
      id,
      kind,
      subject,
      subjects,
      phase,
      expects,
      also,
      ...effect.detail,
      ...(phase === "end" && sum(state)),
    });
  };
  effect.plant(Math.max(world.now, world.startAt + planted.atMs), {
    state,
    running: () => {
      state.phase = "running";
      say("start");
    },
    over: () => {
      state.phase = "over";
      say("end");
    },
  });
  return state;
}

function subjectsOf(world: World, subject: string): string[] {
  if (subject === "station") return [...world.tanks.keys()];
  const tank = world.nozzles.get(subject)?.plan.tank;
  return tank === undefined ? [subject] : [subject, tank];
}

/** What a plant has moved, hidden or made up so far, in 0.01 L and fen. */
export function sum(state: PlantState): { effectVolumeCl: number; effectAmountFen: number } {
  state.reckon?.();
  return { effectVolumeCl: Math.round(state.effectUl / UL_PER_CL), effectAmountFen: state.effectFen };
}
