/**
 * A machine to install on: this one's own file system below an overlay that is thrown away, with its own systemd,
 * without a network. Needs root, overlayfs and systemd-nspawn.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MOST_BUFFER = 16 * 1024 * 1024;

/** Why no such machine can be had here; undefined when one can. */
export function noContainer(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can start one";
  if (!readFileSync("/proc/filesystems", "utf8").includes("overlay")) return "the kernel has no overlayfs";
  return existsSync("/usr/bin/systemd-nspawn") ? undefined : "apt-get install systemd-container";
}

/**
 * Boots the machine, runs a script in it as root, and switches it off.
 * @param folder shared with the machine as /shared; the script's output is in `out.log`
 * @param sources seen by the machine as /sources, to read only, wherever they lie here
 * @param script shell
 * @returns what the script wrote, and its exit code
 */
export function inContainer(
  folder: string,
  sources: string,
  script: string,
  deadlineMs: number,
): { code: number; output: string } {
  writeFileSync(join(folder, "run.sh"), script);
  const boot = join(folder, "boot.sh");
  writeFileSync(boot, BOOT);
  chmodSync(boot, 0o755);
  const overlay = join(tmpdir(), `forecourt-machine-${process.pid}`);
  mkdirSync(overlay, { recursive: true });
  try {
    const ran = spawnSync("unshare", ["--mount", "--propagation", "private", "bash", boot, overlay, folder, sources], {
      encoding: "utf8",
      timeout: deadlineMs,
      maxBuffer: MOST_BUFFER,
      killSignal: "SIGKILL",
    });
    const output = existsSync(join(folder, "out.log")) ? readFileSync(join(folder, "out.log"), "utf8") : "";
    const code = existsSync(join(folder, "code")) ? Number(readFileSync(join(folder, "code"), "utf8")) : -1;
    return { code, output: code === -1 ? `${output}\n${ran.stdout}\n${ran.stderr}` : output };
  } finally {
    rmSync(overlay, { recursive: true, force: true });
  }
}

/** The machine's disk is in memory, and goes with its mount. Nothing of what runs here is started in it. */
const BOOT = `#!/bin/bash
set -eu
overlay=$1; shared=$2; sources=$3
mount -t tmpfs tmpfs "$overlay"
mkdir "$overlay/upper" "$overlay/work" "$overlay/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$overlay/upper,workdir=$overlay/work" "$overlay/root"
rm -f "$overlay/root/usr/sbin/policy-rc.d"
mkdir -p "$overlay/root/shared" "$overlay/root/sources"
cat > "$overlay/root/etc/systemd/system/forecourt-test.service" <<'UNIT'
[Unit]
Requires=basic.target
After=basic.target
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStart=/bin/bash -c 'bash /shared/run.sh > /shared/out.log 2>&1; echo $? > /shared/code'
UNIT
exec systemd-nspawn --quiet --register=no --keep-unit --private-network --directory "$overlay/root" \\
  --bind "$shared:/shared" --bind-ro "$sources:/sources" --boot systemd.unit=forecourt-test.service
`;
