/**
 * Audits what the project depends on (`make audit`). What can be known here is proved: every package is pinned, has its
 * hash in the lock file, and only known ones bring an install script, which `--ignore-scripts` never runs. Known weak
 * spots are the registry's to tell: where it does not answer, that is said, and the audit has not been passed.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface LockedPackage {
  version?: string;
  link?: boolean;
  integrity?: string;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** Packages that bring an install script; their prebuilt parts are there without it. */
const KNOWN_SCRIPTS = ["@serialport/bindings-cpp", "@swc/core"];
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const EXIT_FAULT = 1;
const EXIT_NO_ANSWER = 2;

/** What in a lock file is not as the house wants it, a line each. Pure. */
export function lockFaults(packages: Record<string, LockedPackage>): string[] {
  const faults: string[] = [];
  for (const [path, one] of Object.entries(packages)) {
    if (one.link) continue;
    const [, name] = /.*node_modules\/(.+)$/.exec(path) ?? [];
    if (name === undefined) {
      const wanted = { ...one.dependencies, ...one.devDependencies, ...one.optionalDependencies };
      for (const [other, version] of Object.entries(wanted)) {
        if (!EXACT.test(version)) faults.push(`${path === "" ? "." : path}: ${other} ${version} is not pinned`);
      }
      continue;
    }
    if (one.integrity === undefined) faults.push(`${name} ${one.version}: no hash in the lock file`);
    if (one.hasInstallScript && !KNOWN_SCRIPTS.includes(name)) faults.push(`${name}: brings an install script`);
  }
  return faults;
}

/** What `npm audit --json` said: findings, a line each, or that it had no answer. Pure. */
export function auditOutcome(text: string): { findings: string[] } | { noAnswer: string } {
  try {
    const { vulnerabilities, message, error } = JSON.parse(text) as {
      vulnerabilities?: Record<string, { severity: string; range: string }>;
      message?: string;
      error?: { summary?: string };
    };
    if (vulnerabilities === undefined) return { noAnswer: message ?? error?.summary ?? "it said nothing" };
    return {
      findings: Object.entries(vulnerabilities).map(([name, { severity, range }]) => `${severity}: ${name} ${range}`),
    };
  } catch {
    return { noAnswer: text.trim().slice(0, 200) || "it said nothing" };
  }
}

function main(): void {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const lock = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")) as {
    packages: Record<string, LockedPackage>;
  };
  const faults = lockFaults(lock.packages);
  const count = Object.keys(lock.packages).filter((path) => path.includes("node_modules/")).length;
  say(
    faults.length === 0
      ? `${count} packages: pinned, each with its hash, no unknown install script`
      : faults.join("\n"),
  );
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { cwd: root, encoding: "utf8" });
  const outcome = auditOutcome(stdout);
  if ("noAnswer" in outcome) {
    say(`npm audit: the registry's advisory service did not answer (${outcome.noAnswer}).`);
    say("NOT AUDITED against known weak spots: run `make audit` where the service can be reached.");
    process.exitCode = faults.length > 0 ? EXIT_FAULT : EXIT_NO_ANSWER;
    return;
  }
  say(outcome.findings.length === 0 ? "npm audit: clean" : outcome.findings.join("\n"));
  process.exitCode = faults.length + outcome.findings.length > 0 ? EXIT_FAULT : 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (import.meta.main) main();
