/** An agent ends within 5 s of a signal, whatever its lines and its collector do, and says how it had ended before. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JournalRecord } from "@forecourt/protocol/records/schema.ts";
import { expect, it } from "vitest";
import { Program, until } from "../rig/program.ts";
import { type LonelyAgent, lonelyAgent } from "./lonely.ts";

const DEADLINE_MS = 5_000;

function program({ config, folder }: LonelyAgent, environment: Record<string, string> = {}): Program {
  return new Program({
    args: ["edge-agent/main.ts", "--config", config],
    log: join(folder, "agent.log"),
    environment,
  });
}

const events = (records: JournalRecord[]) =>
  records.flatMap((record) => (record.kind === "gateway" ? [record.event] : []));
const started = (agent: LonelyAgent, times: number) =>
  until("the agent has started", () => {
    try {
      return events(agent.records()).filter((event) => event === "start").length === times;
    } catch {
      return false;
    }
  });

it("stops in time with a stop record, and tells an orderly end from a kill", async () => {
  const agent = lonelyAgent("stop");
  const first = program(agent);
  first.start();
  await started(agent, 1);
  await until("the gateway's health is recorded", () => agent.records().some(({ kind }) => kind === "health"));
  const asked = performance.now();
  await first.stop();
  expect(performance.now() - asked).toBeLessThan(DEADLINE_MS);
  expect(agent.records().at(-1)).toMatchObject({ kind: "gateway", event: "stop", reason: "SIGTERM" });

  const second = program(agent);
  second.start();
  await started(agent, 2);
  await second.kill();
  second.start();
  await started(agent, 3);
  await second.stop();
  expect(events(agent.records()).filter((event) => event !== "heartbeat")).toEqual([
    "start",
    "stop",
    "start",
    "outage",
    "start",
    "stop",
  ]);
});

it("tells systemd that it is ready, alive and stopping", async () => {
  const agent = lonelyAgent("notify");
  // Stands in for systemd's own program, which needs a systemd: it writes down what it was asked to say.
  const bin = join(agent.folder, "bin");
  mkdirSync(bin);
  const said = join(agent.folder, "said");
  writeFileSync(join(bin, "systemd-notify"), `#!/bin/sh\necho "$@" >> ${said}\n`);
  chmodSync(join(bin, "systemd-notify"), 0o755);
  const running = program(agent, {
    ...{
      PATH: `${bin}:${process.env.PATH ?? ""}`,
      NOTIFY_SOCKET: join(agent.folder, "socket"),
      WATCHDOG_USEC: "1500000",
    },
  });
  running.start();
  const lines = () => (existsSync(said) ? readFileSync(said, "utf8").split("\n") : []);
  await until("the watchdog was fed twice", () => lines().filter((line) => line.includes("WATCHDOG=1")).length >= 2);
  await running.stop();
  await until("the stop was said", () => lines().some((line) => line.includes("STOPPING=1")));
  expect(lines().some((line) => /^--pid=\d+ READY=1$/.test(line))).toBe(true);
  expect(lines().some((line) => line.includes("STATUS="))).toBe(true);
});
