/** The configuration of notices: what is read, and what is said when it cannot be used. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadConfig } from "./config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forecourt-notices-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const BASE = `collector: { keyFile: ./c.key }
database: ./c.db
broker: { port: 0 }
http: { host: 127.0.0.1, port: 0 }
noticesToken: a-token-for-tests-only
`;

function load(notices: string) {
  const file = join(folder, "collector.yaml");
  writeFileSync(file, `${BASE}${notices}`);
  const read = loadConfig(file);
  return read.ok
    ? { notices: read.value.notices }
    : { errors: read.error.map(({ field, message, line }) => `${line} ${field}: ${message}`) };
}

it("takes secrets from files and the environment", () => {
  writeFileSync(join(folder, "pw"), "geheim\n", { mode: 0o600 });
  process.env.FORECOURT_TEST_SECRET = "SEC1";
  const { notices, errors } = load(`notices:
  address: https://collector.example
  email: { host: smtp.example, port: 465, security: tls, user: u, passwordFile: ./pw, from: "平台 <p@example.cn>" }
  webhooks:
    - { id: duty, name: 值班群, kind: dingtalk, url: "https://oapi.dingtalk.com/robot/send", tokenFile: ./pw, secretEnv: FORECOURT_TEST_SECRET }
`);
  expect(errors).toBeUndefined();
  expect(notices).toMatchObject({ email: { password: "geheim" }, robots: [{ token: "geheim", secret: "SEC1" }] });
});

it("names line and field of what is open, missing, doubled or unencrypted", () => {
  writeFileSync(join(folder, "open"), "x");
  chmodSync(join(folder, "open"), 0o644);
  const { errors } = load(`notices:
  address: https://collector.example
  email: { host: smtp.example, port: 25, security: none, passwordFile: ./open, from: p@example.cn }
  webhooks:
    - { id: duty, name: 值班群, kind: dingtalk, url: "http://oapi.dingtalk.com/robot/send", tokenEnv: NOT_SET_AT_ALL }
    - { id: duty, name: 群, kind: wecom, url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc", tokenFile: ./none }
`);
  expect(errors).toEqual([
    expect.stringMatching(/^8 notices.email.security: e-mail to smtp.example would travel unencrypted/),
    expect.stringMatching(/^8 notices.email.passwordFile: others may read it/),
    expect.stringMatching(/^10 notices.webhooks\[0\].url: messages would travel unencrypted/),
    expect.stringMatching(/^10 notices.webhooks\[0\].tokenEnv: NOT_SET_AT_ALL is not set/),
    expect.stringMatching(/^11 notices.webhooks\[1\].id: the name is taken/),
    expect.stringMatching(/^11 notices.webhooks\[1\].url: it holds a secret/),
    expect.stringMatching(/^11 notices.webhooks\[1\].tokenFile: ENOENT/),
  ]);
});

it("leaves notices to the page where nothing is configured", () => {
  expect(load("")).toEqual({ notices: undefined });
});
