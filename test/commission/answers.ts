/** The answers file for the rig's new station, as a technician would write it in the office. */
import { STATION } from "../rig/new-station.ts";

/** A few strokes that look like a name. */
export const STROKES = [
  [60, 120, 90, 60, 130, 150, 170, 70, 210, 160, 260, 90],
  [300, 80, 340, 160, 400, 90, 430, 150, 500, 110],
];

export function answersFor(collector: string): object {
  return {
    dispensers: [
      {
        ...{ serial: "2007700111", name: "tax-1", dispenser: "1" },
        nozzles: [
          { index: 0, nozzle: "N01", grade: "92#", tank: "T1" },
          { index: 1, nozzle: "N02", grade: "0#", tank: "T2" },
        ],
      },
      {
        ...{ serial: "A190010203", name: "tax-2", dispenser: "2" },
        nozzles: [{ index: 0, nozzle: "N03", grade: "92#", tank: "T1" }],
      },
    ],
    gauges: [
      {
        ...{ profile: "generic-gauge", unit: 1, name: "gauge-1" },
        tanks: [
          { number: 1, tank: "T1", grade: "92#", displayLevelMm: 1_050 },
          { number: 2, tank: "T2", grade: "0#" },
        ],
      },
    ],
    sealHubs: [
      {
        ...{ unit: 2, name: "seals-1" },
        seals: [
          { number: 1, seal: "S01", printed: "YN-000101", place: "board-box", of: "tax-1" },
          { number: 2, seal: "S02", printed: "YN-000102", place: "tank-lid", of: "T1" },
        ],
      },
    ],
    site: { power: "mains-and-battery", network: "mobile", budgetMb: 300 },
    enrolment: { collector, station: STATION },
    selfTest: { waitMinutes: 3 },
    report: {
      ...{ stationName: "景洪新站", creditCode: null, boxSerial: "BOX-0042", remarks: "无人值守安装" },
      technician: { name: "张三", company: "某某计量", phone: null },
    },
    signatures: [{ role: "technician", name: "张三", strokes: STROKES }],
  };
}
