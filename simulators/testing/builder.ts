/** For tests: a scenario file in memory, small by default, changed where a test needs it. */
import type { PlantFile } from "../scenario/plants.ts";
import type { ScenarioFile } from "../scenario/schema.ts";

type Changes = Partial<Omit<ScenarioFile, "station">> & { station?: Partial<ScenarioFile["station"]> };

/** Two tanks; tax-1 with N01 (T1) and N02 (T2); gauge and seal hub on TCP; starts on 2025-08-01 at 08:00. */
export function scenarioFile(changes: Changes = {}): ScenarioFile {
  const { station, ...rest } = changes;
  return {
    scenario: "built",
    shows: "Built for a test.",
    station: {
      id: "532801-0099",
      nameZh: "测试加油站",
      nameEn: "Test Station",
      seed: 1,
      speed: 10,
      customersPerHour: 60,
      startsAt: "2025-08-01T08:00:00+08:00",
      ...station,
    },
    dispensers: [
      {
        device: "tax-1",
        line: "tax-1",
        dialect: "28-byte",
        factorySerial: "4001900123",
        taxpayerId: "91532801MA6K0000XX00",
        nozzles: [
          { ...nozzle("N01", 0, "T1"), startTotalCl: 12_345_678 },
          { ...nozzle("N02", 1, "T2"), grade: "95#", oilCode: "1040", unitPriceFen: 823, startTotalCl: 98_765_432 },
        ],
      },
    ],
    tanks: [
      { tank: "T1", grade: "92#", diameterMm: 2400, lengthMm: 6400, startVolumeL: 15_000 },
      { tank: "T2", grade: "95#", diameterMm: 2400, lengthMm: 6400, startVolumeL: 12_000 },
    ],
    gauge: { device: "gauge-1", transport: "tcp", unit: 1 },
    sealHub: {
      device: "seals-1",
      transport: "tcp",
      unit: 2,
      seals: [
        { seal: "S01", place: "board-box", of: "tax-1" },
        { seal: "S02", place: "encoder", of: "tax-1" },
      ],
    },
    ...rest,
  };
}

/** The same with something planted. */
export function scenarioWith(...cheats: PlantFile[]): ScenarioFile {
  return scenarioFile({ cheats });
}

function nozzle(name: string, index: number, tank: string) {
  return { nozzle: name, index, tank, grade: "92#", oilCode: "1020", unitPriceFen: 770, startTotalCl: 0 };
}
