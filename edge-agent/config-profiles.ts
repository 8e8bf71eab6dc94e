/** The profiles that a configuration names: from the folder of those that come with the agent, or from a path. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type ProbeProfile, ProbeProfileSchema } from "@forecourt/protocol/probes/schema.ts";
import { parseProfile } from "@forecourt/protocol/profiles/parse.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { formatYamlError, readYaml, type YamlError, type YamlFile } from "@forecourt/protocol/yaml-file.ts";
import type { AgentConfig, AgentConfigFile } from "./config.ts";
import { roomInProfile } from "./config-checks.ts";

/** Where profiles are looked for by name. */
const PROFILE_DIR = new URL("./profiles/", import.meta.url).pathname;

/**
 * Reads the profiles that devices name.
 * @param folder where the paths of profiles begin
 * @returns the devices with their profiles, and every error found
 */
export function withProfiles(
  { value, errorAt }: YamlFile<Pick<AgentConfigFile, "devices">>,
  folder: string,
): { devices: AgentConfig["devices"]; errors: YamlError[] } {
  const errors: YamlError[] = [];
  const devices = value.devices.map((device, index) => {
    if (device.driver === "probe") {
      const profile = loadProbeProfile(device.profile, folder);
      if (profile.ok) return { ...device, readProfile: profile.value };
      errors.push(errorAt(["devices", index, "profile"], profile.error, "correct the name or the profile"));
      return undefined;
    }
    if (device.driver !== "modbus") return device;
    const profile = loadProfile(device.profile, folder);
    if (profile.ok) {
      errors.push(
        ...roomInProfile(device, profile.value, (field, message, cure) =>
          errorAt(["devices", index, field], message, cure),
        ),
      );
      return { ...device, readProfile: profile.value };
    }
    errors.push(errorAt(["devices", index, "profile"], profile.error, "correct the name or the profile"));
    return undefined;
  });
  return { devices: devices.filter((device) => device !== undefined), errors };
}

function loadProbeProfile(name: string, folder: string): Result<ProbeProfile, string> {
  const path = /^[a-z0-9-]+$/.test(name) ? `${PROFILE_DIR}probes/${name}.yaml` : resolve(folder, name);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return fail(`is ${JSON.stringify(name)}, but there is no profile ${path}`);
  }
  const profile = readYaml(ProbeProfileSchema, text, path);
  return profile.ok ? ok(profile.value.value) : fail(profile.error.map(formatYamlError).join("; "));
}

function loadProfile(name: string, folder: string): Result<DeviceProfile, string> {
  const path = /^[a-z0-9-]+$/.test(name) ? `${PROFILE_DIR}${name}.yaml` : resolve(folder, name);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return fail(`is ${JSON.stringify(name)}, but there is no profile ${path}`);
  }
  const profile = parseProfile(text, path);
  return profile.ok ? profile : fail(profile.error.map(({ message }) => message).join("; "));
}
