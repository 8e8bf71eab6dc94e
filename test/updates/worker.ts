/**
 * One run of a box during an update: the launcher's decision, then what the version would do. It kills itself, as a power
 * cut would, at the step of the disk that its argument names. What it started is written to standard output.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const [folder = "", killAt = "0", version = "", kind = "good"] = process.argv.slice(2);
let step = 0;

/** Every call that changes the disk is a step; an odd one is cut off before it happens, an even one just after. */
function counted<Arguments extends unknown[], Result>(call: (...args: Arguments) => Result) {
  return (...args: Arguments): Result => {
    step += 1;
    const isLast = step === Math.ceil(Number(killAt) / 2);
    if (isLast && Number(killAt) % 2 === 1) process.kill(process.pid, "SIGKILL");
    const result = call(...args);
    if (isLast && result instanceof Promise) void result.finally(() => process.kill(process.pid, "SIGKILL"));
    else if (isLast) process.kill(process.pid, "SIGKILL");
    return result;
  };
}

const names = ["renameSync", "writeSync", "symlinkSync", "rmSync", "mkdirSync", "writeFileSync", "chmodSync"];
const promised = ["copyFile", "rm"];
for (const [place, of] of [
  [fs, names],
  [fs.promises, promised],
] as unknown as [Record<string, (...args: unknown[]) => unknown>, string[]][]) {
  for (const name of of) {
    const call = place[name];
    if (call === undefined) throw new Error(`there is no ${name}`);
    place[name] = counted(call);
  }
}
syncBuiltinESMExports();

const { ed25519Signer, ed25519Verifier } = await import("@forecourt/protocol/batch/signer.ts");
const { Shelf } = await import("@forecourt/edge-agent/update/bundle.test-support.ts");
const { UpdateFiles } = await import("@forecourt/edge-agent/update/files.ts");
const { nextStart } = await import("@forecourt/edge-agent/update/next-start.ts");
const { slotProblem } = await import("@forecourt/edge-agent/update/slots.ts");
const { Updater } = await import("@forecourt/edge-agent/update/updater.ts");

const signer = ed25519Signer(fs.readFileSync(join(folder, "authority.pem"), "utf8"));
const authority = ed25519Verifier(signer.publicKey);
const files = new UpdateFiles(join(folder, "update"), join(folder, "factory"));
const started = await nextStart(
  files,
  (slot) => slotProblem(files, slot, authority),
  () => undefined,
);
const home = files.home(started.place);
const { version: runs } = JSON.parse(fs.readFileSync(join(home, "edge-agent", "package.json"), "utf8")) as {
  version: string;
};
fs.writeFileSync(1, `${runs}\n`);

if (started.trialMs === undefined) {
  const shelf = new Shelf();
  await shelf.put(version, signer);
  const updater = new Updater({
    ...{ files, authority, version: runs, arch: "amd64", fetchFrom: () => shelf.fetch, inUse: () => false },
    ...{ devicesRead: () => ["tax-1"], relaunch: () => undefined, ended: () => undefined, now: () => 0 },
    ...{ pause: async () => undefined, log: () => undefined },
  });
  const order = { command: "command-0001", version, from: "https://c", allowOlder: false, trialMs: 60_000 };
  if (files.state() === undefined) updater.begin(order);
  else updater.resume();
  while (["downloading", "waiting"].includes(files.state()?.phase ?? ""))
    await new Promise((resolve) => setImmediate(resolve));
} else if (kind === "good") files.advance({ event: "healthy" });
else if (kind === "blind") files.advance({ event: "unhealthy", reason: "not read: tax-1" });
else process.exit(1);
