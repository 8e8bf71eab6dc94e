/** The checks of a configuration that a schema cannot make: parts that do not fit each other, and anything named twice. */
import { itemCount } from "@forecourt/protocol/profiles/layout.ts";
import type { DeviceProfile } from "@forecourt/protocol/profiles/schema.ts";
import type { YamlError, YamlFile } from "@forecourt/protocol/yaml-file.ts";
import type { AgentConfigFile, ModbusFile } from "./config.ts";

/** An item that the device has no room for would never be read, and nobody would miss it. */
export function roomInProfile(
  device: ModbusFile,
  profile: DeviceProfile,
  errorAt: (field: string, message: string, cure: string) => YamlError,
): YamlError[] {
  return (["tank", "seal"] as const).flatMap((kind) => {
    const field = `${kind}s` as const;
    const room = itemCount(profile, kind);
    return device[field].length > room
      ? [errorAt(field, `names ${device[field].length}, but the profile knows ${room}`, "shorten the list")]
      : [];
  });
}

/** What must fit between the parts of a configuration. @returns every error found */
export function crossCheck({ value, errorAt }: YamlFile<AgentConfigFile>): YamlError[] {
  const errors: YamlError[] = [];
  const lines = new Set(value.lines.map(({ line }) => line));
  for (const [index, line] of value.lines.entries()) {
    if ((line.serial === undefined) === (line.tcp === undefined)) {
      errors.push(errorAt(["lines", index], "needs either `serial` or `tcp`", "give one of the two"));
    }
    const port = Number(line.tcp?.split(":")[1] ?? 1);
    if (port < 1 || port > 65_535) {
      errors.push(errorAt(["lines", index, "tcp"], `names port ${port}`, "expected: a port from 1 to 65535"));
    }
  }
  for (const [index, device] of value.devices.entries()) {
    if (!lines.has(device.line)) {
      const known = [...lines].join(", ");
      errors.push(errorAt(["devices", index, "line"], `is "${device.line}", which is no line`, `use one of ${known}`));
    }
    if (device.driver === "modbus" && device.tanks.length + device.seals.length === 0) {
      errors.push(errorAt(["devices", index], "names neither tanks nor seals", "add `tanks:` or `seals:`"));
    }
  }
  errors.push(...brokerErrors(value, errorAt), ...sharedLines(value, errorAt), ...framingErrors(value, errorAt));
  errors.push(...overrideErrors(value, errorAt), ...nozzleTankErrors(value, errorAt));
  errors.push(
    ...repeated(
      value.lines.map(({ serial, tcp }, index) => serial ?? tcp ?? ` ${index}`),
      (index) => ["lines", index, value.lines[index]?.serial === undefined ? "tcp" : "serial"],
      errorAt,
    ),
  );
  errors.push(
    ...repeated(
      value.lines.map(({ line }) => line),
      (index) => ["lines", index, "line"],
      errorAt,
    ),
  );
  errors.push(
    ...repeated(
      value.devices.map(({ device }) => device),
      (index) => ["devices", index, "device"],
      errorAt,
    ),
  );
  return [...errors, ...repeatedSubjects(value, errorAt)];
}

function brokerErrors({ collector }: AgentConfigFile, errorAt: YamlFile<unknown>["errorAt"]): YamlError[] {
  return collector.brokers.flatMap((broker, index) => {
    const place = ["collector", "brokers", index];
    if (!URL.canParse(broker) || new URL(broker).hostname === "") {
      return [errorAt(place, `is "${broker}"`, "expected: mqtts://host:port")];
    }
    return broker.startsWith("mqtts:") && collector.tls === undefined
      ? [errorAt(place, "needs a certificate", "add `collector.tls` with caFile, certFile and keyFile")]
      : [];
  });
}

