import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "forecourt-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = readFileSync(new URL("./config.example.yaml", import.meta.url), "utf8");

/** Loads the shipped example, changed. */
function load(...changes: [string, string][]) {
  const file = join(folder, "agent.yaml");
  const text = changes.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, to);
  }, example);
  writeFileSync(file, text);
  return loadConfig(file);
}

const messagesOf = (loaded: ReturnType<typeof load>) => (loaded.ok ? [] : loaded.error.map(({ message }) => message));

describe("lines", () => {
  test("the shipped example is right", () => {
    expect(load()).toMatchObject({ ok: true });
  });

  test("`framing` is rtu or tcp", () => {
    expect(load(["framing: tcp", "framing: rtu"])).toMatchObject({ ok: true });
    expect(load(["framing: tcp", "framing: ascii"]).ok).toBe(false);
  });

  test("`framing` belongs to a tcp line, and `tcp` not to a tax port", () => {
    expect(messagesOf(load(["    parity: none", "    framing: rtu\n    parity: none"]))).toEqual([
      expect.stringContaining("belongs to a `tcp` line"),
    ]);
    const onLan: [string, string] = ["line: tax-1\n    driver", "line: gauge-lan\n    driver"];
    expect(messagesOf(load(onLan))).toContainEqual(expect.stringContaining("a tax port is no Modbus device"));
  });

  test("two lines cannot be one endpoint", () => {
    const twice = "  - line: other-lan\n    tcp: 192.168.10.20:502\n\ndevices:";
    expect(messagesOf(load(["\ndevices:", `${twice}`]))).toEqual([expect.stringContaining("named twice")]);
  });
});
