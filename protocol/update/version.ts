/** Versions of the agent: how they are written, which of two is newer, and what their bundles are called. Pure. */

/** Three numbers, and a word for one that is not released: 1.4.0, 1.5.0-rc.1. */
export const VERSION_PATTERN = "^(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})(-[0-9a-z.]{1,20})?$";
/** What a bundle is called on the collector: its files are this name with `.fcu` and `.pack`. */
export const BUNDLE_FILE_PATTERN = "^forecourt-agent_[0-9a-z.-]{5,40}_(amd64|arm64)\\.(fcu|pack)$";

/** The name of a bundle, without the ending of its two files. */
export function bundleName(version: string, arch: string): string {
  return `forecourt-agent_${version}_${arch}`;
}

/**
 * Which of two versions is newer.
 * @returns negative when `a` is older than `b`, positive when it is newer, 0 when neither
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < 3; at += 1) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.word === right.word) return 0;
  // What is not released yet comes before what is.
  if (left.word === "" || right.word === "") return left.word === "" ? 1 : -1;
  return left.word < right.word ? -1 : 1;
}

function partsOf(version: string): { numbers: number[]; word: string } {
  const at = version.indexOf("-");
  const numbers = (at === -1 ? version : version.slice(0, at)).split(".").map(Number);
  return { numbers, word: at === -1 ? "" : version.slice(at + 1) };
}
