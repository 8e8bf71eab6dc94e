/**
 * What a schema cannot say of a registry entry: names that stand once, parts that exist, tables that rise, codes whose
 * check character fits. Pure; the file that seeds a registry, imports, changes and the API all pass through it.
 */
import { ed25519Verifier } from "@forecourt/protocol/batch/signer.ts";
import { creditCodeFault } from "./credit-code.ts";
import type { ChartPoint, StationEntry } from "./schema.ts";

export interface Bilingual {
  zh: string;
  en: string;
}

/** Something wrong at one place of an entry. */
export interface EntryFault {
  /** from the entry, for example `["tanks", 0, "tank"]` */
  path: readonly (string | number)[];
  message: Bilingual;
  cure: Bilingual;
}

/** Everything that is wrong with an entry that fits the schema; empty when it may be registered. */
export function entryFaults(entry: StationEntry): EntryFault[] {
  const tanks = new Set<string>(entry.tanks.map(({ tank }) => tank));
  const devices = new Set<string>(entry.dispensers.map(({ device }) => device));
  return [
    ...creditFaults(entry),
    ...gatewayFaults(entry),
    ...repeated(entry.tanks.map(({ tank }, index) => [tank, ["tanks", index, "tank"]])),
    ...repeated(entry.seals.map(({ seal }, index) => [seal, ["seals", index, "seal"]])),
    ...repeated(entry.dispensers.map(({ device }, index) => [device, ["dispensers", index, "device"]])),
    ...nozzleFaults(entry, tanks),
    ...entry.tanks.flatMap(({ chart, capacityL }, index) => chartFaults(chart, capacityL, ["tanks", index, "chart"])),
    ...entry.seals.flatMap(({ of }, index) =>
      tanks.has(of) || devices.has(of) ? [] : [missingPart(of, ["seals", index, "of"], [...devices, ...tanks])],
    ),
  ];
}

function creditFaults({ creditCode }: StationEntry): EntryFault[] {
  const fault = creditCode === undefined ? undefined : creditCodeFault(creditCode);
  if (fault === undefined) return [];
  return [
    {
      path: ["creditCode"],
      message: {
        zh: `统一社会信用代码 ${creditCode} 校验位不符`,
        en: `the check character of ${creditCode} does not fit`,
      },
      cure: {
        zh: "对照营业执照逐位核对 18 位代码（不含 I、O、S、V、Z）。",
        en: "Compare all 18 characters with the business licence; I, O, S, V and Z do not occur.",
      },
    },
  ];
}

function gatewayFaults({ gateways }: StationEntry): EntryFault[] {
  const faults = repeated(gateways.map(({ id }, index) => [id, ["gateways", index, "id"]]));
  gateways.forEach(({ publicKey }, index) => {
    try {
      ed25519Verifier(publicKey);
    } catch (error) {
      faults.push({
        path: ["gateways", index, "publicKey"],
        message: { zh: "不是有效的 Ed25519 公钥", en: (error as Error).message },
        cure: { zh: "填写网关程序打印的公钥。", en: "Take the key that the agent prints." },
      });
    }
  });
  return faults;
}

function nozzleFaults({ dispensers }: StationEntry, tanks: ReadonlySet<string>): EntryFault[] {
  const places = dispensers.flatMap(({ nozzles }, index) =>
    nozzles.map((nozzle, number) => ({ nozzle, path: ["dispensers", index, "nozzles", number] })),
  );
  return [
    ...repeated(places.map(({ nozzle, path }) => [nozzle.nozzle, [...path, "nozzle"]])),
    ...places.flatMap(({ nozzle, path }) =>
      tanks.has(nozzle.tank) ? [] : [missingPart(nozzle.tank, [...path, "tank"], [...tanks])],
    ),
  ];
}

function chartFaults(chart: readonly ChartPoint[] | undefined, capacityL: number, path: EntryFault["path"]) {
  if (chart === undefined) return [];
  const at = chart.findIndex((point, index) => {
    const before = chart[index - 1];
    return before !== undefined && (point.levelUm <= before.levelUm || point.volumeCl < before.volumeCl);
  });
  if (at >= 0) {
    const mm = chart[at]!.levelUm / 1_000;
    return [chartFault([...path, at], `罐容表在液位 ${mm} mm 处不递增`, `the table does not rise at ${mm} mm`)];
  }
  const most = chart.at(-1)!.volumeCl / 100;
  if (most <= capacityL * CHART_OVER) return [];
  return [
    chartFault(
      path,
      `罐容表最大容积 ${most} L 超出油罐容量 ${capacityL} L`,
      `the table ends at ${most} L, the tank holds ${capacityL} L`,
    ),
  ];
}

/** A nominal capacity is rounded; a table that goes on beyond this is of another tank, or in another unit. */
const CHART_OVER = 1.2;

function chartFault(path: EntryFault["path"], zh: string, en: string): EntryFault {
  const cure = {
    zh: "检查单位与行序：液位逐行增大，容积不得减小。",
    en: "Check the units and the order: levels rise from row to row, volumes never fall.",
  };
  return { path, message: { zh, en }, cure };
}

function repeated(names: readonly (readonly [string, EntryFault["path"]])[]): EntryFault[] {
  const seen = new Set<string>();
  return names.flatMap(([name, path]) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = { zh: `${name} 重复出现`, en: `${name} stands here a second time` };
    return [{ path, message, cure: { zh: "删除或改名其中之一。", en: "Remove or rename one of the two." } }];
  });
}

function missingPart(name: string, path: EntryFault["path"], known: readonly string[]): EntryFault {
  const names = known.join(", ");
  const message = { zh: `本站没有 ${name}`, en: `the station has no ${name}` };
  const zh = names === "" ? "先登记该设备。" : `改为 ${names} 之一，或先登记该设备。`;
  const en = names === "" ? "Register it first." : `Use one of ${names}, or register it first.`;
  return { path, message, cure: { zh, en } };
}