/** `framing` chooses between two ways of Modbus over TCP; anywhere else it would be obeyed by nobody. */
function framingErrors(value: AgentConfigFile, errorAt: YamlFile<unknown>["errorAt"]): YamlError[] {
  return value.lines.flatMap(({ line, tcp, framing }, index) => {
    if (framing === undefined) return [];
    const place = ["lines", index, "framing"] as const;
    if (tcp === undefined) return [errorAt(place, "belongs to a `tcp` line", "leave it out: a serial line is RTU")];
    const isTaxPort = value.devices.some((device) => device.line === line && device.driver === "tax-port");
    return isTaxPort && framing === "tcp"
      ? [errorAt(place, 'is "tcp", but a tax port is no Modbus device', "leave it out: its bytes are passed through")]
      : [];
  });
}

/** Answers of a tax port name no device: a second one on its line could not be told apart, and would sell twice. */
function sharedLines(value: AgentConfigFile, errorAt: YamlFile<unknown>["errorAt"]): YamlError[] {
  return value.devices.flatMap((device, index) => {
    const earlier = value.devices.slice(0, index).filter(({ line }) => line === device.line);
    const taxPorts = [...earlier, device].some(({ driver }) => driver === "tax-port");
    return earlier.length > 0 && taxPorts
      ? [errorAt(["devices", index, "line"], "is shared with another device", "give each tax port a line of its own")]
      : [];
  });
}

/** The tanks that a device measures. */
export function tanksOfDevice(device: Pick<AgentConfigFile["devices"][number], "driver">): string[] {
  if ("tanks" in device) return device.tanks as string[];
  return "probes" in device ? (device.probes as { tank: string }[]).map(({ tank }) => tank) : [];
}

function tanksOf(value: AgentConfigFile): Set<string> {
  return new Set(value.devices.flatMap(tanksOfDevice));
}

/** An override of what does not exist would be obeyed by nobody. */
function overrideErrors(value: AgentConfigFile, errorAt: YamlFile<unknown>["errorAt"]): YamlError[] {
  const known = new Set([...tanksOf(value), ...value.devices.map(({ device }) => device)]);
  return Object.keys(value.recorder.overrides).flatMap((name) =>
    known.has(name)
      ? []
      : [errorAt(["recorder", "overrides", name], "is neither a device nor a tank", "correct or remove it")],
  );
}

function nozzleTankErrors(value: AgentConfigFile, errorAt: YamlFile<unknown>["errorAt"]): YamlError[] {
  const tanks = tanksOf(value);
  return value.devices.flatMap((device, index) =>
    device.driver !== "tax-port"
      ? []
      : device.nozzles.flatMap(({ tank }, at) =>
          tank === undefined || tanks.has(tank)
            ? []
            : [
                errorAt(
                  ["devices", index, "nozzles", at, "tank"],
                  `is ${tank}, which no gauge measures`,
                  `use one of ${[...tanks].join(", ") || "the tanks of a gauge"}, or leave it out`,
                ),
              ],
        ),
  );
}

/** A nozzle, tank or seal that two devices claim would make two histories of one thing. */
function repeatedSubjects(value: AgentConfigFile, errorAt: YamlFile<unknown>["errorAt"]): YamlError[] {
  const names: string[] = [];
  const places: (string | number)[][] = [];
  for (const [index, device] of value.devices.entries()) {
    if (device.driver === "tax-port") {
      for (const [at, { nozzle, index: number }] of device.nozzles.entries()) {
        names.push(nozzle, `index ${number} of ${device.device}`);
        places.push(["devices", index, "nozzles", at, "nozzle"], ["devices", index, "nozzles", at, "index"]);
      }
      continue;
    }
    const seals = "seals" in device ? device.seals : [];
    for (const [field, items] of Object.entries({ tanks: tanksOfDevice(device), seals })) {
      for (const [at, name] of items.entries()) {
        names.push(name);
        places.push(["devices", index, field, at]);
      }
    }
  }
  return repeated(names, (index) => places[index] ?? [], errorAt);
}

function repeated(
  names: readonly string[],
  place: (index: number) => readonly (string | number)[],
  errorAt: YamlFile<unknown>["errorAt"],
): YamlError[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [errorAt(place(index), `"${name}" is named twice`, "give each its own name")] : [],
  );
}
