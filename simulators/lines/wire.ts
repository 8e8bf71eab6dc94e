/** How long bytes take on a serial wire. */

export interface WireSettings {
  baudRate: number;
  dataBits: number;
  parity: "none" | "even" | "odd";
  stopBits: number;
}

/** `baud`: as on a real wire. `instant`: no wire time, for tests that ask about something else. */
export type WireMode = "baud" | "instant";

/** Milliseconds that one character takes: start bit, data, parity, stop. */
export function characterMs(settings: WireSettings): number {
  const bits = 1 + settings.dataBits + (settings.parity === "none" ? 0 : 1) + settings.stopBits;
  return (bits * 1_000) / settings.baudRate;
}

/** Milliseconds that some bytes take. */
export function wireMs(settings: WireSettings, bytes: number, mode: WireMode): number {
  return mode === "instant" ? 0 : bytes * characterMs(settings);
}
