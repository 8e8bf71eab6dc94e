import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "@forecourt/protocol/batch/signer.ts";
import {
  type Command,
  type CommandAnswer,
  decodeCommandAnswer,
  encodeCommand,
} from "@forecourt/protocol/commands/message.ts";
import type { CommandBody } from "@forecourt/protocol/commands/schema.ts";
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import { checkRecord } from "@forecourt/protocol/records/parse.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { formatTime } from "@forecourt/protocol/time.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { done, type RemoteActions } from "./actions.ts";
import { RemoteControl } from "./control.ts";
import { type Ledger, openLedger } from "./ledger.ts";

const collector = ed25519Signer(generateKeyPem());
const signer = ed25519Signer(generateKeyPem());
const gateway = "gw-1-a" as GatewayId;
const NOON_MS = 1_795_000_000_000;

let folder: string;
let ledger: Ledger;
let control: RemoteControl;
let records: Extract<RecordBody, { kind: "command" }>[];
let answers: CommandAnswer[];
let done_: string[];
let collectorMs: number | undefined;
let epochMs: number;
let actions: RemoteActions;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "control-"));
  ledger = openLedger(join(folder, "commands.db"));
  [records, answers, done_, collectorMs, epochMs] = [[], [], [], NOON_MS, NOON_MS];
  const note = (what: string) => done_.push(what);
  actions = {
    applyConfiguration: (id) => {
      note(`apply ${id}`);
      return { outcome: "accepted", reason: null };
    },
    readNow: (device) => note(`read ${device}`) > 0 && device === "gauge-1",
    resendRange: async (from, to) => note(`resend ${from} ${to}`) && to - from + 1,
    captureLine: ({ line }) => done(`frames of ${line}`),
    update: (id) => done(`update ${id}`),
    textOf: (id) => `what ${id} brought`,
    logLines: (count) => Array.from({ length: count }, (_, index) => `line ${index}`),
    restart: () => note("restart"),
  };
  control = newControl();
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

/** As after a start of the program: another instance over the same ledger. */
function newControl(): RemoteControl {
  return new RemoteControl({
    gateway,
    collector: ed25519Verifier(collector.publicKey),
    signer,
    ledger,
    actions,
    collectorMs: () => collectorMs,
    epochMs: () => epochMs,
    record: (body) => {
      if (body.kind !== "command") throw new Error("only commands are recorded here");
      records.push(body);
      const header = { seq: 1, gateway, at: formatTime(NOON_MS), boot: "boot-0001", monoMs: 1, clock: "trusted" };
      expect(checkRecord({ ...header, ...body })).toMatchObject({ ok: true });
    },
    answer: (message) => {
      const answer = decodeCommandAnswer(message, { gateway, verifier: ed25519Verifier(signer.publicKey) });
      if (answer.ok) answers.push(answer.value);
    },
    log: () => undefined,
  });
}

const command = (body: CommandBody, changes: Partial<Command> = {}): Command => ({
  id: "command-0001",
  gateway,
  issuedAt: formatTime(NOON_MS - 1_000),
  expiresAt: formatTime(NOON_MS + 60_000),
  body,
  ...changes,
});
const send = async (one: Command, by = collector) => control.take(await encodeCommand(one, by));
const readNow = { name: "read-now", device: "gauge-1" } as const;

test("a command is recorded when it is taken and when it has ended, and its answer is signed", async () => {
  await send(command(readNow));
  expect(done_).toEqual(["read gauge-1"]);
  expect(records.map(({ command: id, name, outcome }) => [id, name, outcome])).toEqual([
    ["command-0001", "read-now", "accepted"],
    ["command-0001", "read-now", "done"],
  ]);
  expect(answers).toMatchObject([{ command: "command-0001", outcome: "done", reason: null }]);
});

test("log lines come in the answer and not in the journal", async () => {
  await send(command({ name: "send-logs", lines: 3 }));
  expect(answers[0]?.text).toBe("line 0\nline 1\nline 2");
  expect(JSON.stringify(records)).not.toContain("line 0");
});

