/** `sim check`: whether the simulated stations behave as the sources say that stations do. */
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { templateNames } from "../scenario/template.ts";
import { wholeNumber } from "./arguments.ts";

interface CheckFlags {
  days: number;
  seed: number;
  json?: boolean;
  picture?: string;
  of: string;
}

/** Adds the command. */
export function addCheck(program: Command): void {
  program
    .command("check")
    .description(
      "measure the physics of the templates as an operator would, beside what the sources say of real stations",
    )
    .option("--days <n>", "days of each template", wholeNumber, 28)
    .option("--seed <n>", "the seed", wholeNumber, 5)
    .option("--json", "print JSON")
    .option("--picture <file>", "draw a week of a station there, as SVG")
    .option("--of <template>", "whose week is drawn", "county-road")
    .action(check);
}

async function check(flags: CheckFlags): Promise<void> {
  // Loaded only here: what the other commands do not need would cost each of them half a second.
  const { campaign, figures } = await import("../check/measure.ts");
  const { weekSvg } = await import("../check/week.ts");
  const measured = figures(campaign(templateNames, flags.days, flags.seed));
  if (flags.picture !== undefined) writeFileSync(flags.picture, weekSvg(flags.of, flags.seed));
  const lines = measured.map(({ name, value, unit, range: [low, high], source }) => {
    const verdict = value >= low && value <= high ? "✓" : "✗";
    return `${verdict} ${name.padEnd(42)} ${value.toFixed(3).padStart(8)} ${unit.padEnd(11)} ${low} to ${high}  (${source})`;
  });
  process.stdout.write(flags.json ? JSON.stringify(measured) : `${lines.join("\n")}\n`);
}
