import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import type { UpdatePiece } from "@forecourt/protocol/update/manifest.ts";
import { compareVersions } from "@forecourt/protocol/update/version.ts";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Shelf, treeOf, updateAuthority, writeTree } from "./bundle.test-support.ts";
import { rangesOf } from "./download.ts";
import { UpdateFiles } from "./files.ts";
import { nextStart } from "./next-start.ts";
import { slotProblem } from "./slots.ts";
import type { UpdateOrder, UpdateState } from "./state.ts";
import { Updater } from "./updater.ts";

const authority = ed25519Verifier(updateAuthority.publicKey);
let folder: string;
let files: UpdateFiles;
let shelf: Shelf;
let relaunched: string[];
let ended: UpdateState[];
let uses: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "update-"));
  writeTree(join(folder, "factory"), "1.0.0");
  files = new UpdateFiles(join(folder, "update"), join(folder, "factory"));
  shelf = new Shelf();
  [relaunched, ended, uses] = [[], [], 0];
});
afterEach(() => rmSync(folder, { recursive: true }));

const order = (version: string, more: Partial<UpdateOrder> = {}): UpdateOrder => ({
  ...{ command: "command-0001", version, from: "https://c", allowOlder: false, trialMs: 60_000 },
  ...more,
});

function updater(version = "1.0.0"): Updater {
  return new Updater({
    ...{ files, authority, version, arch: "amd64", fetchFrom: () => shelf.fetch, devicesRead: () => ["tax-1"] },
    ...{ relaunch: (reason) => relaunched.push(reason), ended: (state) => ended.push(state) },
    inUse: () => {
      uses -= 1;
      return uses >= 0;
    },
    pause: async () => undefined,
    now: () => 0,
    log: () => undefined,
  });
}

async function update(version: string, more: Partial<UpdateOrder> = {}): Promise<string | undefined> {
  const one = updater();
  const refused = one.begin(order(version, more));
  await settled(one);
  return refused;
}

/** Lets an updater come to its end without stopping it. */
async function settled(one: Updater): Promise<void> {
  const before = new Set(["downloading", "waiting"]);
  while (before.has(files.state()?.phase ?? "")) await new Promise((resolve) => setImmediate(resolve));
  await one.stop();
}

const start = () =>
  nextStart(
    files,
    (slot) => slotProblem(files, slot, authority),
    () => undefined,
  );
const versionOf = (place: "factory" | "a" | "b") =>
  (JSON.parse(readFileSync(join(files.home(place), "edge-agent", "package.json"), "utf8")) as { version: string })
    .version;

describe("an update", () => {
  test("is fetched, proved, put beside the old version and switched to; what is equal is not fetched", async () => {
    await shelf.put("1.1.0");
    expect(await update("1.1.0")).toBeUndefined();
    expect(files.state()).toMatchObject({ phase: "trial", slot: "a", previous: "factory", devices: ["tax-1"] });
    expect(relaunched).toEqual(["update to 1.1.0"]);
    expect(await start()).toEqual({ place: "a", trialMs: 60_000 });
    expect(versionOf("a")).toBe("1.1.0");
    const fetched = shelf.fetched.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(fetched).toBeLessThan((shelf.files.get("forecourt-agent_1.1.0_amd64.pack")?.length ?? 0) / 3);
    files.advance({ event: "healthy" });
    expect(await start()).toEqual({ place: "a", trialMs: undefined });
    expect(existsSync(files.pieces)).toBe(false);
  });

  test("goes into the other slot the next time, and the first stays to go back to", async () => {
    for (const version of ["1.1.0", "1.2.0"]) {
      await shelf.put(version);
      await update(version, { allowOlder: true });
      await start();
      files.advance({ event: "healthy" });
    }
    expect([files.current(), versionOf("b"), versionOf("a")]).toEqual(["b", "1.2.0", "1.1.0"]);
  });

  test("goes on where the line broke", async () => {
    await shelf.put("1.1.0");
    rmSync(join(folder, "factory", "runtime"), { recursive: true });
    shelf.breaksAfter = 2;
    await update("1.1.0");
    expect(files.state()?.phase).toBe("trial");
    const starts = shelf.fetched.map(({ at }) => at);
    expect(new Set(starts).size).toBe(starts.length);
  });

  test("that the disk refuses, as it refuses the note of it, stands still until the next start and ends nothing", async () => {
    await shelf.put("1.1.0");
    const one = updater();
    const advance = vi.spyOn(files, "advance").mockImplementation(() => {
      throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    });
    one.begin(order("1.1.0"));
    await vi.waitFor(() => expect(advance).toHaveBeenLastCalledWith(expect.objectContaining({ event: "failed" })));
    await expect(one.stop()).resolves.toBeUndefined();
    expect(files.state()?.phase).toBe("downloading");
  });

  test("is refused when the disk takes no order, and ends nothing", () => {
    vi.spyOn(files, "write").mockImplementation(() => {
      throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    });
    expect(updater().begin(order("1.1.0"))).toContain("no space left");
  });

  test("that is cut off by the agent's stop goes on at the next start", async () => {
    await shelf.put("1.1.0");
    const one = updater();
    one.begin(order("1.1.0"));
    await one.stop();
    expect([files.state()?.phase, ended]).toEqual(["downloading", []]);
    const next = updater();
    next.resume();
    await settled(next);
    expect(files.state()?.phase).toBe("trial");
  });

  test("waits as long as somebody fuels", async () => {
    await shelf.put("1.1.0");
    uses = 50;
    await update("1.1.0");
    expect([uses, files.state()?.phase]).toEqual([-1, "trial"]);
  });
});

