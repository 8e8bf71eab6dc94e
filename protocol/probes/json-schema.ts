/**
 * The JSON Schema of a probe profile, for editors. The file that profiles point to is written by
 * `node protocol/probes/json-schema.ts > edge-agent/profiles/probes/probe.schema.json`.
 */
import { ProbeProfileSchema } from "./schema.ts";

/** The JSON Schema (draft 2020-12) of a probe profile as text. */
export function probeProfileJsonSchema(): string {
  const head = { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Forecourt probe profile" };
  return `${JSON.stringify({ ...head, ...ProbeProfileSchema }, null, 2)}\n`;
}

if (import.meta.main) process.stdout.write(probeProfileJsonSchema());
