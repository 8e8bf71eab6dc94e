/**
 * The box that a gateway's program runs on, as far as the station can do anything to it: its power, its clock and the
 * door of its cabinet. The program dies when the power goes, and starts again some time after it is back.
 */
import type { BoxState } from "../control/state.ts";

/** The program on the box. */
export interface BoxProgram {
  start(): void;
  /** At once and without a warning. */
  kill(): Promise<void>;
  /** Sets the clock that the program sees. @param aheadMs ahead of the right time */
  setClock(aheadMs: number): void;
  /** What the contact at the cabinet's door says. */
  setCabinet(open: boolean): void;
}

export interface BoxOptions {
  /** How the box is now; undefined while nobody can tell. */
  look: () => Promise<BoxState | undefined>;
  program: BoxProgram;
  /** Waits some ms; undefined in tests that do not want to. */
  wait: (ms: number) => Promise<void>;
}

/** A box is up so long after its power is back: simulated ms. */
const BOOT_MS = 40_000;
/** How often it is looked. */
const LOOK_MS = 200;

/**
 * Is the power and the clock of a box whose program runs already, until it is told to stop.
 * @param signal ends it
 */
export async function keepBox({ look, program, wait }: BoxOptions, signal: AbortSignal): Promise<void> {
  let isOn = true;
  let aheadMs = 0;
  let cabinetOpen: boolean | undefined;
  while (!signal.aborted) {
    const state = await look();
    if (signal.aborted) return;
    if (state !== undefined && state.clockAheadMs !== aheadMs) {
      aheadMs = state.clockAheadMs;
      program.setClock(aheadMs);
    }
    if (state !== undefined && state.cabinetOpen !== cabinetOpen) {
      cabinetOpen = state.cabinetOpen;
      program.setCabinet(cabinetOpen);
    }
    if (state !== undefined && isOn && !state.hasPower) {
      isOn = false;
      await program.kill();
    }
    if (state !== undefined && !isOn && state.hasPower) {
      await wait(BOOT_MS / state.speed);
      // A power that fails again while the box starts finds nothing that runs yet.
      isOn = !signal.aborted && ((await look())?.hasPower ?? false);
      if (isOn) program.start();
    }
    await wait(LOOK_MS);
  }
}
