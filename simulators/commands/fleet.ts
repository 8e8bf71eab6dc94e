/** `sim fleet`: load for a collector. */
import { writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { stringify } from "yaml";
import type { FleetMember, FleetPlan } from "../fleet/fleet.ts";
import { registryEntry } from "../history/registry.ts";
import { duration, speed, wholeNumber } from "./arguments.ts";

interface FleetFlags {
  stations: number;
  days: number;
  seed: number;
  collector?: string;
  collectorKey?: string;
  registryOut?: string;
  truthOut?: string;
  cheats: number;
  late: number;
  storms: number;
  every: number;
  speed?: number;
}

const HALF_HOUR_MS = 1_800_000;
const MINUTE_MS = 60_000;
/** What is held in memory of each model's days. */
const MOST_DAYS = 31;

/** Adds the command. */
export function addFleet(program: Command): void {
  program
    .command("fleet")
    .description("thousands of gateways that report to one collector: signed, chained batches, without serial lines")
    .option("--stations <n>", "how many, one gateway each", wholeNumber, 100)
    .option("--days <n>", "how much of their trade, in parts of a day if need be", partsOfDays, 1)
    .option("--seed <n>", "of stations, keys and cheats", wholeNumber, 7)
    .option("--collector <url>", "the broker, such as mqtt://127.0.0.1:1883; without it only files are written")
    .option("--collector-key <base64>", "what `npm run collector -- key` prints")
    .option("--registry-out <file>", "write the registry that the collector needs for this fleet")
    .option("--truth-out <file>", "write which station cheats and how, one JSON line each")
    .option("--cheats <share>", "share of the stations that cheat", share, 0.05)
    .option("--late <share>", "share that comes online hours late, with its backlog", share, 0.05)
    .option("--storms <n>", "how often half of them lose the line at once and come back together", wholeNumber, 2)
    .option("--every <duration>", "simulated time between two batches of a gateway", duration, HALF_HOUR_MS)
    .option("--speed <n>", "simulated seconds a second; default: as fast as receipts come", speed)
    .action(fleet);
}

async function fleet(flags: FleetFlags): Promise<void> {
  // Loaded only here: what the other commands do not need would cost each of them half a second.
  const { fleetMembers, runFleet } = await import("../fleet/fleet.ts");
  const { stations, days, seed, cheats, late, storms } = flags;
  // The end of the reported time is a whole minute, a little in the past: no record is from the future.
  const until = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  const plan: FleetPlan = {
    stations,
    days,
    seed,
    cheats,
    late,
    storms,
    everyMs: flags.every,
    speed: flags.speed,
    until,
  };
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(`simulating the days of ${stations} stations …`);
  const members = fleetMembers(plan);
  if (flags.registryOut !== undefined) writeFileSync(flags.registryOut, registryText(members));
  if (flags.truthOut !== undefined) writeFileSync(flags.truthOut, truthText(members));
  if (flags.collector === undefined) return;
  if (flags.collectorKey === undefined)
    throw new Error("--collector needs --collector-key: `npm run collector -- key`");
  const result = await runFleet(plan, members, { url: flags.collector, publicKey: flags.collectorKey, tell: say });
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function registryText(members: readonly FleetMember[]): string {
  const entries = members.map(({ station, model, signer }, index) => ({
    ...registryEntry(model.scenario),
    id: station,
    nameZh: `模拟站${index + 1}`,
    nameEn: `Simulated ${index + 1}`,
    gateways: [{ id: `gw-${station}`, publicKey: signer.publicKey }],
  }));
  return stringify({ stations: entries }, { aliasDuplicateObjects: false });
}

function truthText(members: readonly FleetMember[]): string {
  const lines = members.flatMap(({ station, model }) =>
    model.cheat ? [JSON.stringify({ station, ...model.cheat })] : [],
  );
  return lines.length > 0 ? `${lines.join("\n")}\n` : "";
}

function partsOfDays(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= MOST_DAYS)) throw new InvalidArgumentError(`Expected above 0, to ${MOST_DAYS}.`);
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("Expected a share from 0 to 1.");
  return value;
}
