/** What a seal hub put on the wire, read from its registers at fixed offsets, and what the agent recorded of it. */
import type { RecordOf } from "@forecourt/protocol/records/schema.ts";
import type { World } from "@forecourt/simulators/physics/world.ts";
import { RegisterLog, type Registers } from "./registers.ts";
import { type Answered, type Cut, difference, isUncertain, type Told, toldOf, type Verdict } from "./told.ts";

const FIRST = 10;
const STRIDE = 8;
const STATES = ["not-installed", "sealed", "open", "cut", "shell-tampered", "removed", "offline"];
const NO_BATTERY = 0xffff;

export class SealAccount {
  readonly #device: string;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #log = new RegisterLog();
  /** What each seal showed, repeats left out. `sure`: it must have reached the agent. */
  readonly #shown = new Map<string, { text: string; sure: boolean }[]>();

  constructor(world: World, device: string) {
    this.#device = device;
    this.#numbers = new Map([...world.seals.values()].map(({ plan }) => [plan.seal, plan.number]));
  }

  heard(answer: Answered, cuts: readonly Cut[]): void {
    const registers = this.#log.heard(answer);
    if (registers === undefined) return;
    const sure = !answer.disturbed && !isUncertain(cuts, this.#device, answer.at);
    for (const [seal, number] of this.#numbers) {
      const state = stateOf(number, registers);
      if (state === undefined) continue;
      const shown = this.#shown.get(seal) ?? [];
      this.#shown.set(seal, shown);
      const text = textOf(state);
      const newest = shown.at(-1);
      if (newest?.text === text) newest.sure ||= sure;
      else shown.push({ text, sure });
    }
  }

  compare(told: readonly Told[]): Verdict {
    const own = toldOf(told, "seal").map(({ record }) => record);
    const faults = own.flatMap((record) => {
      const registers = this.#log.find(record.raw);
      if (registers === undefined) return [`${record.seal}: a raw answer that ${this.#device} never sent`];
      const words = difference(stateOf(this.#numbers.get(record.seal)!, registers) ?? {}, record);
      return words ? [`${record.seal}: a record whose ${words}`] : [];
    });
    for (const [seal, shown] of this.#shown) {
      const wire = shown.filter(({ sure }) => sure).map(({ text }) => text);
      const said = own.filter((record) => record.seal === seal).map(textOf);
      const changes = said.filter((one, index) => one !== said[index - 1]);
      if (changes.join() === wire.join()) continue;
      faults.push(`${seal}: the hub showed ${wire.join()}, the records say ${changes.join()}`);
    }
    return { faults, compared: { seal: own.length } };
  }
}

type State = Pick<RecordOf<"seal">, "state" | "tamperCount" | "openCount" | "serial" | "batteryPercent">;

function textOf({ state, tamperCount, openCount, serial }: State): string {
  return `${state}/${tamperCount}/${openCount}/${serial}`;
}

/** Undefined: the registers of this seal are not among these. */
function stateOf(number: number, registers: Registers): State | undefined {
  const at = FIRST + (number - 1) * STRIDE;
  const words = Array.from({ length: STRIDE }, (_, index) => registers.get(at + index));
  const [code, tamperCount, openCount, battery, ...serial] = words;
  if (code === undefined || tamperCount === undefined || openCount === undefined) return undefined;
  const letters = serial.flatMap((word = 0) => [word >> 8, word & 0xff]).filter((byte) => byte !== 0);
  return {
    state: (STATES[code] ?? "unknown") as State["state"],
    tamperCount,
    openCount,
    batteryPercent: battery === NO_BATTERY ? null : (battery ?? null),
    serial: Buffer.from(letters).toString("latin1") || null,
  };
}
