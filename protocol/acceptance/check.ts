/** What an acceptance report's schema cannot say: that its names fit together, and its times and outcomes too. Pure. */
import { Compile } from "typebox/compile";
import { fail, ok, type Result } from "../result.ts";
import { parseTime } from "../time.ts";
import { type AcceptanceReport, AcceptanceReportSchema, reportLimits } from "./schema.ts";

export interface ReportProblem {
  /** as a JSON pointer */
  field: string;
  message: string;
}

const validator = Compile(AcceptanceReportSchema);

/** Takes a value as a report. @returns the report, or the first thing that is wrong with it */
export function checkReport(value: unknown): Result<AcceptanceReport, ReportProblem> {
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value);
    return fail({ field: first?.instancePath || "/", message: first?.message ?? "does not fit" });
  }
  const report = value as AcceptanceReport;
  const problem = nameProblem(report) ?? testProblem(report) ?? timeProblem(report) ?? signatureProblem(report);
  return problem === undefined ? ok(report) : fail(problem);
}

/** Whether everything was shown to work: each nozzle has passed its self-test, and there is at least one. */
export function nothingOpen({ selfTest }: AcceptanceReport): boolean {
  return selfTest.length > 0 && selfTest.every(({ outcome }) => outcome === "passed");
}

function nameProblem(report: AcceptanceReport): ReportProblem | undefined {
  const names = {
    lines: report.lines.map(({ line }) => line),
    devices: report.devices.map(({ device }) => device),
    nozzles: report.nozzles.map(({ nozzle }) => nozzle),
    tanks: report.tanks.map(({ tank }) => tank),
    seals: report.seals.map(({ seal }) => seal),
    selfTest: report.selfTest.map(({ nozzle }) => nozzle),
    photos: report.photos.map(({ name }) => name),
  };
  for (const [field, list] of Object.entries(names)) {
    const at = list.findIndex((name, index) => list.indexOf(name) !== index);
    if (at >= 0) return { field: `/${field}/${at}`, message: `${list[at]} stands there twice` };
  }
  const known = (list: readonly string[], name: string | null, field: string): ReportProblem | undefined =>
    name === null || list.includes(name) ? undefined : { field, message: `the report has no ${name}` };
  const problems = [
    ...report.devices.map(({ line }, index) => known(names.lines, line, `/devices/${index}/line`)),
    ...report.nozzles.map(({ device }, index) => known(names.devices, device, `/nozzles/${index}/device`)),
    ...report.nozzles.map(({ tank }, index) => known(names.tanks, tank, `/nozzles/${index}/tank`)),
    ...report.tanks.map(({ device }, index) => known(names.devices, device, `/tanks/${index}/device`)),
    ...report.seals.map(({ device }, index) => known(names.devices, device, `/seals/${index}/device`)),
  ];
  return problems.find((problem) => problem !== undefined);
}

function testProblem({ nozzles, selfTest }: AcceptanceReport): ReportProblem | undefined {
  const missing = nozzles.find(({ nozzle }) => !selfTest.some((test) => test.nozzle === nozzle));
  if (missing !== undefined) {
    return { field: "/selfTest", message: `${missing.nozzle} is missing: say not-tried, and why` };
  }
  for (const [index, { nozzle, outcome, reason, sale, receipt }] of selfTest.entries()) {
    const field = `/selfTest/${index}`;
    if (!nozzles.some((one) => one.nozzle === nozzle)) return { field, message: `the report has no ${nozzle}` };
    if (outcome !== "passed") {
      if (reason === null) return { field: `${field}/reason`, message: "says why the test was not passed" };
      continue;
    }
    if (sale === null) return { field: `${field}/sale`, message: "a test is passed by a sale" };
    if (receipt === null) return { field: `${field}/receipt`, message: "a test is passed when the collector has it" };
    if (receipt.seq < sale.seq)
      return { field: `${field}/receipt/seq`, message: "the receipt does not reach the sale" };
  }
  return undefined;
}

function timeProblem(report: AcceptanceReport): ReportProblem | undefined {
  const times: [string, string][] = [
    ["/startedAt", report.startedAt],
    ["/finishedAt", report.finishedAt],
    ...report.nozzles.map(({ firstTotal }, index): [string, string] => [
      `/nozzles/${index}/firstTotal/at`,
      firstTotal.at,
    ]),
    ...report.tanks.flatMap(({ firstLevel }, index): [string, string][] =>
      firstLevel === null ? [] : [[`/tanks/${index}/firstLevel/at`, firstLevel.at]],
    ),
    ...report.selfTest.flatMap(({ sale, receipt }, index): [string, string][] => [
      ...(sale === null ? [] : [[`/selfTest/${index}/sale/at`, sale.at] as [string, string]]),
      ...(receipt === null ? [] : [[`/selfTest/${index}/receipt/at`, receipt.at] as [string, string]]),
    ]),
    ...report.signatures.map(({ at }, index): [string, string] => [`/signatures/${index}/at`, at]),
  ];
  for (const [field, time] of times) {
    if (parseTime(time) === undefined) return { field, message: "is no instant that exists" };
  }
  const spanMs = parseTime(report.finishedAt)! - parseTime(report.startedAt)!;
  if (spanMs < 0) return { field: "/finishedAt", message: "lies before startedAt" };
  if (spanMs > reportLimits.spanMs) return { field: "/finishedAt", message: "lies more than 31 days after startedAt" };
  return undefined;
}

function signatureProblem({ signatures }: AcceptanceReport): ReportProblem | undefined {
  return signatures.some(({ role }) => role === "technician")
    ? undefined
    : { field: "/signatures", message: "the technician's is missing" };
}
