/** What can be planted or broken in this station, as forms can show it: kinds, their fields, and what each may be. */
import type { TSchema } from "typebox";
import { faultSchemas } from "../faults/kinds.ts";
import { plantSchemas } from "../scenario/plants.ts";
import { serialLines } from "../scenario/references.ts";
import type { ScenarioFile } from "../scenario/schema.ts";

export interface Field {
  name: string;
  required: boolean;
  type: "choice" | "number" | "text" | "yes-no";
  choices?: string[];
  minimum?: number;
  maximum?: number;
  description: string;
}

export interface Kind {
  kind: string;
  fields: Field[];
}

/** Every kind of cheat and fault with its fields; names of the station's own things are choices. */
export function describeOptions(file: ScenarioFile): { cheats: Kind[]; faults: Kind[] } {
  const names: Record<string, string[]> = {
    nozzle: file.dispensers.flatMap((dispenser) => dispenser.nozzles.map(({ nozzle }) => nozzle)),
    tank: file.tanks.map(({ tank }) => tank),
    seal: file.sealHub?.seals.map(({ seal }) => seal) ?? [],
    line: serialLines(file),
    device: [
      ...file.dispensers.map(({ device }) => device),
      ...(file.gauge ? [file.gauge.device] : []),
      ...(file.sealHub ? [file.sealHub.device] : []),
    ],
  };
  return { cheats: kindsOf(plantSchemas, names), faults: kindsOf(faultSchemas, names) };
}

/** A kind whose required names the station does not have at all is left out: nothing could befall it. */
function kindsOf(schemas: Record<string, TSchema>, names: Record<string, string[]>): Kind[] {
  return Object.entries(schemas)
    .map(([kind, schema]) => ({ kind, fields: fieldsOf(schema, names) }))
    .filter(({ fields }) => fields.every(({ required, choices }) => !required || choices?.length !== 0));
}

function fieldsOf(schema: TSchema, names: Record<string, string[]>): Field[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, TSchema>; required?: string[] };
  return Object.entries(properties)
    .filter(([name]) => name !== "kind" && name !== "id" && name !== "at")
    .map(([name, property]) => ({ name, required: required.includes(name), ...shapeOf(property, names[name]) }));
}

function shapeOf(property: TSchema, names: string[] | undefined): Omit<Field, "name" | "required"> {
  const { type, enum: values, minimum, maximum, description = "" } = property as Record<string, unknown>;
  const described = { description: String(description) };
  if (names) return { type: "choice", choices: names, ...described };
  if (Array.isArray(values)) return { type: "choice", choices: values.map(String), ...described };
  if (type === "boolean") return { type: "yes-no", ...described };
  if (type !== "number" && type !== "integer") return { type: "text", ...described };
  return {
    type: "number",
    ...(typeof minimum === "number" && { minimum }),
    ...(typeof maximum === "number" && { maximum }),
    ...described,
  };
}
