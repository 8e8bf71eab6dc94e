/** `collector rollout begin|step`: an update of all gateways in rings. `step` looks once and is run by a timer. */
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { candidatesOf, orderUpdate, seenOf } from "../rollout/over-api.ts";
import { keepPlan, type Rollout, readPlan } from "../rollout/plan-file.ts";
import { advance, beginRollout, ordered, type Seen, seenBy, usualPolicy } from "../rollout/rollout.ts";

interface Access {
  state: string;
  url: string;
  tokenFile: string;
}

const EXIT_STOPPED = 3;
const MINUTE_MS = 60_000;
/** The API takes this many commands a minute; the others follow with the next look. */
const ORDERS_AT_ONCE = 50;
const NEVER_ORDERED: Seen = { outcome: null, isSilent: false, unreadable: 0 };

/** Adds the commands below `rollout`. */
export function addRolloutCommands(program: Command): void {
  const rollout = program
    .command("rollout")
    .description("update gateways in rings: 5, 50, all; stops when one gets worse");
  const common = (name: string, text: string) =>
    rollout
      .command(name)
      .description(text)
      .requiredOption("--state <file>", "where the roll-out is kept")
      .requiredOption("--token-file <file>", "token of a machine that may stations:view and commands:issue")
      .option("--url <url>", "the collector's API", "http://127.0.0.1:8080");
  common("begin", "make the rings; nothing is ordered before the first step")
    .requiredOption("--to <version>", "the version")
    .requiredOption("--from <url>", "where gateways fetch bundles: `updates.address` of the configuration")
    .option("--trial-minutes <number>", "within which a version must show that it works", Number, 15)
    .action(async (options: Access & { to: string; from: string; trialMinutes: number }) => {
      if (existsSync(options.state)) throw new Error(`${options.state} holds a roll-out: name another file`);
      const made = beginRollout(options.to, await candidatesOf(accessOf(options)), usualPolicy, Date.now());
      const trialMs = options.trialMinutes * MINUTE_MS;
      keepPlan(options.state, { rollout: made, from: options.from, trialMs, lookedMs: Date.now() });
      report(made);
    });
  common("step", "look at what was ordered, and order what is due; exit code 3 when it has stopped").action(
    async (options: Access) => step(options),
  );
}

async function step(options: Access): Promise<void> {
  const plan = { ...readPlan(options.state), lookedMs: Date.now() };
  const api = accessOf(options);
  const seen = await seenOf(api, plan.rollout.members);
  const look = ({ gateway }: { gateway: string }) => seen.get(gateway) ?? NEVER_ORDERED;
  const looked = advance(plan.rollout, look, usualPolicy, Date.now());
  let rollout = seenBy(looked.rollout, look);
  keepPlan(options.state, { ...plan, rollout });
  const command = {
    name: "update",
    version: rollout.version,
    from: plan.from,
    allowOlder: false,
    trialMs: plan.trialMs,
  };
  for (const member of looked.order.slice(0, ORDERS_AT_ONCE)) {
    rollout = ordered(rollout, member.gateway, await orderUpdate(api, member, command));
    // After each: what was ordered must not be ordered again.
    keepPlan(options.state, { ...plan, rollout });
  }
  report(rollout);
  if (rollout.state === "stopped") process.exitCode = EXIT_STOPPED;
}

function accessOf({ url, tokenFile }: Access) {
  return { url, token: readFileSync(tokenFile, "utf8").trim() };
}

function report({ version, state, reason, ring, members }: Rollout): void {
  const orderedCount = members.filter(({ command }) => command !== null).length;
  const shown = { version, state, reason, ring: ring + 1, ordered: orderedCount, gateways: members.length };
  process.stdout.write(`${JSON.stringify(shown)}\n`);
}
