/** Checks that what is written to the state folder is really kept, and that there is room for it. */
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { bad, type Check, type Finding, good } from "./finding.ts";

/** File systems that forget, by the magic number that statfs(2) gives. */
const FORGETFUL: Record<number, string> = { 16914836: "tmpfs", 2240043254: "ramfs", 2035054128: "overlay" };
const SLOW_SYNC_MS = 500;
const MB = 1024 * 1024;

/** What the disk showed; a value that is an error's text means that it refused. */
export interface DiskProbe {
  /** f_type of statfs(2) */
  type: number;
  freeBytes: number;
  /** how long a small write with fsync took, ms, or why it failed */
  sync: number | string;
}

/** Pure. */
export function judgeDisk(probe: DiskProbe | string, minFreeMb: number): Pick<Finding, "verdict" | "seen" | "cure">[] {
  if (typeof probe === "string") {
    const cure = { zh: "检查存储卡和目录权限", en: "look at the disk and at the rights of the folder" };
    return [bad("fail", { zh: `数据目录不可用：${probe}`, en: `the state folder cannot be used: ${probe}` }, cure)];
  }
  return [persistence(probe.type), syncing(probe.sync), room(Math.floor(probe.freeBytes / MB), minFreeMb)];
}

function persistence(type: number) {
  const name = FORGETFUL[type >>> 0];
  if (name === undefined)
    return good("数据目录在永久存储上", "the state folder is on a disk that keeps what is written");
  return bad(
    "fail",
    { zh: `数据目录在 ${name} 上，断电即丢失`, en: `the state folder is on ${name}: a power cut loses it` },
    { zh: "把 gateway.stateDir 移到真正的磁盘分区", en: "move gateway.stateDir to a real partition" },
  );
}

function syncing(sync: number | string) {
  const cure = { zh: "更换存储卡", en: "replace the disk" };
  if (typeof sync === "string") {
    return bad("fail", { zh: `写入并落盘失败：${sync}`, en: `a write with fsync failed: ${sync}` }, cure);
  }
  const ms = Math.round(sync);
  if (sync <= SLOW_SYNC_MS) return good(`写入并落盘用时 ${ms} 毫秒`, `a write with fsync took ${ms} ms`);
  return bad("warn", { zh: `写入并落盘用了 ${ms} 毫秒，很慢`, en: `a write with fsync took ${ms} ms: slow` }, cure);
}

function room(freeMb: number, minFreeMb: number) {
  const seen = { zh: `剩余空间 ${freeMb} MB`, en: `${freeMb} MB are free` };
  const cure = { zh: "清理磁盘，或换更大的存储卡", en: "make room, or use a larger disk" };
  if (freeMb < minFreeMb) return bad("fail", seen, cure);
  return freeMb < 2 * minFreeMb ? bad("warn", seen, cure) : good(seen.zh, seen.en);
}

export const diskCheck: Check = {
  name: "disk",
  run: ({ config }) =>
    judgeDisk(probeDisk(existing(config.gateway.stateDir)), config.journal.minFreeMb).map((judged) => ({
      check: "disk",
      subject: config.gateway.stateDir,
      ...judged,
    })),
};

/** The folder, or before the first start the one that it will be made in. */
function existing(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : existing(dirname(folder));
}

function probeDisk(folder: string): DiskProbe | string {
  try {
    const { type, bavail, bsize } = statfsSync(folder);
    return { type, freeBytes: bavail * bsize, sync: syncMs(join(folder, `check-${process.pid}`)) };
  } catch (error) {
    return (error as Error).message;
  }
}

function syncMs(file: string): number | string {
  try {
    const fd = openSync(file, "w", 0o600);
    try {
      const startedAt = performance.now();
      writeSync(fd, Buffer.alloc(4_096, 0x55));
      fsyncSync(fd);
      return performance.now() - startedAt;
    } finally {
      closeSync(fd);
      rmSync(file, { force: true });
    }
  } catch (error) {
    return (error as Error).message;
  }
}
