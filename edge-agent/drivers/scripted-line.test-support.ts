/** A line for tests of drivers: a function answers each request with bytes, and the driver's own reader reads them. */
import { fail, ok, type Result } from "@forecourt/protocol/result.ts";
import type { DriverLine, Exchange, LineError } from "../lines/exchange.ts";

/** The bytes that come back for a request, in the pieces in which they come; nothing is a time-out. */
export type Answering = (request: Uint8Array) => readonly Uint8Array[];

export class ScriptedLine implements DriverLine {
  readonly requests: Uint8Array[] = [];
  answering: Answering;

  constructor(answering: Answering) {
    this.answering = answering;
  }

  async exchange<T>({ request, reader }: Exchange<T>): Promise<Result<T, LineError>> {
    this.requests.push(request);
    const finder = reader();
    const pieces = this.answering(request);
    for (const piece of pieces) {
      const found = finder.push(piece);
      if (found !== undefined) return ok(found);
    }
    const found = finder.silence();
    if (found !== undefined) return ok(found);
    const code = pieces.length === 0 ? "timeout" : "garbled";
    return fail({ code, message: "no whole answer" });
  }

  async send(bytes: Uint8Array): Promise<Result<void, LineError>> {
    this.requests.push(bytes);
    return ok(undefined);
  }
}
