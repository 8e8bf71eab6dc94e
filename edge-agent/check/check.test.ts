import { describe, expect, test } from "vitest";
import { judgeBroker } from "./brokers.ts";
import { judgeBudget } from "./budget.ts";
import { judgeCertificate } from "./certificate.ts";
import { judgeClock } from "./clock.ts";
import { judgeAnswer, judgeLink } from "./devices.ts";
import { type DiskProbe, judgeDisk } from "./disk.ts";
import { exitCodeOf, type Finding, good } from "./finding.ts";
import { judgePort } from "./ports.ts";
import { render } from "./render.ts";
import { judgeSource } from "./sources.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 24);
const MB = 1024 * 1024;
const EXT4: DiskProbe = { type: 0xef53, freeBytes: 900 * MB, sync: 3 };
const disk = (changes: Partial<DiskProbe>) => judgeDisk({ ...EXT4, ...changes }, 200).map(({ verdict }) => verdict);

test("a disk keeps what is written, soon enough, and has room", () => {
  expect(disk({})).toEqual(["ok", "ok", "ok"]);
  expect(disk({ type: 0x01021994 })).toEqual(["fail", "ok", "ok"]);
  // statfs gives a signed number on some machines.
  expect(disk({ type: 0x858458f6 | 0 })).toEqual(["fail", "ok", "ok"]);
  expect(disk({ sync: "EROFS" })).toEqual(["ok", "fail", "ok"]);
  expect(disk({ sync: 900 })).toEqual(["ok", "warn", "ok"]);
  expect(disk({ freeBytes: 300 * MB })).toEqual(["ok", "ok", "warn"]);
  expect(disk({ freeBytes: 199 * MB })).toEqual(["ok", "ok", "fail"]);
  expect(judgeDisk("ENOENT", 200)).toMatchObject([{ verdict: "fail" }]);
});

test.each([
  [undefined, NOW, "warn"],
  [{ isSynchronised: false, offsetMs: null }, NOW, "warn"],
  [{ isSynchronised: true, offsetMs: null }, NOW, "ok"],
  [{ isSynchronised: true, offsetMs: -5_001 }, NOW, "warn"],
  [{ isSynchronised: true, offsetMs: 0 }, 0, "fail"],
] as const)("a clock with %j at %d: %s", (daemon, nowMs, verdict) => {
  expect(judgeClock(daemon, nowMs).verdict).toBe(verdict);
});

test("a certificate is counted in days", () => {
  const after = (ms: number) => judgeCertificate(NOW + ms, NOW);
  expect(after(30 * DAY)).toMatchObject({ verdict: "ok", seen: { zh: "证书还有 30 天" } });
  expect(after(13.9 * DAY).verdict).toBe("warn");
  expect(after(-1).verdict).toBe("fail");
});

test("a broker says which step failed", () => {
  expect(judgeBroker({ tookMs: 12 }, true).verdict).toBe("ok");
  for (const failed of ["name", "port", "handshake"] as const) {
    expect(judgeBroker({ failed, error: "because" }, true)).toMatchObject({
      verdict: "fail",
      seen: { en: expect.stringContaining("because") },
    });
  }
});

test("a port is there, may be used, and keeps its name", () => {
  const byId = "/dev/serial/by-id/usb-FTDI-if00-port0";
  expect(judgePort(byId, undefined).verdict).toBe("ok");
  expect(judgePort("/dev/ttyUSB0", undefined).verdict).toBe("warn");
  expect(judgePort(byId, { code: "ENOENT" }).cure?.en).toContain("plugged in");
  expect(judgePort(byId, { code: "EACCES" }).cure?.en).toContain("dialout");
});

test("a device answers, answers wrongly, or not at all", () => {
  expect(judgeAnswer(undefined).verdict).toBe("ok");
  expect(judgeAnswer({ message: "exception 2", wasHeard: true }).verdict).toBe("warn");
  expect(judgeAnswer({ message: "time-out", wasHeard: false }).verdict).toBe("fail");
});

test("while the agent runs, its newest link record is believed", () => {
  const link = { reason: "no answer within 3 s" } as Parameters<typeof judgeLink>[0] & object;
  expect(judgeLink(undefined).verdict).toBe("skipped");
  expect(judgeLink({ ...link, state: "up" }).verdict).toBe("ok");
  expect(judgeLink({ ...link, state: "down" })).toMatchObject({
    verdict: "fail",
    seen: { en: expect.stringContaining("3 s") },
  });
});

test("a budget and a source are judged", () => {
  expect(
    [judgeBudget(5, null, "ample"), judgeBudget(5, 10, "short"), judgeBudget(11, 10, "spent")].map(
      ({ verdict }) => verdict,
    ),
  ).toEqual(["ok", "warn", "fail"]);
  expect(
    [judgeSource(undefined, undefined), judgeSource("2", undefined), judgeSource("1", "on"), judgeSource("0", 0)].map(
      ({ verdict }) => verdict,
    ),
  ).toEqual(["warn", "warn", "ok", "ok"]);
});

describe("the whole", () => {
  const finding = (verdict: Finding["verdict"]): Finding => ({
    check: "disk",
    subject: "/state",
    ...good("好", "well"),
    verdict,
  });

  test("ends with 0, 1 or 2 by its worst finding", () => {
    expect(exitCodeOf([finding("ok"), finding("skipped")])).toBe(0);
    expect(exitCodeOf([finding("ok"), finding("warn")])).toBe(1);
    expect(exitCodeOf([finding("fail"), finding("warn")])).toBe(2);
  });

  test("is written in both languages, with the cure below", () => {
    const ill: Finding = { ...finding("fail"), cure: { zh: "修", en: "mend" } };
    expect(render([finding("ok"), ill])).toBe(
      "✓ ok    磁盘 disk /state: 好 · well\n✗ fail  磁盘 disk /state: 好 · well\n          → 修\n          → mend",
    );
  });
});
