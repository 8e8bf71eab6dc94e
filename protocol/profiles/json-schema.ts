/** Prints the JSON Schema of a device profile, for editors: `node protocol/profiles/json-schema.ts`. */
import { DeviceProfileSchema } from "./schema.ts";

/** The JSON Schema (draft 2020-12) of a device profile as text. */
export function deviceProfileJsonSchema(): string {
  const head = { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Forecourt device profile" };
  return JSON.stringify({ ...head, ...DeviceProfileSchema }, null, 2);
}

if (import.meta.main) process.stdout.write(`${deviceProfileJsonSchema()}\n`);
