import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { auditOutcome, lockFaults } from "./audit-dependencies.ts";

test("every package is pinned, has its hash, and brings no unknown install script", () => {
  const lock = readFileSync(join(import.meta.dirname, "..", "package-lock.json"), "utf8");
  expect(lockFaults((JSON.parse(lock) as { packages: Record<string, object> }).packages)).toEqual([]);
});

test("what is not so is named", () => {
  const faults = lockFaults({
    "": { dependencies: { one: "^1.0.0", two: "1.2.3" } },
    "node_modules/one": { version: "1.0.1" },
    "node_modules/@scope/two": { version: "1.2.3", integrity: "sha512-x", hasInstallScript: true },
    "node_modules/own": { link: true },
  });
  expect(faults).toEqual([
    ".: one ^1.0.0 is not pinned",
    "one 1.0.1: no hash in the lock file",
    "@scope/two: brings an install script",
  ]);
});

test("a registry that does not answer is not a clean audit", () => {
  expect(auditOutcome('{"message":"405 Method Not Allowed"}')).toEqual({ noAnswer: "405 Method Not Allowed" });
  expect(auditOutcome("")).toEqual({ noAnswer: "it said nothing" });
  expect(auditOutcome('{"vulnerabilities":{}}')).toEqual({ findings: [] });
  const one = '{"vulnerabilities":{"left":{"severity":"high","range":"<2"}}}';
  expect(auditOutcome(one)).toEqual({ findings: ["high: left <2"] });
});