describe("a command is refused and not carried out", () => {
  test("when somebody else signed it: recorded under the id that it claims, not answered", async () => {
    await send(command(readNow), signer);
    expect(done_).toEqual([]);
    expect(answers).toEqual([]);
    expect(records).toMatchObject([{ command: "command-0001", outcome: "refused" }]);
    expect(records[0]?.reason).toMatch(/^signature: /);
    // The true command of that id is not kept from being carried out.
    await send(command(readNow));
    expect(done_).toEqual(["read gauge-1"]);
  });

  test("when it is for another gateway", async () => {
    await send(command(readNow, { gateway: "gw-2-b" as GatewayId }));
    expect(done_).toEqual([]);
    expect(records[0]?.reason).toMatch(/^gateway: the command is for gw-2-b/);
  });

  test("when it has expired by the collector's clock, whatever the box's own clock says", async () => {
    epochMs = NOON_MS - 86_400_000;
    collectorMs = NOON_MS + 60_001;
    await send(command(readNow));
    expect(done_).toEqual([]);
    expect(records).toMatchObject([{ outcome: "refused" }]);
    expect(answers).toMatchObject([{ outcome: "refused", reason: expect.stringMatching(/^expired/) }]);
  });

  test("when it was issued in the future", async () => {
    await send(command(readNow, { issuedAt: formatTime(NOON_MS + 400_000), expiresAt: formatTime(NOON_MS + 500_000) }));
    expect(answers).toMatchObject([{ outcome: "refused", reason: expect.stringMatching(/^issued/) }]);
    expect(done_).toEqual([]);
  });

  test("when it is rubbish, and a flood of rubbish does not fill the journal", async () => {
    for (let message = 0; message < 100; message += 1) await control.take(Buffer.from(`rubbish ${message}`));
    expect(records).toMatchObject([{ command: "unknown", outcome: "refused" }]);
    epochMs += 10_000;
    await control.take(Buffer.from("rubbish"));
    expect(records).toHaveLength(2);
  });
});

test("before the collector's clock is known nothing is carried out, refused or forgotten", async () => {
  collectorMs = undefined;
  await send(command(readNow));
  expect([done_, records, answers]).toEqual([[], [], []]);
  collectorMs = NOON_MS;
  await send(command(readNow));
  expect(done_).toEqual(["read gauge-1"]);
});

test("a repeated command is answered as before and not carried out again, also after a restart", async () => {
  await send(command({ name: "resend-range", fromSeq: 3, toSeq: 7 }));
  await send(command({ name: "resend-range", fromSeq: 3, toSeq: 7 }));
  control = newControl();
  await send(command({ name: "restart" }));
  expect(done_).toEqual(["resend 3 7"]);
  expect(answers.map(({ outcome, reason }) => [outcome, reason])).toEqual(
    Array.from({ length: 3 }, () => ["done", "5 records were sent again"]),
  );
  expect(records).toHaveLength(2);
});

test("commands are carried out one after the other, in the order in which they came", async () => {
  const gate = Promise.withResolvers<void>();
  actions.resendRange = async (from) => {
    done_.push(`begin ${from}`);
    await gate.promise;
    done_.push(`end ${from}`);
    return 1;
  };
  const first = send(command({ name: "resend-range", fromSeq: 1, toSeq: 1 }, { id: "command-0001" }));
  const second = send(command({ name: "resend-range", fromSeq: 2, toSeq: 2 }, { id: "command-0002" }));
  gate.resolve();
  await Promise.all([first, second]);
  expect(done_).toEqual(["begin 1", "end 1", "begin 2", "end 2"]);
});

test("an action that throws is a failure that is recorded, and the next command is carried out", async () => {
  actions.captureLine = () => {
    throw new Error("no room");
  };
  await send(command({ name: "capture-line", line: "rs485-1", durationMs: 5_000 }));
  await send(command(readNow, { id: "command-0002" }));
  expect(answers.map(({ outcome }) => outcome)).toEqual(["failed", "done"]);
  expect(answers[0]?.reason).toContain("no room");
});

test("a device that does not exist is refused, and what a later start says of a running command is kept", async () => {
  await send(command({ name: "read-now", device: "nothing" }));
  expect(answers).toMatchObject([{ outcome: "refused", reason: "there is no device nothing" }]);
  await send(command({ name: "restart" }, { id: "command-0002" }));
  expect(ledger.unfinished().map(({ id, name }) => [id, name])).toEqual([["command-0002", "restart"]]);
  control = newControl();
  await control.settle("command-0002", done());
  await control.settle("command-0002", done("a second time"));
  expect(records.at(-1)).toMatchObject({ command: "command-0002", outcome: "done", reason: null });
  expect(ledger.unfinished()).toEqual([]);
});

test("when more was brought than one message holds, what became of the command is said all the same", async () => {
  const noise = Array.from({ length: 300_000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join(
    "",
  );
  actions.captureLine = () => done("it is in a file", { text: noise });
  await send(command({ name: "capture-line", line: "rs485-1", durationMs: 5_000 }));
  expect(answers).toMatchObject([{ outcome: "done", reason: "it is in a file", text: "" }]);
});

test("a collector that missed the end of a capture gets it again with what was captured", async () => {
  const capture = command({ name: "capture-line", line: "rs485-1", durationMs: 5_000 });
  actions.captureLine = () => ({ outcome: "accepted", reason: null });
  await send(capture);
  await send(capture);
  await control.settle("command-0001", done("it is in a file", { text: "frames" }));
  await send(capture);
  expect(answers.map(({ outcome, text }) => [outcome, text])).toEqual([
    ["accepted", ""],
    ["accepted", ""],
    ["done", "frames"],
    ["done", "what command-0001 brought"],
  ]);
});
