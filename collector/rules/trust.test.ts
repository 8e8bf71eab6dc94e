/** What the rules make of installation, approval, and a key in two places. */
import type { GatewayId } from "@forecourt/protocol/ids.ts";
import type { RecordBody } from "@forecourt/protocol/records/schema.ts";
import { describe, expect, test } from "vitest";
import { FakeGateway } from "../testing/fake-gateway.ts";
import { gateway, link, sale } from "../testing/records.ts";
import { testStation } from "../testing/stations.ts";
import type { Approval, TrustEvent } from "../trust/events.ts";
import { StationEngine } from "./engine.ts";
import { unchanged } from "./entry-book.ts";
import type { FlagRow } from "./flag.ts";
import { emptyOutcome } from "./outcome.ts";
import type { RuleInput, SeenRecord } from "./rule.ts";

const START = Date.parse("2026-03-01T04:00:00Z");
const MINUTE = 60_000;
const ID = "gw-532801-0001" as GatewayId;
const [APPROVED, OTHER] = ["a".repeat(64), "b".repeat(64)] as const;

/** A station's rules, fed one input after the other. */
class Judge {
  readonly source = new FakeGateway(ID, "532801-0001");
  readonly flags = new Map<string, FlagRow>();
  readonly unknowns: string[] = [];
  engine: StationEngine;
  atMs = START;
  #ids = 0;

  constructor(states: Record<string, unknown> = {}) {
    this.engine = this.#engineOf(states);
  }

  #engineOf(states: Record<string, unknown>): StationEngine {
    const open = [...this.flags.values()].filter(({ state }) => state === "open");
    return new StationEngine(unchanged(testStation()), {}, { states, open }, () => `flag-${++this.#ids}`);
  }

  take(input: RuleInput): void {
    const outcome = emptyOutcome();
    this.engine.apply(input, outcome);
    for (const flag of outcome.flags.values()) this.flags.set(flag.id, flag);
    for (const { rule } of outcome.unknowns.values()) this.unknowns.push(rule);
  }

  record(body: RecordBody, laterMs = MINUTE): void {
    this.atMs += laterMs;
    const record = this.source.add(body, this.atMs);
    const records: SeenRecord[] = [{ record, atMs: this.atMs }];
    this.take({ kind: "batch", atMs: this.atMs, gateway: ID, records });
  }

  trust(event: TrustEvent): void {
    this.take({ kind: "trust", atMs: this.atMs, event });
  }

  fork(): void {
    const refused = {
      code: "fork",
      message: "",
      envelopeSha256: "",
      firstSeq: 2,
      count: 3,
      positionSeq: this.source.seq,
    };
    this.take({ kind: "refused", atMs: this.atMs, gateway: ID, refused });
  }

  /** Stored and read again, as after a stop. */
  restart(): void {
    this.engine = this.#engineOf(JSON.parse(JSON.stringify(this.engine.states)) as Record<string, unknown>);
  }

  of(rule: string): FlagRow[] {
    return [...this.flags.values()].filter((flag) => flag.rule === rule);
  }
}

const life = (to: "prepared" | "live"): TrustEvent => ({ event: "life", life: to, by: "x", report: null });
const approval = (changes: Partial<Approval>): Approval => ({
  ...{ event: "approval", id: "a-1", gateway: ID, configSha256: null, command: null, version: null },
  ...{ by: "x", basis: "y" },
  ...changes,
});
const heartbeat = (configSha256: string, version = "0.1.0") => gateway({ event: "heartbeat", configSha256, version });

