/** Checks what a schema cannot: that names are unique, that what is named exists, that values fit together. */

import type { FaultFile } from "../faults/kinds.ts";
import { tankCapacityCl } from "../physics/tank-shape.ts";
import type { Problem } from "./errors.ts";
import type { PlantFile } from "./plants.ts";
import type { GaugeFile, ScenarioFile } from "./schema.ts";

type Path = (string | number)[];

interface LinesOf {
  dispensers: readonly { line: string }[];
  gauge?: { transport: string; line?: string | undefined } | undefined;
  sealHub?: { transport: string; line?: string | undefined } | undefined;
}

/** Problems of a scenario whose shape is right. */
export function referenceProblems(file: ScenarioFile): Problem[] {
  const tanks = file.tanks.map((tank) => tank.tank);
  const lines = serialLines(file);
  return [
    ...file.dispensers.flatMap((_, index) => dispenserProblems(file, index)),
    ...file.tanks.flatMap((tank, index) => {
      const most = Math.floor(tankCapacityCl(tank) / 100);
      if (tank.startVolumeL <= most) return [];
      const message = `the tank holds less than ${tank.startVolumeL} L`;
      return [value(["tanks", index, "startVolumeL"], message, `at most ${most}`)];
    }),
    ...(file.deliveries ?? []).flatMap((delivery, index) =>
      tanks.includes(delivery.tank) ? [] : [unknownName(["deliveries", index, "tank"], delivery.tank, tanks)],
    ),
    ...(file.faults ?? []).flatMap((fault, index) => faultProblems(fault, file, ["faults", index])),
    ...(file.serialServers ?? []).flatMap((name, index) =>
      lines.includes(name) ? [] : [unknownName(["serialServers", index], name, lines)],
    ),
    ...(file.cheats ?? []).flatMap((plant, index) => plantProblems(plant, file, ["cheats", index])),
    ...namingProblems(file),
    ...modbusProblems(file),
  ];
}

function dispenserProblems(file: ScenarioFile, index: number): Problem[] {
  const dispenser = file.dispensers[index]!;
  const problems: Problem[] = [];
  for (const [at, nozzle] of dispenser.nozzles.entries()) {
    const path: Path = ["dispensers", index, "nozzles", at];
    const tank = file.tanks.find((candidate) => candidate.tank === nozzle.tank);
    if (!tank) {
      const names = file.tanks.map((candidate) => candidate.tank);
      problems.push(unknownName([...path, "tank"], nozzle.tank, names));
    } else if (tank.grade !== nozzle.grade) {
      const message = `${nozzle.nozzle} sells ${nozzle.grade}`;
      problems.push(value([...path, "grade"], message, `${tank.grade}, as in ${tank.tank}`));
    }
    if (nozzle.unitPriceFen > 9_999 && dispenser.dialect !== "large-flow") {
      problems.push(value([...path, "unitPriceFen"], "the price has more than four digits", "at most 9999 fen"));
    }
  }
  const indexes = dispenser.nozzles.map((nozzle) => nozzle.index);
  return [...problems, ...doubles(indexes, (at) => ["dispensers", index, "nozzles", at, "index"])];
}

/** Problems of one cheat or delivery against the station it is planted in. */
export function plantProblems(plant: PlantFile, file: ScenarioFile, path: Path): Problem[] {
  const known = {
    nozzle: file.dispensers.flatMap((dispenser) => dispenser.nozzles.map((nozzle) => nozzle.nozzle)),
    tank: file.tanks.map((tank) => tank.tank),
    seal: file.sealHub?.seals.map((seal) => seal.seal) ?? [],
    // A box's own clock can be turned like a board's.
    device: [...file.dispensers.map(({ device }) => device), ...(plant.kind === "clock-turned" ? ["gateway"] : [])],
    cut: file.sealHub?.seals.map((seal) => seal.seal) ?? [],
    line: serialLines(file),
  };
  const problems: Problem[] = [];
  for (const [key, names] of Object.entries(known)) {
    const name = (plant as Record<string, unknown>)[key];
    if (typeof name === "string" && !names.includes(name)) problems.push(unknownName([...path, key], name, names));
  }
  if (plant.kind === "bypass-tax-port" && (plant.for === undefined) === (plant.count === undefined)) {
    problems.push(value(path, "a bypass needs an end", "either `for` (a duration) or `count` (sales)"));
  }
  return problems;
}

