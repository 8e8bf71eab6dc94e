/** What a simulated line's far end is: something a master can connect to, and that can be pulled out. */

export interface Port {
  /** Makes the port reachable. Nothing happens when it is already. */
  plug(): void;
  /** Takes the port away: whoever has it open sees a hang-up. */
  pull(): void;
  /** Sends bytes to the master; they are lost when nobody can hear them. */
  write(bytes: Uint8Array): void;
}

/** Makes a port, given what to do with the bytes that the master sends. */
export type PortMaker = (heard: (bytes: Uint8Array) => void) => Port;
