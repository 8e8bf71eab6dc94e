/** A foreign Modbus master (mbpoll) reads the simulated devices: our agent is not the only one they can talk to. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Program, ROOT, until } from "../rig/program.ts";
import type { StationLines } from "../rig/site.ts";
import { hasTool, type Ran, runTool } from "../rig/tools.ts";

/** Address of tank 1's level in the generic gauge map: two registers, high word first, 0.1 mm. */
const LEVEL_AT = 1;
const INPUT_REGISTERS = "3";
const HOLDING_REGISTERS = "4";

interface State {
  tanks: { tank: string; levelUm: number }[];
  seals: { seal: string }[];
}

describe.skipIf(!hasTool("mbpoll", "mbpoll"))("mbpoll", () => {
  const folder = join(ROOT, ".run", "test", "mbpoll");
  let simulator: Program;
  let lines: StationLines;

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "lines"), { recursive: true });
    const scenario = join(ROOT, "simulators", "scenarios", "demo-honest.yaml");
    simulator = new Program({
      args: [
        ...["simulators/main.ts", "run", scenario, "--lines", join(folder, "lines")],
        ...["--truth", join(folder, "truth.jsonl"), "--control", "0", "--speed", "1"],
      ],
      log: join(folder, "simulator.log"),
    });
    simulator.start();
    const file = join(folder, "lines", "lines.json");
    lines = await until("the station is up", () => {
      try {
        return JSON.parse(readFileSync(file, "utf8")) as StationLines;
      } catch {
        return undefined;
      }
    });
  });

  afterAll(async () => {
    await simulator.stop();
  });

  const state = async () => (await (await fetch(`http://127.0.0.1:${lines.control?.port}/api/state`)).json()) as State;

  /** `[1]: 0` and `[1]: 65535 (-1)` are how mbpoll prints a register. */
  function registers({ output }: Ran): number[] {
    return [...output.matchAll(/^\[\d+\]:\s+(\d+)/gm)].map((match) => Number(match[1]));
  }

  it("reads the tank gauge over Modbus TCP", async () => {
    const { port } = lines.tcp["gauge-1"]!;
    const ran = await runTool("mbpoll", [
      ...["-m", "tcp", "-p", String(port), "-a", "1", "-t", INPUT_REGISTERS],
      ...["-0", "-r", String(LEVEL_AT), "-c", "2", "-1", "127.0.0.1"],
    ]);
    expect(ran.output).not.toContain("failed");
    const [high, low] = registers(ran);
    const levelUm = (((high ?? 0) << 16) | (low ?? 0)) * 100;
    const truth = (await state()).tanks[0]!.levelUm;
    expect(Math.abs(levelUm - truth)).toBeLessThan(2_000);
  });

  it("reads the seal hub over Modbus RTU on its serial line", async () => {
    const ran = await runTool("mbpoll", [
      ...["-m", "rtu", "-b", "9600", "-d", "8", "-s", "1", "-P", "none", "-a", "2", "-t", HOLDING_REGISTERS],
      ...["-0", "-r", "0", "-c", "1", "-1", lines.serial["seals-1"]!],
    ]);
    expect(ran.output).not.toContain("failed");
    expect(registers(ran)).toEqual([(await state()).seals.length]);
  });

  it("is refused an address the gauge does not have", async () => {
    const { port } = lines.tcp["gauge-1"]!;
    const ran = await runTool("mbpoll", [
      ...["-m", "tcp", "-p", String(port), "-a", "1", "-t", INPUT_REGISTERS],
      ...["-0", "-r", "60000", "-c", "2", "-1", "127.0.0.1"],
    ]);
    expect(ran.output).toContain("Illegal data address");
  });
});
