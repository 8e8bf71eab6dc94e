import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { freshJournalFile } from "./journal.test-support.ts";
import { openJournal, verifyJournal } from "./journal.ts";

/** FORECOURT_KILLS raises it for a long campaign. */
const KILLS = Number(process.env.FORECOURT_KILLS ?? 5);
const APPENDER = new URL("./appender.test-support.ts", import.meta.url).pathname;

/** Lets a process append, kills it after a random number of commits, and gives the last seq that it printed. */
async function killedAppender(file: string): Promise<number> {
  const child = spawn(process.execPath, [APPENDER, file], { stdio: ["ignore", "pipe", "inherit"] });
  const commits = 1 + Math.floor(Math.random() * 40);
  let printed = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    printed += chunk as string;
    if (!child.killed && printed.split("\n").length > commits) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  // The kill may cut the last line short: only whole lines were said.
  return Number(printed.split("\n").at(-2));
}

test("what a killed process had said to be committed is in the journal, and nothing is doubled", {
  timeout: 30_000 + KILLS * 2_000,
}, async () => {
  const file = freshJournalFile();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const committed = await killedAppender(file);
    const journal = openJournal(file);
    const { seq } = journal.head;
    expect(seq).toBeGreaterThanOrEqual(committed);
    // One more transaction of two may have been committed without being said; half of one never.
    expect(seq).toBeLessThanOrEqual(committed + 2);
    expect(seq % 2).toBe(0);
    expect(
      journal
        .latest()
        .map((record) => record.seq)
        .sort((a, b) => a - b),
    ).toEqual([seq - 1, seq]);
    journal.close();
    expect(verifyJournal(file)).toBe(seq);
  }
});
