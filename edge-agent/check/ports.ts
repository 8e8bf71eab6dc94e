/** Checks each serial port: that it is there, that it may be used, and that its name will stay. */
import { accessSync, constants, realpathSync } from "node:fs";
import { bad, type Check, type Finding, good } from "./finding.ts";

/** Pure. @param probe undefined when the port is there and may be used; otherwise the system's error */
export function judgePort(
  path: string,
  error: { code?: string | undefined } | undefined,
): Pick<Finding, "verdict" | "seen" | "cure"> {
  if (error?.code === "ENOENT") {
    return bad(
      "fail",
      { zh: "串口不存在", en: "there is no such port" },
      {
        zh: "检查适配器是否插好；用 ls -l /dev/serial/by-id 查看名字",
        en: "is the adapter plugged in? look at ls -l /dev/serial/by-id",
      },
    );
  }
  if (error !== undefined) {
    return bad(
      "fail",
      { zh: `无权使用串口（${error.code ?? "?"}）`, en: `the port may not be used (${error.code ?? "?"})` },
      { zh: "sudo usermod -aG dialout 用户名，然后重新登录", en: "sudo usermod -aG dialout USER, then log in again" },
    );
  }
  if (/^\/dev\/tty(USB|ACM)\d+$/.test(path)) {
    return bad(
      "warn",
      { zh: "这个名字在适配器拔插后会变", en: "this name may change when an adapter is plugged in again" },
      { zh: "改用 /dev/serial/by-id/ 下的名字", en: "use the name below /dev/serial/by-id/" },
    );
  }
  return good("串口存在，可读写", "the port is there and may be used");
}

export const portsCheck: Check = {
  name: "port",
  run: ({ config }) =>
    config.lines.flatMap(({ line, serial }) =>
      serial === undefined ? [] : [{ check: "port", subject: line, ...judgePort(serial, tryPort(serial)) }],
    ),
};

function tryPort(path: string): { code?: string | undefined } | undefined {
  try {
    accessSync(realpathSync(path), constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return error as { code?: string };
  }
}
