/** Where the files of an npm package come from: the project's own node_modules, or the registry for a foreign machine. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { NeededPackage } from "./closure.ts";

/**
 * The folder that holds a package, exactly as the lock file names it.
 * @param cache where packages for foreign machines are kept between builds
 * @throws Error when it can be had neither here nor from the registry, or is not what the lock file says
 */
export function folderOf(root: string, cache: string, { path, name, entry }: NeededPackage): string {
  const installed = join(root, path);
  if (existsSync(join(installed, "package.json"))) {
    const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { version: string };
    if (version !== entry.version) throw new Error(`${path} is ${version}, not ${entry.version}: run make setup`);
    return installed;
  }
  const unpacked = join(cache, `${name.replace("/", "+")}-${entry.version}`);
  if (!existsSync(unpacked)) fetchInto(unpacked, cache, { name, entry });
  return unpacked;
}

function fetchInto(unpacked: string, cache: string, { name, entry }: Pick<NeededPackage, "name" | "entry">): void {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "fetch-"));
  try {
    const quiet = ["--loglevel=error", "--ignore-scripts", "--pack-destination", work];
    execFileSync("npm", ["pack", `${name}@${entry.version}`, ...quiet], { stdio: ["ignore", "ignore", "inherit"] });
    const tarball = readdirSync(work).find((file) => file.endsWith(".tgz"));
    if (tarball === undefined) throw new Error(`npm gave no ${name}@${entry.version}`);
    const bytes = readFileSync(join(work, tarball));
    const [algorithm, expected] = (entry.integrity ?? "")
      .split("-", 1)
      .concat((entry.integrity ?? "").split("-")[1] ?? "");
    if (
      createHash(algorithm || "sha512")
        .update(bytes)
        .digest("base64") !== expected
    ) {
      throw new Error(`${name}@${entry.version} is not the package that the lock file names`);
    }
    execFileSync("tar", ["-xzf", join(work, tarball), "-C", work]);
    renameSync(join(work, "package"), unpacked);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
