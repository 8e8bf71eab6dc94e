import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { claimFolder, FolderInUseError } from "./claim.ts";

const parent = mkdtempSync(join(tmpdir(), "claim-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

it("lets one process at a time have a folder, and the next when it is given free", () => {
  const folder = join(parent, "run", "demo");
  const release = claimFolder(folder);
  expect(() => claimFolder(folder)).toThrow(FolderInUseError);
  expect(() => claimFolder(folder)).toThrow(`in use by process ${process.pid}`);
  claimFolder(join(parent, "run", "other"))();
  release();
  claimFolder(folder)();
});

it("takes over what a killed process left, also when its number was given to another", async () => {
  const folder = join(parent, "left");
  const module = JSON.stringify(new URL("./claim.ts", import.meta.url).href);
  const code = `(await import(${module})).claimFolder(${JSON.stringify(folder)}); console.log("has it"); setInterval(() => {}, 1e6);`;
  const other = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  await once(other.stdout, "data");
  expect(() => claimFolder(folder)).toThrow(`in use by process ${other.pid}`);
  const gone = once(other, "exit");
  other.kill("SIGKILL");
  await gone;
  claimFolder(folder)();
  writeFileSync(`${folder}.lock`, `${process.pid} 1`);
  claimFolder(folder)();
});