describe("a station that is being installed", () => {
  const total = (beforeVolumeCl: number) => sale({ beforeVolumeCl });

  test("raises nothing while wires are pulled and meters go back, also across a restart", () => {
    const judge = new Judge();
    judge.trust(life("prepared"));
    judge.record(total(1_000_000));
    judge.restart();
    judge.record(total(10_000));
    judge.record(link("down"));
    judge.take({ kind: "tick", atMs: judge.atMs + 24 * 60 * MINUTE });
    expect([...judge.flags.values()]).toEqual([]);
  });

  test("is judged from its acceptance on, and by nothing that came before", () => {
    const judge = new Judge();
    judge.trust(life("prepared"));
    judge.record(total(1_000_000));
    judge.trust(life("live"));
    judge.record(total(10_000));
    expect(judge.of("tax-port.total-decreased")).toEqual([]);
    judge.record(total(1_000));
    expect(judge.of("tax-port.total-decreased")).toHaveLength(1);
  });

  test("that is taken back into installation forgets what it knew of the old equipment", () => {
    const judge = new Judge();
    judge.record(total(1_000_000));
    judge.trust(life("prepared"));
    judge.trust(life("live"));
    judge.record(total(10_000));
    expect(judge.of("tax-port.total-decreased")).toEqual([]);
  });

  test("cries all the same when its gateway tells two stories", () => {
    const judge = new Judge();
    judge.trust(life("prepared"));
    judge.record(total(1_000_000));
    judge.fork();
    expect(judge.of("gateway.chain-broken")).toHaveLength(1);
  });
});

describe("what a gateway runs", () => {
  test("is unknown, once, as long as nobody has approved anything", () => {
    const judge = new Judge();
    for (let beat = 0; beat < 5; beat += 1) judge.record(heartbeat(OTHER));
    expect(judge.unknowns.filter((rule) => rule === "gateway.not-as-approved")).toHaveLength(1);
    expect(judge.of("gateway.not-as-approved")).toEqual([]);
  });

  test("is flagged when it differs for longer than an update takes, and the flag ends when it is as approved again", () => {
    const judge = new Judge();
    judge.trust(approval({ configSha256: APPROVED, version: "0.1.0" }));
    judge.record(heartbeat(APPROVED));
    for (let beat = 0; beat < 5; beat += 1) judge.record(heartbeat(OTHER));
    expect(judge.of("gateway.not-as-approved")).toEqual([]);
    judge.record(heartbeat(OTHER));
    const [flag] = judge.of("gateway.not-as-approved");
    expect(flag).toMatchObject({ subject: ID, state: "open", figures: { approvedConfigSha256: "a".repeat(12) } });
    expect(flag?.evidence).toEqual([{ gateway: ID, fromSeq: judge.source.seq, toSeq: judge.source.seq }]);
    judge.record(heartbeat(APPROVED));
    expect(judge.of("gateway.not-as-approved")[0]?.state).toBe("ended");
  });

  test("is flagged for its program alone, and an approval afterwards settles it", () => {
    const judge = new Judge();
    judge.trust(approval({ version: "0.1.0" }));
    for (let beat = 0; beat < 8; beat += 1) judge.record(heartbeat(OTHER, "0.1.0-patched"));
    expect(judge.of("gateway.not-as-approved")[0]?.text.en).toContain("0.1.0-patched");
    judge.trust(approval({ version: "0.1.0-patched" }));
    expect(judge.of("gateway.not-as-approved")[0]?.state).toBe("ended");
  });

  const command = (outcome: "accepted" | "done" | "rolled-back"): RecordBody => ({
    ...{ kind: "command", command: "c-1", name: "apply-configuration", outcome, reason: null, configSha256: null },
  });

  test("an ordered configuration is approved when the gateway reports it done, and the old one no more", () => {
    const judge = new Judge();
    judge.trust(approval({ configSha256: APPROVED }));
    judge.record(heartbeat(APPROVED));
    judge.trust(approval({ command: "c-1" }));
    judge.record(command("accepted"));
    for (let beat = 0; beat < 20; beat += 1) judge.record(heartbeat(OTHER));
    judge.record(command("done"));
    for (let beat = 0; beat < 20; beat += 1) judge.record(heartbeat(OTHER));
    expect(judge.of("gateway.not-as-approved")).toEqual([]);
    for (let beat = 0; beat < 8; beat += 1) judge.record(heartbeat(APPROVED));
    expect(judge.of("gateway.not-as-approved")).toHaveLength(1);
  });

  test("an order that was taken back, or never came, leaves the old configuration approved", () => {
    const judge = new Judge();
    judge.trust(approval({ configSha256: APPROVED }));
    judge.trust(approval({ command: "c-1" }));
    judge.record(command("accepted"));
    judge.record(heartbeat(OTHER));
    judge.record(command("rolled-back"));
    judge.trust(approval({ command: "c-2" }));
    for (let beat = 0; beat < 8; beat += 1) judge.record(heartbeat(APPROVED));
    expect(judge.of("gateway.not-as-approved")).toEqual([]);
    for (let beat = 0; beat < 8; beat += 1) judge.record(heartbeat(OTHER));
    expect(judge.of("gateway.not-as-approved")).toHaveLength(1);
  });

  test("a command that nobody issued approves nothing", () => {
    const judge = new Judge();
    judge.trust(approval({ configSha256: APPROVED }));
    judge.record(heartbeat(OTHER));
    judge.record(command("done"));
    for (let beat = 0; beat < 8; beat += 1) judge.record(heartbeat(OTHER));
    expect(judge.of("gateway.not-as-approved")).toHaveLength(1);
  });
});

