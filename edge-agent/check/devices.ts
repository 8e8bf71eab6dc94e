/**
 * Checks that each device answers. While the agent runs it holds the lines: then its journal says which devices are
 * up, and nothing is asked.
 */
import type { JournalRecord, LinkRecord } from "@forecourt/protocol/records/schema.ts";
import type { AgentConfig, LineConfig } from "../config.ts";
import { wasHeard } from "../drivers/driver.ts";
import { journalFile } from "../journal/replace.ts";
import { openTables, prepareAll } from "../journal/tables.ts";
import { Line } from "../lines/line.ts";
import { type DeviceConfig, driverFor } from "../wiring/drivers.ts";
import { lineOptions } from "../wiring/lines.ts";
import { bad, type Check, type Finding, good, skipped, type Text } from "./finding.ts";

type Judged = Pick<Finding, "verdict" | "seen" | "cure">;

/** A device that is busy, or whose line was just opened, may miss one. */
const ATTEMPTS = 3;
const CURE: Text = {
  zh: "检查接线、波特率、校验位、方言或设备描述文件；设备是否通电",
  en: "look at the wiring, baud rate, parity, dialect or profile; is the device on?",
};

/** What the agent's newest link record says of a device. Pure. */
export function judgeLink(link: LinkRecord | undefined): Judged {
  if (link === undefined) {
    return skipped(
      "采集程序占用线路，还没有这台设备的通讯记录",
      "the agent holds the line and has not recorded this device yet",
    );
  }
  if (link.state === "up") return good("采集程序正在读取，设备有应答", "the agent reads it, and it answers");
  return bad("fail", { zh: `设备无应答：${link.reason}`, en: `it does not answer: ${link.reason}` }, CURE);
}

/** What an attempt to read a device gave. Pure. @param error undefined when it answered */
export function judgeAnswer(error: { message: string; wasHeard: boolean } | undefined): Judged {
  if (error === undefined) return good("设备有应答", "it answers");
  if (!error.wasHeard)
    return bad("fail", { zh: `设备无应答：${error.message}`, en: `it does not answer: ${error.message}` }, CURE);
  return bad(
    "warn",
    { zh: `设备有应答，但内容不对：${error.message}`, en: `it answers, but not as it should: ${error.message}` },
    { zh: "检查方言、设备描述文件和地址", en: "look at the dialect, the profile and the unit" },
  );
}

export const devicesCheck: Check = {
  name: "device",
  async run({ config, runningPid }) {
    if (runningPid !== undefined) {
      const links = linksIn(journalFile(config.gateway.stateDir));
      return config.devices.map(({ device }) => ({
        check: "device",
        subject: device,
        ...judgeLink(links.get(device)),
      }));
    }
    const asked = await Promise.all(config.lines.map((line) => askLine(line, config)));
    return asked.flat();
  },
};

function linksIn(file: string): Map<string, LinkRecord> {
  try {
    const db = openTables(file, { mustExist: true, readonly: true });
    try {
      const records = prepareAll(db)
        .latest.all()
        .map(({ line }) => JSON.parse(line) as JournalRecord);
      const links = records.filter((record) => record.kind === "link");
      return new Map(links.flatMap((link) => (link.device === null ? [] : [[link.device, link] as const])));
    } finally {
      db.close();
    }
  } catch {
    return new Map();
  }
}

async function askLine(config: LineConfig, { devices }: AgentConfig): Promise<Finding[]> {
  const own = devices.filter(({ line }) => line === config.line);
  if (own.length === 0) return [];
  const line = new Line(lineOptions(config, own));
  const findings: Finding[] = [];
  for (const device of own) {
    findings.push({ check: "device", subject: device.device, ...(await askDevice(line, device, config)) });
  }
  await line.close();
  return findings;
}

async function askDevice(line: Line, device: DeviceConfig, config: LineConfig): Promise<Judged> {
  const driver = driverFor(device, config);
  const [poll] = driver.polls;
  if (poll === undefined) return skipped("没有可读的内容", "there is nothing to be read");
  let judged = judgeAnswer({ message: "not asked", wasHeard: false });
  for (let attempt = 0; attempt < ATTEMPTS && judged.verdict !== "ok"; attempt += 1) {
    // A serial server may close the connection again at once.
    const opened = await line.open();
    if (!opened.ok) {
      return bad("fail", { zh: `线路打不开：${opened.error}`, en: `the line cannot be opened: ${opened.error}` }, CURE);
    }
    const read = await driver.read(line, poll);
    judged = judgeAnswer(read.ok ? undefined : { message: read.error.message, wasHeard: wasHeard(read.error) });
  }
  return judged;
}
