/** Reads a scenario file: YAML, then shape, then references; every error carries its line and column. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { TimedFault } from "../faults/inject.ts";
import type { FaultFile } from "../faults/kinds.ts";
import { fieldName, type Problem, type ScenarioError } from "./errors.ts";
import type { PlantFile } from "./plants.ts";
import { faultProblems, plantProblems, referenceProblems } from "./references.ts";
import { type Plant, resolveFault, resolvePlant } from "./scenario.ts";
import type { ScenarioFile } from "./schema.ts";
import { faultShapeProblems, plantShapeProblems, shapeProblems } from "./shape.ts";
import { withTemplate } from "./template.ts";

/**
 * A scenario from its text.
 * @param fileName only used to name the place of an error
 */
export function parseScenario(text: string, fileName: string): Result<ScenarioFile, ScenarioError[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return fail(
      document.errors.map((error) => ({
        code: "not-yaml" as const,
        message: error.message,
        file: fileName,
        ...position(lines, error.pos[0]),
        field: "",
        expected: "YAML",
        cure: "Mend the file at this place.",
      })),
    );
  }
  const content: unknown = withTemplate(document.toJS());
  const shape = shapeProblems(content);
  const problems = shape.length > 0 ? shape : referenceProblems(content as ScenarioFile);
  if (problems.length === 0) return ok(content as ScenarioFile);
  return fail(problems.map((problem) => located(problem, document, lines, fileName)));
}

/** A cheat or delivery that came over the control API, checked against the running scenario. */
export function parsePlant(body: unknown, file: ScenarioFile): Result<Plant, Problem[]> {
  const shape = plantShapeProblems(body, []);
  const problems = shape.length > 0 ? shape : plantProblems(body as PlantFile, file, []);
  return problems.length > 0 ? fail(problems) : ok(resolvePlant(body as PlantFile));
}

/** A fault that came over the control API, checked against the running scenario. */
export function parseFault(body: unknown, file: ScenarioFile): Result<TimedFault, Problem[]> {
  const shape = faultShapeProblems(body, []);
  const problems = shape.length > 0 ? shape : faultProblems(body as FaultFile, file, []);
  return problems.length > 0 ? fail(problems) : ok(resolveFault(body as FaultFile));
}

function located(problem: Problem, document: Document, lines: LineCounter, file: string): ScenarioError {
  const { path, key, ...rest } = problem;
  return { ...rest, file, field: fieldName(path), ...position(lines, offsetOf(document, path, key)) };
}

function offsetOf(document: Document, path: readonly (string | number)[], key: string | undefined): number {
  if (key !== undefined) {
    const parent: unknown = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    if (pair && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
