/** What an agent can be asked from afar: the seam between the commands and the parts that carry them out. */
import type { CommandBody, CommandBodyOf, CommandOutcome } from "@forecourt/protocol/commands/schema.ts";

/** How a command ended, or that it goes on and will be said later. */
export interface ActionResult {
  outcome: CommandOutcome;
  /** at most 200 characters are kept */
  reason: string | null;
  /** what was asked for */
  text?: string;
  /** of a configuration that was taken, hex */
  configSha256?: string;
}

/** To capture one line for a while. */
export interface CaptureOrder {
  /** of the command */
  id: string;
  line: string;
  durationMs: number;
}

export interface RemoteActions {
  /** Validates, switches and restarts; the end of it is said by the next start. */
  applyConfiguration(id: string, yaml: string, deadlineMs: number): ActionResult;
  /** Reads a device as soon as it can be asked. @returns false when there is no such device */
  readNow(device: string): boolean;
  /** Sends records again. @returns how many */
  resendRange(fromSeq: number, toSeq: number): Promise<number>;
  /** Begins to write what passes on a line to a file; the end of it is said later. */
  captureLine(order: CaptureOrder): ActionResult;
  /** What a command that has ended brought, as far as it is still there. */
  textOf(id: string): string | undefined;
  logLines(count: number): string[];
  /** Begins an update; the end of it is said later, by another version perhaps. */
  update(id: string, order: CommandBodyOf<"update">): ActionResult;
  /** Restarts once the running command has been answered. */
  restart(): void;
}

export const done = (reason: string | null = null, more: Partial<ActionResult> = {}): ActionResult => ({
  outcome: "done",
  reason,
  ...more,
});
export const refused = (reason: string): ActionResult => ({ outcome: "refused", reason });
export const failed = (reason: string): ActionResult => ({ outcome: "failed", reason });

/** Carries one command out. */
export async function carryOut(id: string, body: CommandBody, actions: RemoteActions): Promise<ActionResult> {
  switch (body.name) {
    case "apply-configuration":
      return actions.applyConfiguration(id, body.yaml, body.deadlineMs);
    case "read-now":
      return actions.readNow(body.device) ? done() : refused(`there is no device ${body.device}`);
    case "resend-range":
      return done(`${await actions.resendRange(body.fromSeq, body.toSeq)} records were sent again`);
    case "capture-line":
      return actions.captureLine({ id, line: body.line, durationMs: body.durationMs });
    case "send-logs":
      return done(null, { text: actions.logLines(body.lines).join("\n") });
    case "update":
      return actions.update(id, body);
    case "restart":
      actions.restart();
      return { outcome: "accepted", reason: null };
  }
}
