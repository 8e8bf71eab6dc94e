/** The collector's configuration: read, checked, with its paths made absolute and the registry loaded. */
import { dirname, resolve } from "node:path";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { FunctionName } from "../access/functions.ts";
import type { MachineAccount } from "../access/machines.ts";
import { type AccessPolicy, DEFAULT_POLICY } from "../access/policy.ts";
import type { EnrolmentSettings } from "../enrolment/enrolment.ts";
import { readAuthority } from "../enrolment/files.ts";
import type { ConfigError } from "../errors.ts";
import { type ExternalBroker, externalProblems } from "../inbox/external-broker.ts";
import type { Place } from "../inbox/listeners.ts";
import { readServerPair, readTlsMaterial, type ServerPair, type TlsFiles } from "../inbox/tls-files.ts";
import { type MapLayer, readLayers } from "../map/layers.ts";
import { buildRegistry, parseRegistry, type Registry } from "../registry/registry.ts";
import { policyProblem, type RetentionPolicy } from "../retention/policy.ts";
import { catalogue } from "../rules/catalogue.ts";
import type { Parameters } from "../rules/rule.ts";
import { type Locate, parseYaml, readText } from "./config-file.ts";
import { type NoticeSettings, readNotices } from "./notices.ts";
import { type ConfigFile, ConfigSchema, ParametersSchema } from "./schema.ts";

export interface Config {
  keyFile: string;
  database: string;
  broker: {
    plain: Place | undefined;
    tls: (Place & TlsFiles) | undefined;
    /** another program as the broker, instead of both */
    external?: ExternalBroker | undefined;
    maxPacketBytes: number;
    observers: { username: string; passwordArgon2: string }[];
  };
  http: { host: string; port: number; tls?: ServerPair | undefined };
  /** undefined: no box can enrol */
  enrolment: EnrolmentSettings | undefined;
  /** programs that use the API, those of the tokens above among them */
  machines: readonly MachineAccount[];
  access: AccessPolicy;
  /** undefined: gateways cannot be updated */
  updates: { bundles: string; rollouts?: string | undefined; address: string } | undefined;
  /** how notices leave the house; undefined: they are shown on the page alone */
  notices?: NoticeSettings | undefined;
  /** what lies below the stations on the map, from the bottom to the top; left out: nothing */
  map?: readonly MapLayer[] | undefined;
  /** undefined: nothing is ever removed */
  retention?: RetentionPolicy | undefined;
  /** what fills a registry that is empty; later it lives in the database */
  registry: Registry;
  /** Parameters of rules by rule id: only those that differ from their defaults. */
  rules: Record<string, Parameters>;
}

const NO_SEED = buildRegistry({ stations: [] });
const LOOPBACK = "127.0.0.1";
/** A box that was off for a summer renews by itself; what was stolen ends by itself. */
const CERTIFICATE_DAYS = 90;
/** From the office to the remotest station and a second try. */
const CODE_HOURS = 72;
const DEFAULT_PACKET_BYTES = 1_048_576;

/**
 * Loads a configuration file and the registry that it names.
 * @returns the configuration, or every error found, each with file, line and field
 */
export function loadConfig(file: string): Result<Config, ConfigError[]> {
  const text = readText(file);
  if (!text.ok) return text;
  const parsed = parseYaml(text.value, file, ConfigSchema);
  if (!parsed.ok) return parsed;
  const { content, locate } = parsed.value;
  const beside = (path: string) => resolve(dirname(file), path);
  const registry = content.registry === undefined ? ok(NO_SEED) : readRegistry(beside(content.registry));
  const broker = brokerPlaces(content, beside);
  const { tls } = content.http;
  const httpTls = tls === undefined ? undefined : { certFile: beside(tls.certFile), keyFile: beside(tls.keyFile) };
  const enrolment = enrolmentOf(content, beside, locate);
  const notices = readNotices(content.notices, { beside, locate, env: process.env });
  const map = content.map === undefined ? { layers: [], faults: [] } : readLayers(content.map, beside);
  const errors = [
    ...map.faults.map(({ index, field, ...fault }) =>
      locate(["map", "layers", index, ...(field === undefined ? [] : [field])], { code: "value", ...fault }),
    ),
    ...(enrolment.ok ? [] : enrolment.error),
    ...(notices.ok ? [] : notices.error),
    ...brokerErrors(broker, locate),
    ...httpErrors(httpTls, locate),
    ...ruleErrors(content, locate),
    ...retentionErrors(content, locate),
    ...(registry.ok ? [] : registry.error),
  ];
  if (!registry.ok || !enrolment.ok || !notices.ok || errors.length > 0) return fail(errors);
  return ok({
    keyFile: beside(content.collector.keyFile),
    database: beside(content.database),
    broker: {
      ...broker,
      maxPacketBytes: content.broker.maxPacketBytes ?? DEFAULT_PACKET_BYTES,
      observers: content.broker.observers ?? [],
    },
    http: { host: content.http.host, port: content.http.port, tls: httpTls },
    enrolment: enrolment.value,
    machines: machinesOf(content),
    access: { ...DEFAULT_POLICY, ...content.access },
    updates: content.updates && {
      ...content.updates,
      bundles: beside(content.updates.bundles),
      rollouts: content.updates.rollouts && beside(content.updates.rollouts),
    },
    notices: notices.value,
    map: map.layers,
    retention: content.retention,
    registry: registry.value,
    rules: content.rules ?? {},
  });
}

