/** `check` as a technician or a script runs it: with a configuration that is wrong, without the agent, and beside it. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Program, ROOT, until } from "../rig/program.ts";
import { lonelyAgent } from "./lonely.ts";

interface Found {
  check: string;
  subject: string;
  verdict: string;
  seen: { en: string };
}

function check(config: string): { code: number | null; found: Found[] } {
  const args = ["edge-agent/main.ts", "--config", config, "check", "--json"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  return { code: status, found: JSON.parse(stdout) as Found[] };
}

const verdicts = (found: Found[], name: string) =>
  found.filter(({ check }) => check === name).map(({ subject, verdict }) => `${subject} ${verdict}`.trim());

it("names what is missing, asks the lines itself, and leaves them alone while the agent runs", async () => {
  const agent = lonelyAgent("check");
  const before = check(agent.config);
  expect(before.code).toBe(2);
  expect(verdicts(before.found, "port")).toEqual(["tax-1 fail"]);
  expect(verdicts(before.found, "device")).toEqual(["tax-1 fail", "gauge-1 fail"]);
  expect(verdicts(before.found, "broker")).toEqual(["mqtt://127.0.0.1:1 fail"]);

  const program = new Program({
    args: ["edge-agent/main.ts", "--config", agent.config],
    log: join(agent.folder, "agent.log"),
  });
  program.start();
  await until("both devices are down in the journal", () => {
    try {
      return agent.records().filter(({ kind }) => kind === "link").length >= 2;
    } catch {
      return false;
    }
  });
  const beside = check(agent.config);
  expect(beside.found[0]).toMatchObject({
    check: "agent",
    seen: { en: expect.stringContaining(`process ${program.pid}`) },
  });
  expect(verdicts(beside.found, "device")).toEqual(["tax-1 fail", "gauge-1 fail"]);
  expect(verdicts(beside.found, "journal")).toEqual(["ok"]);
  await program.kill();
  // A process id that was left behind is no running agent.
  expect(check(agent.config).found[0]?.seen.en).toContain("does not run");
});

it("takes a wrong configuration as a finding", () => {
  const { folder } = lonelyAgent("check-wrong");
  const config = join(folder, "wrong.yaml");
  writeFileSync(config, "gateway: { id: nonsense }\n");
  const { code, found } = check(config);
  expect(code).toBe(2);
  expect(found[0]).toMatchObject({ check: "configuration", verdict: "fail" });
});
