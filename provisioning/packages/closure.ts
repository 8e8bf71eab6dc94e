/**
 * Which npm packages one of our programs needs at run time, read from the lock file: its own production dependencies and
 * theirs, each as Node would resolve it, for one kind of machine. Pure.
 */

export type Arch = "amd64" | "arm64";

/** What we use of an entry in package-lock.json, version 3. */
export interface LockEntry {
  version?: string;
  integrity?: string;
  license?: string;
  /** a workspace stands in node_modules as a link to its folder */
  link?: boolean;
  resolved?: string;
  os?: string | string[];
  cpu?: string | string[];
  libc?: string | string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface Lock {
  packages: Record<string, LockEntry>;
}

export interface NeededPackage {
  /** where it lies in the project, for example node_modules/mqtt */
  path: string;
  name: string;
  entry: LockEntry;
}

/** How npm names the processors of Debian's architectures. */
export const npmCpu: Record<Arch, string> = { amd64: "x64", arm64: "arm64" };

/** For compilers of TypeScript and of C++: nobody asks for them at run time. */
const FOR_COMPILERS = /^(@types\/|undici-types$|node-addon-api$)/;
const MODULES = "node_modules/";

/**
 * The packages that a workspace needs, workspaces among them, in order of their paths.
 * @param workspace folder in the project
 * @throws Error when the lock file lacks one of them
 */
export function neededPackages(lock: Lock, workspace: string, arch: Arch): NeededPackage[] {
  const found = new Map<string, NeededPackage>();
  const waiting = [workspace];
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const entry = entryAt(lock, from);
    const optional = Object.keys(entry.optionalDependencies ?? {});
    for (const name of new Set([...Object.keys(entry.dependencies ?? {}), ...optional])) {
      if (FOR_COMPILERS.test(name)) continue;
      const path = resolved(lock, from, name);
      if (path === undefined) {
        if (optional.includes(name)) continue;
        throw new Error(`package-lock.json has no ${name}, which ${from} needs`);
      }
      const needed = entryAt(lock, path);
      if (found.has(path) || !isFor(needed, arch)) continue;
      found.set(path, { path, name, entry: needed });
      waiting.push(path);
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where Node finds a package that is asked for from a folder: the nearest node_modules on the way up. */
function resolved(lock: Lock, from: string, name: string): string | undefined {
  for (let folder: string | undefined = from; folder !== undefined; folder = above(folder)) {
    const path = `${folder === "" ? "" : `${folder}/`}${MODULES}${name}`;
    const entry = lock.packages[path];
    if (entry !== undefined) return entry.link === true ? entry.resolved : path;
  }
  return undefined;
}

function above(folder: string): string | undefined {
  if (folder === "") return undefined;
  const at = folder.lastIndexOf(`/${MODULES}`);
  return at === -1 ? "" : folder.slice(0, at);
}

function entryAt(lock: Lock, path: string): LockEntry {
  const entry = lock.packages[path];
  if (entry === undefined) throw new Error(`package-lock.json has no ${path}`);
  return entry;
}

/** Whether a package runs on Debian on this processor: Linux with the GNU C library. */
function isFor({ os, cpu, libc }: LockEntry, arch: Arch): boolean {
  const allows = (list: string | string[] | undefined, wanted: string) =>
    list === undefined || [list].flat().includes(wanted);
  return allows(os, "linux") && allows(cpu, npmCpu[arch]) && allows(libc, "glibc");
}
