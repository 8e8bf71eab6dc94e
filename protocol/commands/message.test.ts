import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ed25519Signer, ed25519Verifier, generateKeyPem } from "../batch/signer.ts";
import type { GatewayId } from "../ids.ts";
import { formatTime } from "../time.ts";
import {
  type Command,
  commandBodyProblem,
  decodeCommand,
  decodeCommandAnswer,
  encodeCommand,
  encodeCommandAnswer,
} from "./message.ts";
import { COMMAND_OUTCOMES, type CommandBody } from "./schema.ts";

const collector = ed25519Signer(generateKeyPem());
const gatewaySigner = ed25519Signer(generateKeyPem());
const gateway = "gw-1-a" as GatewayId;
const trusted = { gateway, verifier: ed25519Verifier(collector.publicKey) };
const NOON_MS = 1_795_000_000_000;

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const body: fc.Arbitrary<CommandBody> = fc.oneof(
  fc.record({
    name: fc.constant("apply-configuration" as const),
    yaml: fc.string({ minLength: 1, maxLength: 2_000, unit: "grapheme" }).filter((text) => text.length <= 100_000),
    deadlineMs: fc.integer({ min: 10_000, max: 3_600_000 }),
  }),
  fc.record({ name: fc.constant("read-now" as const), device: name }),
  fc.record({ name: fc.constant("resend-range" as const), fromSeq: seq, toSeq: seq }),
  fc.record({
    name: fc.constant("capture-line" as const),
    line: name,
    durationMs: fc.integer({ min: 1_000, max: 3_600_000 }),
  }),
  fc.record({ name: fc.constant("send-logs" as const), lines: fc.integer({ min: 1, max: 1_000 }) }),
  fc.record({ name: fc.constant("restart" as const) }),
  fc.record({
    name: fc.constant("update" as const),
    version: fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((numbers) => numbers.join(".")),
    from: fc.constant("https://collector.example/api/v1/bundles"),
    allowOlder: fc.boolean(),
    trialMs: fc.integer({ min: 5_000, max: 86_400_000 }),
  }),
);
const command = fc.record({
  id: fc.stringMatching(/^[A-Za-z0-9_-]{10,40}$/),
  gateway: fc.constant(gateway),
  issuedAt: fc.constant(formatTime(NOON_MS)),
  expiresAt: fc.integer({ min: 1, max: 7 * 86_400_000 }).map((ms) => formatTime(NOON_MS + ms)),
  body,
});

const restart: Command = {
  id: "restart-0001",
  gateway,
  issuedAt: formatTime(NOON_MS),
  expiresAt: formatTime(NOON_MS + 60_000),
  body: { name: "restart" },
};

test("every command comes back as it was signed", async () => {
  await fc.assert(
    fc.asyncProperty(command, async (one) => {
      expect(decodeCommand(await encodeCommand(one, collector), trusted)).toEqual({ ok: true, value: one });
    }),
    { numRuns: 200 },
  );
});

test("every answer comes back as it was signed", async () => {
  const answer = fc.record({
    command: fc.stringMatching(/^[A-Za-z0-9_-]{10,40}$/),
    gateway: fc.constant(gateway),
    outcome: fc.constantFrom(...COMMAND_OUTCOMES),
    reason: fc.option(fc.string({ maxLength: 200 })),
    at: fc.constant(formatTime(NOON_MS)),
    text: fc.string({ maxLength: 2_000, unit: "grapheme" }),
  });
  const of = { gateway, verifier: ed25519Verifier(gatewaySigner.publicKey) };
  await fc.assert(
    fc.asyncProperty(answer, async (one) => {
      expect(decodeCommandAnswer(await encodeCommandAnswer(one, gatewaySigner), of)).toEqual({ ok: true, value: one });
    }),
    { numRuns: 200 },
  );
});

describe("a command is not believed", () => {
  test("whatever byte of it was changed", async () => {
    const message = await encodeCommand(restart, collector);
    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(message);
        changed[at] = changed[at]! ^ change;
        expect(decodeCommand(changed, trusted).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("when it is random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeCommand(Buffer.concat([Buffer.from("FCC1"), bytes]), trusted).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("when somebody else signed it, be it the gateway itself", async () => {
    const message = await encodeCommand(restart, gatewaySigner);
    expect(decodeCommand(message, trusted)).toMatchObject({ error: { code: "signature", id: restart.id } });
  });

  test("when it is for another gateway", async () => {
    const message = await encodeCommand({ ...restart, gateway: "gw-2-b" as GatewayId }, collector);
    expect(decodeCommand(message, trusted)).toMatchObject({ error: { code: "gateway" } });
  });

  test.each([0, -1, 7 * 86_400_000 + 1])("when it lives %d ms", async (lifeMs) => {
    const message = await encodeCommand({ ...restart, expiresAt: formatTime(NOON_MS + lifeMs) }, collector);
    expect(decodeCommand(message, trusted)).toMatchObject({ error: { code: "time" } });
  });

  test("when nobody knows what it asks for", async () => {
    const strange = { ...restart, body: { name: "open-all-seals" } as unknown as CommandBody };
    expect(decodeCommand(await encodeCommand(strange, collector), trusted)).toMatchObject({ error: { code: "body" } });
  });
});

test.each([
  [{ name: "restart" }, true],
  [{ name: "restart", now: true }, false],
  [{ name: "read-now" }, false],
  [{ name: "resend-range", fromSeq: 5, toSeq: 5 }, true],
  [{ name: "resend-range", fromSeq: 6, toSeq: 5 }, false],
  [{ name: "resend-range", fromSeq: 1, toSeq: 100_001 }, false],
])("%j can be issued: %s", (value, right) => {
  expect(commandBodyProblem(value) === undefined).toBe(right);
});