/** The single tokens are machine accounts like any other. */
function machinesOf({
  deskToken,
  noticesToken,
  commandsToken,
  enrolment,
  machines = [],
}: ConfigFile): MachineAccount[] {
  const single: [string, string | undefined, readonly FunctionName[]][] = [
    ["notices", noticesToken, ["filings:file"]],
    ["desk", deskToken, ["flags:view", "flags:handle", "rules:set"]],
    ["commands", commandsToken, ["commands:issue"]],
    ["enrolment", enrolment?.token, ["gateways:enrol"]],
  ];
  const named = single.flatMap(([name, token, functions]) => (token === undefined ? [] : [{ name, token, functions }]));
  return [...named, ...machines];
}

/** Reads and checks a registry file. */
export function readRegistry(file: string): Result<Registry, ConfigError[]> {
  const text = readText(file);
  return text.ok ? parseRegistry(text.value, file) : text;
}

function brokerPlaces({ broker: { host, port, tls, external } }: ConfigFile, beside: (path: string) => string) {
  return {
    external:
      external === undefined
        ? undefined
        : {
            url: external.url,
            certFile: beside(external.certFile),
            keyFile: beside(external.keyFile),
            caFile: beside(external.caFile),
          },
    plain: port === undefined ? undefined : { host: host ?? LOOPBACK, port },
    tls:
      tls === undefined
        ? undefined
        : {
            ...tls,
            certFile: beside(tls.certFile),
            keyFile: beside(tls.keyFile),
            caFile: beside(tls.caFile),
            crlFile: tls.crlFile === undefined ? undefined : beside(tls.crlFile),
          },
  };
}

function enrolmentOf(
  { enrolment }: ConfigFile,
  beside: (path: string) => string,
  locate: Locate,
): Result<Config["enrolment"], ConfigError[]> {
  if (enrolment === undefined) return ok(undefined);
  const { certFile, keyFile, rootFile, brokers, address } = enrolment;
  const files = { certFile: beside(certFile), keyFile: beside(keyFile), rootFile: beside(rootFile) };
  const read = readAuthority(files);
  if (!read.ok) {
    const { field, message, cure } = read.error;
    return fail([locate(["enrolment", field], { code: "value", message, expected: "a usable file", cure })]);
  }
  const { certificateDays = CERTIFICATE_DAYS, codeHours = CODE_HOURS } = enrolment;
  return ok({ ...read.value, brokers, certificateDays, codeHours, address });
}

function brokerErrors(
  { plain, tls, external }: Pick<Config["broker"], "plain" | "tls" | "external">,
  locate: Locate,
): ConfigError[] {
  if (external !== undefined) {
    if (plain !== undefined || tls !== undefined) {
      const message = "it would listen itself and use another broker as well";
      const cure = "Take out port and tls, or external.";
      return [locate(["broker", "external"], { code: "value", message, expected: "one of the two", cure })];
    }
    return externalProblems(external).map(({ field, message, cure }) =>
      locate(["broker", "external", field], { code: "value", message, expected: "a usable file", cure }),
    );
  }
  if (plain === undefined && tls === undefined) {
    const expected = "a port, a section tls, or both; or a section external";
    return [locate(["broker"], { code: "value", message: "it would not listen", expected, cure: "Add one of them." })];
  }
  const material = tls === undefined ? undefined : readTlsMaterial(tls);
  if (material === undefined || material.ok) return [];
  return material.error.map(({ field, message, cure }) =>
    locate(["broker", "tls", field], { code: "value", message, expected: "a usable file", cure }),
  );
}

function httpErrors(tls: ServerPair | undefined, locate: Locate): ConfigError[] {
  const pair = tls === undefined ? undefined : readServerPair(tls);
  if (pair === undefined || pair.ok) return [];
  return pair.error.map(({ field, message, cure }) =>
    locate(["http", "tls", field], { code: "value", message, expected: "a usable file", cure }),
  );
}

/** Loads parameters of rules from a file that holds the `rules` of a configuration and nothing else. */
export function loadParameters(file: string): Result<Record<string, Parameters>, ConfigError[]> {
  const text = readText(file);
  if (!text.ok) return text;
  const parsed = parseYaml(text.value, file, ParametersSchema);
  if (!parsed.ok) return parsed;
  const { content, locate } = parsed.value;
  const errors = ruleErrors(content, locate);
  return errors.length > 0 ? fail(errors) : ok(content.rules ?? {});
}

function retentionErrors({ retention }: ConfigFile, locate: Locate): ConfigError[] {
  const message = retention && policyProblem(retention);
  if (message === undefined) return [];
  const what = { expected: "rows at most as long as the batches that prove them", cure: "Lengthen evidenceYears." };
  return [locate(["retention", "evidenceYears"], { code: "value", message, ...what })];
}

function ruleErrors(content: Pick<ConfigFile, "rules">, locate: Locate): ConfigError[] {
  return Object.entries(content.rules ?? {}).flatMap(([id, parameters]) => {
    const rule = catalogue.find((one) => one.id === id);
    if (rule === undefined) {
      const expected = `one of ${catalogue.map((one) => one.id).join(", ")}`;
      return [
        locate(["rules"], { code: "reference", message: "no such rule", expected, cure: "Mend the rule's id." }, id),
      ];
    }
    const names = Object.keys(rule.parameters);
    return Object.keys(parameters)
      .filter((name) => !names.includes(name))
      .map((name) =>
        locate(
          ["rules", id],
          {
            code: "reference",
            message: `rule ${id} has no such parameter`,
            expected: names.length === 0 ? "no parameter at all" : `one of ${names.join(", ")}`,
            cure: "Mend the parameter's name.",
          },
          name,
        ),
      );
  });
}
