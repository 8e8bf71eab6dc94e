import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { serveMetrics } from "./metrics.ts";
import { hangs, systemdNotifier } from "./notify.ts";
import { figureIn, memoryFreeKb, readSurroundings, stateIn } from "./sources.ts";
import { parseChrony, parseTimedatectl } from "./time-daemon.ts";
import { type HealthFacts, HealthWatch } from "./watch.ts";

const FACTS: HealthFacts = {
  ...{ mains: "on", batteryPercent: 100, cabinet: "closed", temperatureMc: 40_000, clockSource: "time-daemon" },
  ...{ clockOffsetMs: 3, diskFreeKb: 5_000_000, diskState: "good", memoryFreeKb: 900_000, journalRecords: 77 },
  ...{ sentKb: 12, budgetKb: null },
  lines: [{ line: "tax-1", statistics: { requests: 9, answers: 8, timeouts: 1, badFrames: 0, noiseBytes: 0 } }],
};

describe("a file source", () => {
  test("means what the configuration says, and anything else is unknown", () => {
    const when = { "1": "on", "0": "lost" } as const;
    expect(stateIn("1\n", when)).toBe("on");
    expect(stateIn(" 0 \nmore", when)).toBe("lost");
    for (const text of [undefined, "", "2", "toString"]) expect(stateIn(text, when)).toBeUndefined();
  });

  test("gives a scaled number, or nothing that could be taken for one", () => {
    expect(figureIn("47250\n", 1)).toBe(47_250);
    expect(figureIn("-3.5", 1_000)).toBe(-3_500);
    for (const text of [undefined, "", "12 %", "1e9", "NaN"]) expect(figureIn(text, 1)).toBeNull();
  });

  test("a charge beyond 100 % is no charge, and what no source names is unknown", () => {
    const files: Record<string, string> = {
      "/ups/charge": "130",
      "/proc/meminfo": "MemFree: 1 kB\nMemAvailable:   812345 kB\n",
    };
    const config = { heartbeatMs: 1, batteryPercent: { file: "/ups/charge", scale: 1 } };
    expect(readSurroundings(config, (file) => files[file])).toEqual({
      ...{ mains: "unknown", cabinet: "unknown", batteryPercent: null, temperatureMc: null, memoryFreeKb: 812_345 },
    });
    expect(memoryFreeKb("nothing")).toBeNull();
  });
});

describe("the time daemon", () => {
  test("chrony says how far the clock is off: fast is positive", () => {
    const tracking = "A29FC801,162.159.200.1,4,1700000000.1,-0.012345,0.0,0.0,1.0,0.0,0.1,0.02,0.001,64.2,Normal";
    expect(parseChrony(tracking)).toEqual({ isSynchronised: true, offsetMs: 12 });
    expect(parseChrony(tracking.replace("Normal", "Not synchronised"))).toEqual({
      isSynchronised: false,
      offsetMs: null,
    });
    for (const text of ["", "506 Cannot talk to daemon", "a,b,c,d,e,f,g,h,i,j,k,l,m,n"]) {
      expect(parseChrony(text)).toBeUndefined();
    }
  });

  test("timedatectl only says whether", () => {
    expect(parseTimedatectl("Timezone=Asia/Shanghai\nNTPSynchronized=yes\n")).toEqual({
      isSynchronised: true,
      offsetMs: null,
    });
    expect(parseTimedatectl("NTPSynchronized=no")).toEqual({ isSynchronised: false, offsetMs: null });
    expect(parseTimedatectl("Failed to connect")).toBeUndefined();
  });
});

describe("a health record", () => {
  test("is due first, on change, and as a sign of life; a figure that wavers is no change", () => {
    const watch = new HealthWatch(600_000);
    expect(watch.due(FACTS, 0)).toBe("first");
    expect(watch.due({ ...FACTS, temperatureMc: 49_999, diskFreeKb: 1, clockOffsetMs: -900 }, 1_000)).toBeUndefined();
    expect(watch.due({ ...FACTS, mains: "lost" }, 2_000)).toBe("changed");
    expect(watch.due({ ...FACTS, mains: "lost", temperatureMc: 50_000 }, 3_000)).toBe("changed");
    expect(watch.due({ ...FACTS, mains: "lost", temperatureMc: null }, 4_000)).toBe("changed");
    expect(watch.due({ ...FACTS, mains: "lost", temperatureMc: null }, 603_999)).toBeUndefined();
    expect(watch.due({ ...FACTS, mains: "lost", temperatureMc: null }, 604_000)).toBe("heartbeat");
  });
});

describe("systemd", () => {
  test("is told through its own program, about this process", async () => {
    const runs: string[][] = [];
    const notifier = systemdNotifier(
      { NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "30000000" },
      () => {},
      (file, args, done) => {
        runs.push([file, ...args]);
        done(null);
      },
    );
    expect(notifier.watchdogMs).toBe(30_000);
    await notifier.send("READY=1", "STATUS=reading");
    expect(runs).toEqual([["systemd-notify", `--pid=${process.pid}`, "READY=1", "STATUS=reading"]]);
  });

  test("is left alone where it does not ask, and a failure is only logged", async () => {
    const never = systemdNotifier(
      {},
      () => {},
      () => expect.fail("nothing is to be run"),
    );
    await never.send("READY=1");
    expect(never.watchdogMs).toBeUndefined();
    const logged: string[] = [];
    const failing = systemdNotifier(
      { NOTIFY_SOCKET: "/run/n" },
      (message) => logged.push(message),
      (_file, _args, done) => done(new Error("no such program")),
    );
    await failing.send("READY=1");
    expect(logged).toEqual(["systemd was not told"]);
  });

  test("the watchdog starves when a line hangs or the journal commits no more", () => {
    const lines = [{ line: "tax-1", idleMs: 100, stuckMs: 20_000 }];
    const well = { lines, sinceCommitMs: 61_000, heartbeatMs: 60_000 };
    expect(hangs(well)).toEqual([]);
    expect(hangs({ ...well, lines: [{ line: "tax-1", idleMs: 60_000, stuckMs: 20_000 }] })).toEqual([
      "line tax-1 hangs for 60 s",
    ]);
    expect(hangs({ ...well, sinceCommitMs: 180_000 })).toEqual(["the journal has not committed for 180 s"]);
  });
});

test("metrics and health are served on loopback, with missing values left out", async () => {
  let troubles: string[] = [];
  const server = await serveMetrics(0, {
    facts: () => ({ ...FACTS, batteryPercent: null }),
    journal: () => ({ headSeq: 100, unacknowledged: 3, waiting: 0 }),
    isConnected: () => true,
    troubles: () => troubles,
  });
  const { address, port } = server.address() as AddressInfo;
  expect(address).toBe("127.0.0.1");
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  const text = await (await get("/metrics")).text();
  expect(text).toContain("forecourt_agent_journal_head_seq 100");
  expect(text).toContain('forecourt_agent_disk_state{state="good"} 1');
  expect(text).toContain('forecourt_agent_line_exchanges_total{line="tax-1",what="timeouts"} 1');
  expect(text).not.toMatch(/^forecourt_agent_battery_percent \d/m);
  expect((await get("/healthz")).status).toBe(200);
  troubles = ["the disk is full"];
  const ill = await get("/healthz");
  expect([ill.status, await ill.json()]).toEqual([503, { status: "trouble", troubles }]);
  expect((await get("/")).status).toBe(404);
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});
