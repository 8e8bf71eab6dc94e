/** Reads a scenario file: YAML, then shape, then references; every error carries its line and column. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { openYaml, type YamlDocument } from "@forecourt/protocol/yaml-document.ts";
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
  const opened = openYaml(text);
  if (!opened.ok) {
    const about = { code: "not-yaml", file: fileName, field: "", expected: "YAML" } as const;
    return fail(opened.error.map((fault) => ({ ...about, ...fault })));
  }
  const content: unknown = withTemplate(opened.value.content);
  const shape = shapeProblems(content);
  const problems = shape.length > 0 ? shape : referenceProblems(content as ScenarioFile);
  if (problems.length === 0) return ok(content as ScenarioFile);
  return fail(problems.map((problem) => located(problem, opened.value, fileName)));
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

function located({ path, key: _, ...rest }: Problem, { placeOf }: YamlDocument, file: string): ScenarioError {
  return { ...rest, file, field: fieldName(path), ...placeOf(path) };
}
