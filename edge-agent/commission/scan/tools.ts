/** What a search asks with: a line on a port or address with given settings, opened for a few questions and closed again. */
import type { LineSettings } from "@forecourt/protocol/commission/found.ts";
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import { Line } from "../../lines/line.ts";
import type { Transport } from "../../lines/transport.ts";
import { lineOptions } from "../../wiring/lines.ts";

/** A serial port by its path, or a TCP endpoint `host:port`. */
export type Place = { serial: string } | { tcp: string };

/** How long each kind of device may take to answer, ms. */
export interface Patience {
  taxPortMs: number;
  modbusMs: number;
  consoleMs: number;
  /** the least pause between two questions to a tax port */
  gapMs: number;
}

export const PATIENCE: Patience = { taxPortMs: 1_200, modbusMs: 300, consoleMs: 4_000, gapMs: 250 };

export interface ScanTools {
  patience: Patience;
  /** Whether to ask every number that a device may have, and not only those that are likely. */
  isThorough: boolean;
  /** Called with what is being tried, for whoever watches. */
  progress: (place: Place, trying: string) => void;
  /** Called when a place has been searched. */
  done?: (place: Place) => void;
  signal: AbortSignal;
  /** Stands in for a port in tests. */
  transport?: (place: Place, settings: LineSettings) => Transport;
}

/** `raw`: bytes as they are; the others are ways of Modbus. */
export type Framing = "raw" | "rtu" | "tcp";

/** Tells the line how long the silence between two frames must be; nothing is read by it. */
const MODBUS_DEVICE = {
  ...{ device: "device", line: "line", driver: "modbus" as const, profile: "any", tanks: [], seals: [] },
  ...{ intervalMs: 0, answerTimeoutMs: 0 },
  readProfile: {
    ...{ profile: "any", device: "generic" as const, title: "any", source: "none" },
    ...{ confidence: "?" as const, verified: "no" },
  },
};

/**
 * Opens a line, asks on it, and closes it.
 * @returns what `ask` gave, or why the line cannot be opened
 */
export async function withLine<T>(
  tools: ScanTools,
  at: { place: Place; settings: LineSettings; framing: Framing },
  ask: (line: Line) => Promise<T>,
): Promise<Result<T, string>> {
  const { place, settings, framing } = at;
  const config = { line: "line", ...place, ...settings, ...(framing === "raw" ? {} : { framing }) };
  const options = lineOptions(config, framing === "raw" ? [] : [MODBUS_DEVICE]);
  const transport = tools.transport?.(place, settings);
  const line = new Line({ ...options, ...(transport && { transport }) });
  const opened = await line.open();
  if (!opened.ok) return fail(opened.error);
  try {
    return ok(await ask(line));
  } finally {
    await line.close();
  }
}
