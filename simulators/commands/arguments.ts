/** How the command line's values are read: numbers with their ranges, durations, scenario files. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InvalidArgumentError } from "commander";
import { describeError } from "../scenario/errors.ts";
import { parseScenario } from "../scenario/parse.ts";
import type { ScenarioFile } from "../scenario/schema.ts";
import { durationMs, MOST_SPEED } from "../time.ts";

/** The folder of the shipped scenarios. */
export const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), "..", "scenarios");
export const EXIT_BAD_SCENARIO = 2;

/** Reads and checks a scenario; says on standard error what is wrong with it. */
export function readScenario(name: string): ScenarioFile | undefined {
  const path = existsSync(name) ? name : join(SHIPPED, `${basename(name, ".yaml")}.yaml`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    process.stderr.write(`${name}: ${whyUnread(error)}\n`);
    return undefined;
  }
  const parsed = parseScenario(text, path);
  if (parsed.ok) return parsed.value;
  for (const error of parsed.error) process.stderr.write(`${describeError(error)}\n`);
  return undefined;
}

function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ENOENT"
    ? "there is no such file, and no shipped scenario of that name; `sim list` lists them"
    : `cannot be read: ${message}`;
}

/** Simulated seconds a second. */
export function speed(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= MOST_SPEED)) throw new InvalidArgumentError(`Expected above 0, to ${MOST_SPEED}.`);
  return value;
}

/** A whole number from 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 0.");
  return Number(text);
}

/** A TCP port; 0 takes a free one. */
export function portNumber(text: string): number {
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError("Expected a port from 0 to 65535.");
  return value;
}

/** A simulated duration in ms. */
export function duration(text: string): number {
  const value = durationMs(text);
  if (value === undefined || value === 0) throw new InvalidArgumentError("Expected a duration such as 90s, 10m, 2h.");
  return value;
}
