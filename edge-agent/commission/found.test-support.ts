/** A small station as a search finds it: two tax ports, a gauge and a hub of seals on one pair of wires. */
import type { Places, ReportAnswers, Site } from "@forecourt/protocol/commission/answers.ts";
import type { FoundDevice, FoundItem, FoundLine } from "@forecourt/protocol/commission/found.ts";

function item(device: string, number: number, kind: FoundItem["kind"], more: Partial<FoundItem> = {}): FoundItem {
  const none = { serial: null, volumeCl: null, amountFen: null, levelUm: null, state: null };
  return { item: `${device}/${number}`, number, kind, ...none, ...more };
}

function taxPort(device: string, factorySerial: string, indexes: readonly number[]): FoundDevice {
  return {
    ...{ device, driver: "tax-port", title: "Tax port", factorySerial, taxpayerId: null, dialect: "28-byte" },
    ...{ unit: null, profile: null, candidates: [], doubts: [] },
    items: indexes.map((index) => item(device, index, "nozzle", { volumeCl: 1_000 * (index + 1), amountFen: 7_700 })),
  };
}

function modbus(device: string, unit: number, profile: string, items: FoundItem[]): FoundDevice {
  return {
    ...{ device, driver: "modbus", title: profile, factorySerial: null, taxpayerId: null, dialect: null },
    ...{ unit, profile, candidates: [profile], doubts: [], items },
  };
}

const none = { tcp: null, framing: null, trouble: null };
const nine600 = { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 } as const;

export const foundLines: FoundLine[] = [
  {
    ...{ line: "line-1", serial: "/dev/serial/by-id/a", settings: { ...nine600, parity: "even" }, ...none },
    devices: [taxPort("tax-1", "4001900101", [0, 1])],
  },
  {
    ...{ line: "line-2", serial: "/dev/serial/by-id/b", settings: { ...nine600, parity: "even" }, ...none },
    devices: [taxPort("tax-2", "D190010203", [0])],
  },
  {
    ...{ line: "line-3", serial: "/dev/serial/by-id/c", settings: nine600, ...none },
    devices: [
      modbus("gauge-1", 1, "generic-gauge", [
        item("gauge-1", 1, "tank", { levelUm: 1_200_000, volumeCl: 1_200_000 }),
        item("gauge-1", 2, "tank", { levelUm: 900_000, volumeCl: 800_000 }),
      ]),
      modbus("seals-1", 2, "generic-seal-hub", [
        item("seals-1", 1, "seal", { state: "sealed", serial: "SL000001" }),
        item("seals-1", 2, "seal", { state: "sealed", serial: "SL000002" }),
      ]),
    ],
  },
  { line: "line-4", serial: "/dev/serial/by-id/d", settings: null, ...none, devices: [] },
];

/** Everything named: the dispensers are the other way round than their adapters. */
export const allPlaced: Places = {
  devices: [
    { device: "tax-1", name: "tax-2" },
    { device: "tax-2", name: "tax-1" },
  ],
  nozzles: [
    { item: "tax-1/0", nozzle: "N02", dispenser: "2", grade: "92#", tank: "T1", confirmedBy: "litre-drawn" },
    { item: "tax-1/1", nozzle: "N03", dispenser: "2", grade: "0#", tank: "T3", confirmedBy: "litre-drawn" },
    { item: "tax-2/0", nozzle: "N01", dispenser: "1", grade: "95#", tank: "T2", confirmedBy: "total-compared" },
  ],
  tanks: [
    { item: "gauge-1/1", tank: "T1", grade: "92#", displayLevelUm: 1_200_000, confirmedBy: "display-compared" },
    { item: "gauge-1/2", tank: "T2", grade: "95#", displayLevelUm: null, confirmedBy: null },
    { item: null, tank: "T3", grade: "0#", displayLevelUm: null, confirmedBy: null },
  ],
  seals: [
    { item: "seals-1/1", seal: "S01", number: "SL000001", place: "board-box", of: "tax-1", confirmedBy: "test-button" },
    { item: "seals-1/2", seal: "S02", number: "SL000002", place: "tank-lid", of: "T3", confirmedBy: null },
  ],
};

export const site: Site = { power: "mains-and-battery", network: "mobile", budgetMb: 300, note: "" };

export const reportAnswers: ReportAnswers = {
  stationName: "景洪曼弄枫加油站",
  creditCode: "91532801MA6K0001XX",
  boxSerial: "BOX-0042",
  technician: { name: "张三", company: "某某计量", phone: null },
  remarks: null,
};
