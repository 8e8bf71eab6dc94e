/**
 * The Debian packages on a machine with systemd and without a network: installed, started under the restrictions of
 * their units, killed, hung, upgraded with a full journal, removed, installed again, purged.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { ROOT } from "../rig/program.ts";
import { hasTool, runTool } from "../rig/tools.ts";
import { inContainer, noContainer } from "./container.ts";

const folder = mkdtempSync(join(tmpdir(), "forecourt-packages-"));
const [FIRST, SECOND] = ["0.1.0", "0.1.1"] as const;
const RECORDS = 20_000;
const MB = 1e6;
const WITHIN_MS = 200_000;
const UNITS = ["agent", "collector"] as const;

function build(version: string, programs: readonly string[], out: string): void {
  const what = ["--program", ...programs, "--as-version", version, "--compression", "gzip", "--out", out];
  execFileSync(process.execPath, ["provisioning/main.ts", "packages", ...what], { cwd: ROOT });
}

function writeStation(): void {
  const [gateway, station] = ["gw-530000-0001", "530000-0001"];
  const place = { host: "127.0.0.1", port: 1_883 };
  const lib = "/var/lib/forecourt-collector";
  const files = { collector: { keyFile: `${lib}/collector.key` }, database: `${lib}/collector.db` };
  const http = { host: "127.0.0.1", port: 8_080 };
  const collector = {
    ...files,
    registry: "registry.yaml",
    broker: place,
    http,
    noticesToken: "a-token-for-tests-only",
    commandsToken: "a-token-for-commands-only",
    updates: { bundles: `${lib}/bundles`, address: "http://127.0.0.1:8080/api/v1/bundles" },
  };
  const agent = {
    gateway: { id: gateway, station, stateDir: "/var/lib/forecourt-agent/state" },
    collector: { brokers: ["mqtt://127.0.0.1:1883"], publicKey: "COLLECTOR_KEY" },
    lines: [{ line: "gauge", tcp: "127.0.0.1:1502" }],
    devices: [{ device: "gauge-1", line: "gauge", driver: "modbus", profile: "generic-gauge", tanks: ["T1"] }],
    uplink: { reconnectMinMs: 100, reconnectMaxMs: 500 },
  };
  const things = { dispensers: [], tanks: [{ tank: "T1", grade: "92#", capacityL: 30_000 }], seals: [] };
  const names = { id: station, nameZh: "站", nameEn: "Station", county: "景洪市" };
  const stations = [{ ...names, gateways: [{ id: gateway, publicKey: "GATEWAY_KEY" }], ...things }];
  writeFileSync(join(folder, "collector.yaml"), stringify(collector));
  writeFileSync(join(folder, "agent.yaml"), stringify(agent));
  // The collector reads its registry at the first start, and is asked for its key before there is one to write.
  writeFileSync(join(folder, "registry.yaml"), stringify({ stations }));
}

const isSoak = process.env.FORECOURT_SOAK === "1";
const why = noContainer();
if (why !== undefined) process.stderr.write(`\n!!! the packages are not installed for trial, SKIPPED: ${why}\n`);
const first = join(folder, "debs", "first");
const second = join(folder, "debs", "second");

beforeAll(() => {
  build(FIRST, UNITS, first);
  build(SECOND, ["agent"], second);
}, WITHIN_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(why !== undefined)("a gateway's package on a machine of its own", () => {
  const seen = new Map<string, string>();
  let output = "";

  beforeAll(() => {
    writeStation();
    const script = readFileSync(join(import.meta.dirname, "life.sh"), "utf8")
      .replaceAll("@RECORDS@", String(RECORDS))
      .replaceAll("@SECOND@", SECOND);
    const ran = inContainer(folder, ROOT, script, WITHIN_MS);
    output = ran.output;
    for (const line of output.split("\n")) {
      const [, name, what] = /^== ([^:]+): (.*)$/.exec(line) ?? [];
      if (name !== undefined) seen.set(name, what ?? "");
    }
    expect(ran.code, output).toBe(0);
  }, WITHIN_MS);

  test("is installed without a network, with folders that others cannot look into", () => {
    expect(seen.get("interfaces")?.trim()).toBe("lo");
    expect(seen.get("installed")).toBe(`forecourt-agent ${FIRST} ii ;forecourt-collector ${FIRST} ii ;`);
    expect(seen.get("files")).toBe("770 root:forecourt-agent 700 forecourt-agent:forecourt-agent 755 root:root ");
    expect(seen.get("stranger")).toContain("sudo forecourt-agent");
  });

  test("serves its page from the start, and lets nobody in before it was given a PIN", () => {
    expect(seen.get("without-configuration")).toBe("active");
    expect(seen.get("no-pin")).toMatch(/^403 .*"no-pin"/);
    expect(seen.get("pin")).toBe("9 204  600 forecourt-agent");
  });

  test("reads as soon as it has a configuration, and the collector's package receipts it", () => {
    expect(seen.get("active")).toBe("active active ");
    expect(Number(/(\d+) receipted/.exec(seen.get("first") ?? "")?.[1])).toBeGreaterThan(RECORDS);
  });

  test("runs as its own user with its own runtime, without any capability, under a system call filter", () => {
    expect(seen.get("user")).toBe("forecourt-agent forecourt-agent dialout");
    expect(seen.get("runtime")).toBe("/usr/lib/forecourt-agent/runtime/node");
    expect(seen.get("process")).toContain("CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 Seccomp: 2");
    expect(seen.get("memory")).toContain(String(336 * 1024 * 1024));
  });

  test("can write its state and its configuration, and nothing else", () => {
    expect(output).not.toMatch(/^== (writes|cannot-write)/m);
  });

  test("takes a signed update over the air while its page is served, and says so in its journal", () => {
    expect(seen.get("updated")).toBe(`done a ${FIRST}`);
    expect(seen.get("updated-starts")).toBe("0 1");
    expect(seen.get("command-in-force")).toBe(SECOND);
  });

  test("is upgraded with everything it holds, and its chain goes on", () => {
    const [, version, before, after] = /^(\S+) from (\d+) to (\d+)$/.exec(seen.get("upgraded") ?? "") ?? [];
    expect(version).toBe(SECOND);
    // What is installed by hand wins over what came over the air.
    expect(seen.get("slot")).toBe("none");
    expect(Number(after)).toBeGreaterThan(Number(before));
    expect(seen.get("verify")).toMatch(/^\d+ records, the chain holds$/);
    expect(Number.parseInt(seen.get("verify") ?? "", 10)).toBeGreaterThan(RECORDS);
  });

  test("checks itself with the installed command", () => {
    const findings = JSON.parse(seen.get("check") ?? "[]") as { check: string; state: string }[];
    expect(findings.length).toBeGreaterThan(3);
  });

  test("keeps journal, key and configuration when it is removed, and goes on when it is installed again", () => {
    expect(seen.get("removed")).toBe("rc  inactive 0");
    expect(seen.get("kept")).toBe("journal, key and configuration");
    expect(seen.get("again")).toMatch(/the chain holds$/);
  });

  test("leaves nothing when it is purged", () => {
    expect(seen.get("purged")).toBe("");
  });
});

describe("the packages", () => {
  const deb = (program: string) => join(first, `forecourt-${program}_${FIRST}_amd64.deb`);

  test("are the same bytes when they are built again", () => {
    const again = join(folder, "again");
    build(FIRST, ["agent"], again);
    expect(readFileSync(join(again, `forecourt-agent_${FIRST}_amd64.deb`)).equals(readFileSync(deb("agent")))).toBe(
      true,
    );
  });

  test("hold what runs and nothing of the workshop", () => {
    for (const program of UNITS) {
      const tar = execFileSync("dpkg-deb", ["--fsys-tarfile", deb(program)], { maxBuffer: 400 * MB });
      const names = execFileSync("tar", ["-t"], { input: tar, encoding: "utf8", maxBuffer: 50 * MB }).split("\n");
      const workshop =
        /\.test\.ts|\/bench\/|vitest|\/typescript\/|simulators|provisioning|\.d\.ts|node_modules\/.*\.ts$/;
      expect(names.filter((name) => workshop.test(name) && !name.includes("@forecourt"))).toEqual([]);
      const native = names.filter((name) => name.endsWith(".node"));
      expect(native.filter((name) => !/linux-x64/.test(name) || name.includes("musl"))).toEqual([]);
      expect(native.length).toBeGreaterThan(1);
      expect(names.some((name) => name.endsWith("/runtime/node"))).toBe(true);
      // As gzip the runtime alone takes 50 MB, the font of the papers 7, the page with its map 3; xz makes two thirds of it.
      expect(statSync(deb(program)).size).toBeLessThan(72 * MB);
    }
  });

  // It looks at each of thousands of files: a minute for each package.
  test.runIf(isSoak && hasTool("lintian", "lintian"))("are found right by Debian's own critic", async () => {
    for (const program of UNITS) {
      const { code, output } = await runTool("lintian", ["--fail-on", "error,warning", deb(program)], WITHIN_MS);
      expect(code, output).toBe(0);
    }
  });

  test.each([
    ["agent", 2],
    ["collector", 2],
  ])("run under a unit of %s that systemd itself finds hardly exposed", async (program, most) => {
    const unit = join(folder, `forecourt-${program}.service`);
    const at = ["provisioning", "packages", program, "root", "usr", "lib", "systemd", "system"];
    copyFileSync(join(ROOT, ...at, `forecourt-${program}.service`), unit);
    mkdirSync(folder, { recursive: true });
    const { output } = await runTool("systemd-analyze", ["security", "--offline=yes", "--no-pager", unit]);
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1])).toBeLessThan(most);
  });
});