/** Problems of one fault against the station it befalls. */
export function faultProblems(fault: FaultFile, file: ScenarioFile, path: Path): Problem[] {
  const taxPorts = file.dispensers.map((dispenser) => dispenser.device);
  const gauges = file.gauge ? [file.gauge.device] : [];
  const onlyTaxPorts = ["silent-while-fuelling", "cross-talk", "space-padding", "spare-bytes"];
  const devices = [...taxPorts, ...gauges, ...(file.sealHub ? [file.sealHub.device] : [])];
  const known = {
    line: serialLines(file),
    device: onlyTaxPorts.includes(fault.kind) ? taxPorts : fault.kind === "clock-wrong" ? gauges : devices,
    tank: file.tanks.map((tank) => tank.tank),
  };
  return Object.entries(known).flatMap(([key, names]) => {
    const name = (fault as Record<string, unknown>)[key];
    return typeof name !== "string" || names.includes(name) ? [] : [unknownName([...path, key], name, names)];
  });
}

/** The serial lines of a station, in the order of the file. */
export function serialLines(file: LinesOf): string[] {
  const rtu = [file.gauge, file.sealHub].filter((plan) => plan !== undefined && plan.transport !== "tcp");
  const names = [...file.dispensers.map((dispenser) => dispenser.line), ...rtu.map((plan) => plan?.line ?? "")];
  return [...new Set(names.filter((name) => name !== ""))];
}

function namingProblems(file: ScenarioFile): Problem[] {
  const devices = [...file.dispensers.map((d) => d.device), ...modbusPlans(file).map(([, plan]) => plan.device)];
  const nozzles = file.dispensers.flatMap((d, index) => d.nozzles.map((n, at) => ({ name: n.nozzle, index, at })));
  const modbusNames = modbusPlans(file).map(([key]) => key);
  return [
    ...doubles(devices, (n) =>
      n < file.dispensers.length
        ? ["dispensers", n, "device"]
        : [modbusNames[n - file.dispensers.length] ?? "", "device"],
    ),
    ...doubles(
      file.dispensers.map((d) => d.line),
      (n) => ["dispensers", n, "line"],
    ),
    ...doubles(
      nozzles.map((n) => n.name),
      (n) => ["dispensers", nozzles[n]!.index, "nozzles", nozzles[n]!.at, "nozzle"],
    ),
    ...doubles(
      file.tanks.map((t) => t.tank),
      (n) => ["tanks", n, "tank"],
    ),
    ...doubles(
      file.tanks.map((t, n) => t.probe ?? n + 1),
      (n) => ["tanks", n],
    ),
    ...doubles(file.sealHub?.seals.map((s) => s.seal) ?? [], (n) => ["sealHub", "seals", n, "seal"]),
    ...doubles(file.sealHub?.seals.map((s, n) => s.number ?? n + 1) ?? [], (n) => ["sealHub", "seals", n]),
  ];
}

function modbusProblems(file: ScenarioFile): Problem[] {
  const problems: Problem[] = [];
  const plans = modbusPlans(file);
  const taxLines = file.dispensers.map((dispenser) => dispenser.line);
  for (const [key, plan] of plans) {
    if (plan.transport !== "tcp" && plan.line === undefined) {
      problems.push(value([key], "an rtu device needs a serial line", "a value for line"));
    }
    if (plan.transport !== "tcp" && plan.line !== undefined && taxLines.includes(plan.line)) {
      problems.push(value([key, "line"], `${plan.line} belongs to a tax port`, "a line of its own"));
    }
  }
  const [first, second] = plans.map(([, plan]) => plan).filter((plan) => plan.transport !== "tcp");
  if (first && second && first.line === second.line) {
    if (file.gauge?.model === "console") {
      problems.push(value(["sealHub", "line"], `${first.line} belongs to the gauge's console`, "a line of its own"));
    }
    if ((first.unit ?? 1) === (second.unit ?? 1)) {
      problems.push(value(["sealHub", "unit"], "both devices of the line have the same unit", "different units"));
    }
    if (["baudRate", "parity", "stopBits"].some((key) => first[key as "parity"] !== second[key as "parity"])) {
      problems.push(
        value(["sealHub"], "both devices of a line share its serial settings", "the settings of the gauge"),
      );
    }
  }
  return problems;
}

function modbusPlans(file: ScenarioFile): ["gauge" | "sealHub", GaugeFile][] {
  const plans: ["gauge" | "sealHub", GaugeFile][] = [];
  if (file.gauge) plans.push(["gauge", file.gauge]);
  if (file.sealHub) plans.push(["sealHub", file.sealHub]);
  return plans;
}

function doubles(names: readonly (string | number)[], path: (index: number) => Path): Problem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [value(path(index), `${name} stands for two things`, "a name used once")] : [],
  );
}

function unknownName(path: Path, name: string, known: readonly string[]): Problem {
  const expected = known.length > 0 ? `one of ${known.join(", ")}` : "none: the station has no such thing";
  return { code: "reference", path, message: `${name} does not exist`, expected, cure: "Name one that exists." };
}

function value(path: Path, message: string, expected: string): Problem {
  return { code: "value", path, message, expected, cure: "Change one of the two." };
}