describe("a key in two places", () => {
  test("is flagged when the stored chain goes on after a fork that the same key signed", () => {
    const judge = new Judge();
    for (let beat = 0; beat < 4; beat += 1) judge.record(heartbeat(APPROVED));
    judge.fork();
    expect(judge.of("gateway.key-copied")).toEqual([]);
    judge.record(heartbeat(APPROVED));
    const [flag] = judge.of("gateway.key-copied");
    expect(flag).toMatchObject({ subject: ID, severity: "high", figures: { sign: "fork", storedSeq: 4, nextSeq: 5 } });
    expect(flag?.evidence).toEqual([{ gateway: ID, fromSeq: 4, toSeq: 5 }]);
  });

  test("is not suspected when the chain never goes on: then it was rewritten, and that is flagged", () => {
    const judge = new Judge();
    for (let beat = 0; beat < 4; beat += 1) judge.record(heartbeat(APPROVED));
    judge.fork();
    judge.take({ kind: "hello", atMs: judge.atMs + MINUTE, gateway: ID });
    expect(judge.of("gateway.key-copied")).toEqual([]);
    expect(judge.of("gateway.chain-broken")).toHaveLength(1);
  });

  test.each(["behind", "other-hash"] as const)(
    "is flagged when a box greets with a journal that is %s, and the stored one goes on",
    (kind) => {
      const judge = new Judge();
      for (let beat = 0; beat < 4; beat += 1) judge.record(heartbeat(APPROVED));
      judge.trust({ event: "second-story", gateway: ID, kind, lastSeq: 2, storedSeq: 4 });
      judge.record(heartbeat(APPROVED));
      expect(judge.of("gateway.key-copied")[0]?.figures).toMatchObject({ sign: kind, secondSeq: 2 });
    },
  );

  test("is not suspected of a box that says itself that its journal was replaced", () => {
    const judge = new Judge();
    for (let beat = 0; beat < 4; beat += 1) judge.record(heartbeat(APPROVED));
    judge.trust({ event: "second-story", gateway: ID, kind: "behind", lastSeq: 2, storedSeq: 4 });
    judge.record(gateway({ event: "journal-replaced", previousSeq: 2, previousHash: "0".repeat(64) }));
    judge.record(heartbeat(APPROVED));
    expect(judge.of("gateway.key-copied")).toEqual([]);
  });

  test("is flagged when two connections take turns", () => {
    const judge = new Judge();
    const sinceMs = judge.atMs;
    judge.trust({ event: "two-places", gateway: ID, addresses: ["10.0.0.1", "10.9.9.9"], returns: 3, sinceMs });
    expect(judge.of("gateway.key-copied")[0]?.text.en).toContain("10.9.9.9");
  });
});
