import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { markRunning, runningAgent } from "./running.ts";

test("an agent that runs is known, one that has ended or whose id another program took is not", () => {
  const folder = mkdtempSync(join(tmpdir(), "forecourt-running-"));
  expect(runningAgent(folder)).toBeUndefined();
  markRunning(folder);
  expect(runningAgent(folder)).toBe(process.pid);
  for (const left of [`${process.pid} 1\n`, "999999999 5\n", "rubbish", ""]) {
    writeFileSync(join(folder, "agent.pid"), left);
    expect(runningAgent(folder)).toBeUndefined();
  }
});
