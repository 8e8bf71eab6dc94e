/** The part of a configuration that reading one line takes: it goes into a capture file, and comes back from there. */
import { dirname } from "node:path";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { readYaml, type YamlError } from "@forecourt/protocol/yaml-file.ts";
import { Type } from "typebox";
import { type AgentConfig, AgentConfigSchema } from "./config.ts";
import { withProfiles } from "./config-profiles.ts";

const { lines, devices, recorder, silence } = AgentConfigSchema.properties;
const FragmentSchema = Type.Object({ lines, devices, recorder, silence }, { additionalProperties: false });

export type ConfigFragment = Pick<AgentConfig, "lines" | "devices" | "recorder" | "silence">;

/** What a capture of one line keeps of the configuration. Profiles are named, not copied. */
export function fragmentOf(config: AgentConfig, line: string): unknown {
  return {
    lines: config.lines.filter((one) => one.line === line),
    devices: config.devices
      .filter((device) => device.line === line)
      .map((device) => {
        if (device.driver !== "modbus") return device;
        const { readProfile: _, ...file } = device;
        return file;
      }),
    recorder: config.recorder,
    silence: config.silence,
  };
}

/** Reads a fragment back. @param file path of the capture, for error messages and profiles beside it */
export function readFragment(fragment: unknown, file: string): Result<ConfigFragment, YamlError[]> {
  const read = readYaml(FragmentSchema, JSON.stringify(fragment), file);
  if (!read.ok) return read;
  const profiled = withProfiles(read.value, dirname(file));
  if (profiled.errors.length > 0) return fail(profiled.errors);
  return ok({ ...read.value.value, devices: profiled.devices });
}
