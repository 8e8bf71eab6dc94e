import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, ok } from "@forecourt/protocol/result.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentConfig } from "../config.ts";
import { type Supervision, Supervisor } from "./supervise.ts";
import { TrialFiles } from "./trial.ts";

let folder: string;
let file: string;
let trial: TrialFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trial-"));
  file = join(folder, "agent.yaml");
  writeFileSync(file, "old");
  chmodSync(file, 0o640);
  trial = new TrialFiles(file);
});
afterEach(() => rmSync(folder, { recursive: true }));

const inForce = () => readFileSync(file, "utf8");

describe("a configuration on trial", () => {
  beforeEach(() => {
    trial.propose("new");
    trial.begin("command-0001", 60_000);
  });

  test("is in force, with the rights of the old one, and the old one stands beside it", () => {
    expect(inForce()).toBe("new");
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readFileSync(`${file}.previous`, "utf8")).toBe("old");
    expect(trial.read()).toMatchObject({ command: "command-0001", deadlineMs: 60_000, state: "trying" });
  });

  test("is taken back, and the note says why", () => {
    trial.started();
    expect(trial.rollBack("no uplink")).toMatchObject({ state: "rolled-back", reason: "no uplink" });
    expect(inForce()).toBe("old");
    expect(trial.rollBack("again")).toMatchObject({ reason: "no uplink" });
  });

  test("is taken back at the fourth start: a program that dies with it never gets to its deadline", () => {
    for (let start = 1; start <= 3; start += 1)
      expect(trial.started()).toMatchObject({ state: "trying", starts: start });
    expect(trial.started()).toMatchObject({ state: "rolled-back" });
    expect(inForce()).toBe("old");
  });

  test("that was noted but not switched when the power went is noticed", () => {
    writeFileSync(file, "old");
    expect(trial.started()).toMatchObject({ state: "not-switched" });
    expect(inForce()).toBe("old");
  });

  test("leaves nothing behind but the previous one when it is over", () => {
    trial.forget();
    expect(trial.read()).toBeUndefined();
    expect(readdirSync(folder).sort()).toEqual(["agent.yaml", "agent.yaml.previous"]);
  });
});

test("a damaged note is no trial", () => {
  writeFileSync(`${file}.trial`, "{");
  expect(trial.started()).toBeUndefined();
});

/** An agent that does nothing, started with whatever configuration is in force. */
class Rig {
  readonly started: string[] = [];
  readonly stopped: string[] = [];
  supervision: Supervision | undefined;
  timer: (() => void) | undefined;
  died: unknown;
  /** texts of configurations that do not load, or do not start */
  bad = { loads: new Set<string>(), starts: new Set<string>() };

  supervisor(): Supervisor {
    return new Supervisor({
      configFile: file,
      load: () => {
        const text = inForce();
        if (!this.bad.loads.has(text)) return ok(text as unknown as AgentConfig);
        return fail([{ file, line: 1, column: 1, field: "", message: "it is wrong", cure: "mend it" }]);
      },
      start: async (config, supervision) => {
        const text = config as unknown as string;
        if (this.bad.starts.has(text)) throw new Error("it does not start");
        this.started.push(text);
        this.supervision = supervision;
        return {
          stop: async (reason) => {
            this.stopped.push(reason);
          },
        };
      },
      log: () => undefined,
      died: (error) => {
        this.died = error;
      },
      after: (_ms, action) => {
        this.timer = action;
        return () => {
          this.timer = undefined;
        };
      },
    });
  }

  /** As the command does it. */
  apply(text: string): void {
    trial.propose(text);
    trial.begin("command-0001", 60_000);
    this.supervision?.restart("a new configuration");
  }
}

/** Lets the promises of a restart run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the supervisor", () => {
  test("restarts with a new configuration, which stays once the collector has been reached", async () => {
    const rig = new Rig();
    expect(await rig.supervisor().start()).toEqual({ ok: true, value: undefined });
    rig.apply("new");
    await settled();
    expect(rig.started).toEqual(["old", "new"]);
    expect(rig.supervision?.reached()).toMatchObject({ command: "command-0001" });
    expect(rig.timer).toBeUndefined();
    rig.supervision?.trial.forget();
    expect(rig.supervision?.reached()).toBeUndefined();
    expect(inForce()).toBe("new");
  });

  test("goes back by itself when the collector is not reached in time, and the next start knows why", async () => {
    const rig = new Rig();
    await rig.supervisor().start();
    rig.apply("new");
    await settled();
    rig.timer?.();
    await settled();
    expect(rig.started).toEqual(["old", "new", "old"]);
    expect(rig.supervision?.standing).toMatchObject({
      state: "rolled-back",
      reason: expect.stringContaining("in time"),
    });
  });

  test.each(["loads", "starts"] as const)("goes back when the new one never %s", async (way) => {
    const rig = new Rig();
    rig.bad[way].add("new");
    await rig.supervisor().start();
    rig.apply("new");
    await settled();
    expect(rig.started).toEqual(["old", "old"]);
    expect(rig.supervision?.standing).toMatchObject({ state: "rolled-back" });
    expect(rig.died).toBeUndefined();
  });

  test("goes on with the trial after a crash, and back after too many", async () => {
    const first = new Rig();
    await first.supervisor().start();
    first.apply("new");
    await settled();
    for (let crash = 0; crash < 2; crash += 1) {
      const next = new Rig();
      await next.supervisor().start();
      expect(next.started).toEqual(["new"]);
      expect(next.timer).toBeDefined();
    }
    const last = new Rig();
    await last.supervisor().start();
    expect(last.started).toEqual(["old"]);
    expect(last.supervision?.standing).toMatchObject({ state: "rolled-back" });
  });

  test("says what is wrong with a configuration that is not on trial, and does not start", async () => {
    const rig = new Rig();
    rig.bad.loads.add("old");
    expect(await rig.supervisor().start()).toMatchObject({ ok: false });
    expect(existsSync(`${file}.trial`)).toBe(false);
  });

  test("does not start again once it has been stopped", async () => {
    const rig = new Rig();
    const supervisor = rig.supervisor();
    await supervisor.start();
    await supervisor.stop("SIGTERM");
    rig.supervision?.restart("too late");
    await settled();
    expect(rig.started).toEqual(["old"]);
    expect(rig.stopped).toEqual(["SIGTERM"]);
  });
});
