/** Walking a folder of files that will become a package. Links are not followed: they are files of their own. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

export interface TreeEntry {
  path: string;
  entry: Dirent;
}

/** Everything below a folder, folders before what they hold, in order of their names. */
export function* walk(folder: string): Generator<TreeEntry> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    yield { path, entry };
    if (entry.isDirectory()) yield* walk(path);
  }
}

/** The regular files below a folder. */
export function filesBelow(folder: string): string[] {
  return [...walk(folder)].filter(({ entry }) => entry.isFile()).map(({ path }) => path);
}
