/** Reads how notices leave the house: channels with their secrets, or what is wrong with them. */
import { readFileSync, statSync } from "node:fs";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { ConfigError } from "../errors.ts";
import type { EmailSettings } from "../notices/channels/email.ts";
import type { RobotSettings } from "../notices/channels/robots.ts";
import type { WebhookSettings } from "../notices/channels/webhook.ts";
import type { Locate } from "./config-file.ts";
import type { NoticesFile } from "./notice-schema.ts";

export interface NoticeSettings {
  /** of this collector's page, without a slash at its end */
  address: string;
  email: EmailSettings | undefined;
  robots: readonly RobotSettings[];
  webhooks: readonly WebhookSettings[];
}

interface Reading {
  beside: (path: string) => string;
  env: Readonly<Record<string, string | undefined>>;
  /** path of the section within the file, for errors */
  path: readonly (string | number)[];
  locate: Locate;
  errors: ConfigError[];
}

const OTHERS = 0o077;
/** Names of this machine itself: nobody listens in between. */
const ITSELF = ["localhost", "127.0.0.1", "::1"];
/** Channels that are there already, and what shows everything. */
const TAKEN = ["email", "screen"];

/**
 * @param env the process's environment
 * @returns undefined inside when there is no such section
 */
export function readNotices(
  file: NoticesFile | undefined,
  parts: Pick<Reading, "beside" | "env" | "locate">,
): Result<NoticeSettings | undefined, ConfigError[]> {
  if (file === undefined) return ok(undefined);
  const reading: Reading = { ...parts, path: ["notices"], errors: [] };
  const { address } = file;
  const email = file.email === undefined ? undefined : emailOf(file.email, address, reading);
  const robots: RobotSettings[] = [];
  const webhooks: WebhookSettings[] = [];
  const ids = new Set(TAKEN);
  for (const [index, one] of (file.webhooks ?? []).entries()) {
    const own = { ...reading, path: ["notices", "webhooks", index] };
    if (ids.has(one.id)) wrong(own, "id", "the name is taken", "a name of its own", "Give it another.");
    ids.add(one.id);
    if (one.kind === "dingtalk" || one.kind === "wecom") robots.push(robotOf(one, one.kind, address, own));
    else webhooks.push(webhookOf(one, one.kind, address, own));
  }
  return reading.errors.length > 0 ? fail(reading.errors) : ok({ address, email, robots, webhooks });
}

function emailOf(file: NonNullable<NoticesFile["email"]>, address: string, reading: Reading): EmailSettings {
  const own = { ...reading, path: ["notices", "email"] };
  const { host, port, security, user, from, caFile } = file;
  if (security === "none" && !ITSELF.includes(host)) {
    const cure = "Use tls (465) or starttls (587), or a mail server on this machine.";
    wrong(own, "security", `e-mail to ${host} would travel unencrypted`, "tls or starttls", cure);
  }
  const password = secret(own, "password", file.passwordFile, file.passwordEnv);
  if (user !== undefined && password === undefined && own.errors.length === 0) {
    wrong(own, "user", "there is a user and no password", "passwordFile or passwordEnv", "Name where it stands.");
  }
  const ca = caFile === undefined ? undefined : textOf(own, "caFile", caFile, false);
  return { host, port, security, user, password, from, ca, address };
}

type WebhookFile = NonNullable<NoticesFile["webhooks"]>[number];

function robotOf(file: WebhookFile, kind: "dingtalk" | "wecom", address: string, own: Reading): RobotSettings {
  checkUrl(file, own);
  const token = secret(own, "token", file.tokenFile, file.tokenEnv);
  if (token === undefined) missing(own, "token", kind === "dingtalk" ? "the robot's access_token" : "the robot's key");
  const sign = secret(own, "secret", file.secretFile, file.secretEnv);
  if (kind === "dingtalk" && sign === undefined) missing(own, "secret", "the robot's secret (security setting 加签)");
  const { id, name, url } = file;
  return { id, name, kind, url, token: token ?? "", secret: sign, address };
}

function webhookOf(file: WebhookFile, kind: "sms" | "webhook", address: string, own: Reading): WebhookSettings {
  checkUrl(file, own);
  const sign = secret(own, "secret", file.secretFile, file.secretEnv);
  if (sign === undefined) missing(own, "secret", "what messages are signed with");
  const token = secret(own, "token", file.tokenFile, file.tokenEnv);
  const { id, name, url } = file;
  return { id, name, kind, url, secret: sign ?? "", token, address };
}

function checkUrl({ url }: WebhookFile, own: Reading): void {
  const at = URL.canParse(url) ? new URL(url) : undefined;
  if (at === undefined) {
    wrong(own, "url", "it is no address", "https://…", "Mend it.");
  } else if (at.protocol !== "https:" && !ITSELF.includes(at.hostname)) {
    wrong(own, "url", "messages would travel unencrypted", "https://…", "Use HTTPS, or a relay on this machine.");
  } else if (/token|key|sign/i.test([...at.searchParams.keys()].join(" "))) {
    wrong(own, "url", "it holds a secret", "the address alone", "Put it into a file and name it as tokenFile.");
  }
}

/** @returns undefined when none is named, or when it cannot be read, which is then among the errors */
function secret(
  own: Reading,
  name: string,
  file: string | undefined,
  variable: string | undefined,
): string | undefined {
  if (file !== undefined) return textOf(own, `${name}File`, file, true)?.trim();
  if (variable === undefined) return undefined;
  const value = own.env[variable];
  if (value === undefined || value === "") {
    wrong(
      own,
      `${name}Env`,
      `${variable} is not set`,
      "a variable that holds it",
      "Set it where the collector starts.",
    );
  }
  return value;
}

function textOf(own: Reading, field: string, file: string, isSecret: boolean): string | undefined {
  const path = own.beside(file);
  try {
    if (isSecret && (statSync(path).mode & OTHERS) !== 0) {
      wrong(own, field, "others may read it", "mode 0600", `Run: chmod 600 ${path}`);
    }
    return readFileSync(path, "utf8");
  } catch (error) {
    wrong(own, field, (error as Error).message, "a readable file", "Check the path and its rights.");
    return undefined;
  }
}

function missing(own: Reading, name: string, what: string): void {
  if (own.errors.length > 0) return;
  wrong(own, "id", `${what} is missing`, `${name}File or ${name}Env`, "Name where it stands.");
}

function wrong(
  { locate, path, errors }: Reading,
  field: string,
  message: string,
  expected: string,
  cure: string,
): void {
  errors.push(locate([...path, field], { code: "value", message, expected, cure }));
}
