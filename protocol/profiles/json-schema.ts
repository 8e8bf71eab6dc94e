/**
 * The JSON Schema of a device profile, for editors. The file that profiles point to is written by
 * `node protocol/profiles/json-schema.ts > edge-agent/profiles/profile.schema.json`.
 */
import { DeviceProfileSchema } from "./schema.ts";

/** The JSON Schema (draft 2020-12) of a device profile as text. */
export function deviceProfileJsonSchema(): string {
  const head = { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Forecourt device profile" };
  return `${JSON.stringify({ ...head, ...DeviceProfileSchema }, null, 2)}\n`;
}

if (import.meta.main) process.stdout.write(deviceProfileJsonSchema());
