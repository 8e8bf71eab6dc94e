/** Checks whether the time of day can be trusted. */
import { askTimeDaemon, type DaemonClock } from "../health/time-daemon.ts";
import { bad, type Check, type Finding, good } from "./finding.ts";

/** This program was not written before: a clock that says so has lost its battery. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const WORTH_A_WARNING_MS = 5_000;

/** Pure. @param daemon undefined when no time daemon answers */
export function judgeClock(daemon: DaemonClock | undefined, nowMs: number): Pick<Finding, "verdict" | "seen" | "cure"> {
  const cure = {
    zh: "安装并启用 chrony，开放 UDP 123，或更换时钟电池",
    en: "install and enable chrony, open UDP 123, or replace the clock's battery",
  };
  const at = new Date(nowMs).toISOString();
  if (nowMs < EARLIEST_MS) return bad("fail", { zh: `时钟显示 ${at}，不对`, en: `the clock says ${at}: wrong` }, cure);
  if (daemon === undefined || !daemon.isSynchronised) {
    return bad(
      "warn",
      {
        zh: `没有与时间服务器同步（现在显示 ${at}），只能靠采集服务的回执核对`,
        en: `no time server is followed (it says ${at}): only the collector's receipts vouch for the clock`,
      },
      cure,
    );
  }
  const { offsetMs } = daemon;
  if (offsetMs !== null && Math.abs(offsetMs) > WORTH_A_WARNING_MS) {
    return bad("warn", { zh: `时钟偏差 ${offsetMs} 毫秒`, en: `the clock is off by ${offsetMs} ms` }, cure);
  }
  return good("时钟与时间服务器同步", "the clock follows a time server");
}

export const clockCheck: Check = {
  name: "clock",
  run: async ({ nowMs }) => [{ check: "clock", subject: "", ...judgeClock(await askTimeDaemon(), nowMs) }],
};