describe("an update is not taken", () => {
  const fails = async (version: string, more: Partial<UpdateOrder> = {}) => {
    const refused = await update(version, more);
    expect([files.current(), relaunched]).toEqual(["factory", []]);
    return refused ?? files.state()?.reason;
  };

  test("when somebody else signed it", async () => {
    await shelf.put("1.1.0", ed25519Signer(generateKeyPem()));
    expect(await fails("1.1.0")).toContain("signature");
    expect(ended).toHaveLength(1);
    expect(shelf.fetched).toEqual([]);
  });

  test.each(["1.0.0", "0.9.9", "1.0.0-rc.1"])("when %s is not newer than what runs", async (version) => {
    await shelf.put(version);
    expect(await fails(version)).toContain("not newer");
  });

  test("when the bundle holds another version than was ordered", async () => {
    await shelf.put("1.1.0");
    shelf.files.set("forecourt-agent_1.2.0_amd64.fcu", shelf.files.get("forecourt-agent_1.1.0_amd64.fcu")!);
    expect(await fails("1.2.0")).toContain("holds 1.1.0");
  });

  test("when it is not there, or its pack was cut short", async () => {
    expect(await fails("1.1.0")).toContain("not there");
    await shelf.put("1.1.0");
    const pack = "forecourt-agent_1.1.0_amd64.pack";
    shelf.files.set(pack, shelf.files.get(pack)!.subarray(0, 20));
    expect(await fails("1.1.0", { command: "command-0002" })).toContain("bytes came");
  });

  test("when its manifest was cut short", async () => {
    await shelf.put("1.1.0");
    const manifest = "forecourt-agent_1.1.0_amd64.fcu";
    shelf.files.set(manifest, shelf.files.get(manifest)!.subarray(0, -7));
    expect(await fails("1.1.0")).toBeDefined();
  });

  test("while another is under way", async () => {
    await shelf.put("1.1.0");
    await update("1.1.0");
    expect(updater().begin(order("1.2.0"))).toContain("has not ended");
  });

  test("but an older one is, when that was ordered", async () => {
    await shelf.put("0.9.0");
    await update("0.9.0", { allowOlder: true });
    expect(files.current()).toBe("a");
  });
});

describe("at a start", () => {
  beforeEach(async () => {
    await shelf.put("1.1.0");
    await update("1.1.0");
  });

  test("a version that ended three times within its trial is given up for the one before", async () => {
    for (let time = 0; time < 3; time += 1) expect(await start()).toMatchObject({ place: "a", trialMs: 60_000 });
    expect(await start()).toEqual({ place: "factory", trialMs: undefined });
    expect(files.state()).toMatchObject({ phase: "rolled-back", reason: expect.stringContaining("3 times") });
  });

  test("a version that saw for itself that something is missing is given up at once", async () => {
    await start();
    files.advance({ event: "unhealthy", reason: "not read: tax-1" });
    expect((await start()).place).toBe("factory");
    expect(files.state()).toMatchObject({ phase: "rolled-back", reason: "not read: tax-1" });
  });

  test("a disk that takes no notes starts the version of before the switch, and the trial goes on when it takes them", async () => {
    const write = vi.spyOn(files, "write").mockImplementation(() => {
      throw Object.assign(new Error("read-only"), { code: "EROFS" });
    });
    for (let time = 0; time < 5; time += 1) expect(await start()).toEqual({ place: "factory", trialMs: undefined });
    write.mockRestore();
    expect(await start()).toEqual({ place: "a", trialMs: 60_000 });
  });

  test("a switch that was noted and not made is made", async () => {
    files.switchTo("factory");
    expect((await start()).place).toBe("a");
  });

  test.each([
    ["changed", "edge-agent/main.ts"],
    ["added", "edge-agent/more.ts"],
  ])("a slot in which a file was %s is not started", async (_what, path) => {
    writeFileSync(join(files.home("a"), path), "evil()");
    expect((await start()).place).toBe("factory");
    expect(files.state()).toMatchObject({ phase: "rolled-back", reason: expect.stringContaining(path) });
  });

  test("a slot that decayed after its trial gives way to what the package installed", async () => {
    await start();
    files.advance({ event: "healthy" });
    writeFileSync(join(files.home("a"), "runtime/node"), treeOf("1.1.0")["runtime/node"]!.slice(1));
    expect(await start()).toEqual({ place: "factory", trialMs: undefined });
  });
});

test("pieces that lie close together are fetched together, each once, never more than two megabytes", () => {
  const piece = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 1_100_000 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.func(fc.boolean()), (sizes, isWanted) => {
      let at = 0;
      const all = sizes.map((bytes): UpdatePiece => {
        at += bytes;
        return { sha256: "", at: at - bytes, bytes, plainBytes: bytes };
      });
      const wanted = all.filter((one) => isWanted(one.at));
      const ranges = rangesOf([...wanted, ...wanted]);
      expect(ranges.flatMap(({ pieces }) => pieces)).toEqual(wanted);
      for (const range of ranges) {
        const wantedBytes = range.pieces.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(range.bytes - wantedBytes).toBeLessThanOrEqual(32 * 1024 * (range.pieces.length - 1));
        expect(
          range.pieces.every(({ at: one, bytes }) => one >= range.at && one + bytes <= range.at + range.bytes),
        ).toBe(true);
        expect(range.pieces.length === 1 || range.bytes <= 2 * 1024 * 1024).toBe(true);
      }
    }),
  );
});

test("versions are compared by their numbers, and one that is not released comes before its release", () => {
  const rising = ["0.9.9", "1.0.0-rc.1", "1.0.0-rc.2", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"];
  for (const [at, one] of rising.entries()) {
    for (const [other, two] of rising.entries())
      expect(Math.sign(compareVersions(one, two))).toBe(Math.sign(at - other));
  }
});
