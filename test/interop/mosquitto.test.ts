/** Mosquitto's own clients at the embedded broker: an observer sees batches, nobody else gets in or writes. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Chain, startChain } from "../rig/chain.ts";
import { OBSERVER, READING } from "../rig/chain-collector.ts";
import { ROOT } from "../rig/program.ts";
import { hasTool, runTool } from "../rig/tools.ts";

const available = hasTool("mosquitto_sub", "mosquitto-clients") && hasTool("mosquitto_pub", "mosquitto-clients");

describe.skipIf(!available)("mosquitto clients", () => {
  let chain: Chain;

  beforeAll(async () => {
    chain = await startChain({
      folder: join(ROOT, ".run", "test", "mosquitto"),
      scenarios: [join(ROOT, "simulators", "scenarios", "plain.yaml")],
      speed: 20,
    });
  });

  afterAll(async () => {
    await chain?.stop();
  });

  const place = () => ["-h", "127.0.0.1", "-p", String(chain.collector.mqttPort), "-V", "mqttv311"];
  const asObserver = ["-u", OBSERVER.username, "-P", OBSERVER.password];

  it("mosquitto_sub sees a gateway's batches and the collector's receipts", async () => {
    const ran = await runTool("mosquitto_sub", [
      ...[...place(), ...asObserver, "-t", "forecourt/v1/#", "-C", "4", "-W", "15", "-F", "%t %l"],
    ]);
    const { gateway } = chain.stations[0]!;
    expect(ran.output).toContain(`forecourt/v1/${gateway}/up/batch`);
    expect(ran.output).toContain(`forecourt/v1/${gateway}/down/receipt`);
  });

  it("mosquitto_sub with a wrong password is turned away", async () => {
    const ran = await runTool("mosquitto_sub", [
      ...place(),
      "-u",
      "ops",
      "-P",
      "wrong",
      "-t",
      "#",
      "-C",
      "1",
      "-W",
      "5",
    ]);
    expect(ran.code).not.toBe(0);
    expect(ran.output).toMatch(/not authori[sz]ed|refused|bad user/i);
  });

  it("mosquitto_pub cannot write as an observer, and the collector goes on", async () => {
    const { gateway } = chain.stations[0]!;
    const before = await storedSeq();
    await runTool("mosquitto_pub", [
      ...[...place(), ...asObserver, "-q", "1", "-t", `forecourt/v1/${gateway}/up/batch`, "-m", "forged"],
    ]);
    await expect.poll(storedSeq, { timeout: 30_000 }).toBeGreaterThan(before);
  });

  async function storedSeq(): Promise<number> {
    const { plan } = chain.stations[0]!;
    const response = await fetch(`${chain.collector.url}/api/v1/stations/${plan.station.id}`, { headers: READING });
    const detail = (await response.json()) as { gateways: { lastSeq: number }[] };
    return detail.gateways[0]?.lastSeq ?? 0;
  }
});
