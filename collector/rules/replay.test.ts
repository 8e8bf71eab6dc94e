import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonical } from "@forecourt/protocol/records/canonical.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { MINUTE, records } from "../testing/judge.ts";
import { gateway, NOON_MS, total } from "../testing/records.ts";
import { STATION, testStation } from "../testing/stations.ts";
import { unchanged } from "./entry-book.ts";
import { Replay } from "./replay.ts";
import { replayFiles } from "./replay-files.ts";

const decreased = () => records(total(500_000), [MINUTE, gateway()], [2 * MINUTE, total(400_000)]);

describe("a replay", () => {
  it("says when a flag was first raised, by the time of the records", () => {
    const replay = new Replay(unchanged(testStation()), {});
    for (const seen of decreased()) replay.record(seen);
    expect(replay.finish()).toMatchObject({
      records: 3,
      fromMs: NOON_MS,
      flags: [
        { rule: "tax-port.total-decreased", raisedMs: NOON_MS + 2 * MINUTE, aboveNoticeMs: NOON_MS + 2 * MINUTE },
      ],
    });
  });

  it("makes the ticks of a silence itself", () => {
    const replay = new Replay(unchanged(testStation()), {});
    for (const seen of records([0, gateway()], [60 * MINUTE, gateway()], [62 * MINUTE, gateway()])) replay.record(seen);
    const { flags } = replay.finish();
    expect(flags).toMatchObject([{ rule: "gateway.silent", state: "ended", raisedMs: NOON_MS + 3 * MINUTE }]);
  });

  it("says the same of the same records", () => {
    const run = () => {
      const replay = new Replay(unchanged(testStation()), {});
      for (const seen of decreased()) replay.record(seen);
      return JSON.stringify(replay.finish());
    };
    expect(run()).toBe(run());
  });
});

describe("a replay from files", () => {
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  const file = (name: string) => join(folder, name);
  beforeAll(() => {
    writeFileSync(file("registry.yaml"), stringify({ stations: [testStation()] }));
    const lines = decreased().map(({ record }) => canonical(record));
    writeFileSync(file("records.ndjson"), `${lines.join("\n")}\n`);
    writeFileSync(file("broken.ndjson"), `${lines[0]}\n{"kind":"sale"}\n`);
    const price = {
      filing: "price",
      id: "p1",
      station: STATION,
      at: "2026-03-01T00:00:00.000+08:00",
      grade: "92#",
      unitPriceFen: 770,
      from: "2026-03-01T00:00:00.000+08:00",
    };
    writeFileSync(file("filings.ndjson"), `${JSON.stringify(price)}\n`);
    writeFileSync(file("wrong.ndjson"), `${JSON.stringify({ ...price, unitPriceFen: 0 })}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("reads registry, journal and filings", () => {
    const result = replayFiles(
      { registry: file("registry.yaml"), records: file("records.ndjson"), filings: file("filings.ndjson") },
      {},
    );
    expect(result).toMatchObject({ ok: true, value: { station: STATION, records: 3, flags: [{ subject: "N01" }] } });
  });

  it("names the line that cannot be read, of journal and filings", () => {
    const registry = file("registry.yaml");
    const broken = replayFiles({ registry, records: file("broken.ndjson") }, {});
    expect(broken).toMatchObject({ ok: false, error: [{ line: 2, file: file("broken.ndjson") }] });
    const wrong = replayFiles({ registry, records: file("records.ndjson"), filings: file("wrong.ndjson") }, {});
    expect(wrong).toMatchObject({ ok: false, error: [{ line: 1, message: expect.stringContaining("/unitPriceFen") }] });
    const none = replayFiles({ registry, records: file("none.ndjson") }, {});
    expect(none).toMatchObject({ ok: false, error: [{ code: "unreadable" }] });
  });

  it("takes a sale of a station that is not the only one only when it is named", () => {
    const two = [testStation(), testStation(undefined, "532801-0002")].map((station, index) => ({
      ...station,
      gateways: station.gateways.map((one) => ({ ...one, id: `${one.id}${index}` })),
    }));
    writeFileSync(file("two.yaml"), stringify({ stations: two }));
    expect(replayFiles({ registry: file("two.yaml"), records: file("records.ndjson") }, {}).ok).toBe(false);
    const named = { registry: file("two.yaml"), records: file("records.ndjson"), station: STATION };
    expect(replayFiles(named, {})).toMatchObject({ ok: true });
  });
});
