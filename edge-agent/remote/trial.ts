/**
 * A configuration on trial: written beside the old one, switched atomically, and taken back by itself if the collector
 * is not reached with it in time. What is going on stands in a file beside the configuration, so that a crash, a power
 * cut or a configuration that does not even load ends in one of the two configurations, never in between.
 *
 *     FILE            the configuration in force
 *     FILE.next       a new one while it is checked
 *     FILE.previous   the one before
 *     FILE.trial      which command is on trial, and how far it has come
 */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { replaceFile, syncFolder } from "../disk/replace-file.ts";

const TrialSchema = Type.Object({
  command: Type.String(),
  deadlineMs: Type.Integer({ minimum: 0 }),
  /** of the new configuration, hex */
  sha256: Type.String(),
  /** starts of the program with it */
  starts: Type.Integer({ minimum: 0 }),
  state: Type.Union([Type.Literal("trying"), Type.Literal("rolled-back"), Type.Literal("not-switched")]),
  reason: Type.Union([Type.String(), Type.Null()]),
});
export type Trial = Static<typeof TrialSchema>;
const validator = Compile(TrialSchema);

/** A configuration with which the program ends again and again is not waited for. */
const MOST_STARTS = 3;

export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export class TrialFiles {
  readonly #file: string;

  /** @param file the configuration in force */
  constructor(file: string) {
    this.#file = file;
  }

  /** What stands in the trial file; undefined when there is none, or none that can be read. */
  read(): Trial | undefined {
    try {
      const value: unknown = JSON.parse(readFileSync(`${this.#file}.trial`, "utf8"));
      return validator.Check(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Writes a new configuration beside the one in force. @returns its path, to be checked */
  propose(yaml: string): string {
    const next = `${this.#file}.next`;
    replaceFile(next, yaml, this.#mode());
    return next;
  }

  /** Throws a proposed configuration away. */
  withdraw(): void {
    rmSync(`${this.#file}.next`, { force: true });
  }

  /** Puts the proposed configuration in force, on trial. */
  begin(command: string, deadlineMs: number): void {
    const sha256 = sha256Of(readFileSync(`${this.#file}.next`, "utf8"));
    replaceFile(`${this.#file}.previous`, readFileSync(this.#file, "utf8"), this.#mode());
    // First the note, then the switch: whoever finds the note looks which configuration is in force.
    this.#write({ command, deadlineMs, sha256, starts: 0, state: "trying", reason: null });
    renameSync(`${this.#file}.next`, this.#file);
    syncFolder(dirname(this.#file));
  }

  /**
   * Counts a start of the program. Takes the old configuration back when this one has been started too often, and
   * notices when the switch never happened.
   * @returns the trial as it stands now
   */
  started(): Trial | undefined {
    const trial = this.read();
    if (trial === undefined || trial.state !== "trying") return trial;
    if (sha256Of(readFileSync(this.#file, "utf8")) !== trial.sha256) {
      this.withdraw();
      return this.#write({ ...trial, state: "not-switched", reason: "the program stopped before the switch" });
    }
    if (trial.starts >= MOST_STARTS) return this.rollBack(`the program ended ${trial.starts} times with it`);
    return this.#write({ ...trial, starts: trial.starts + 1 });
  }

  /** Puts the previous configuration back in force. @returns the trial, which now says so */
  rollBack(reason: string): Trial | undefined {
    const trial = this.read();
    if (trial === undefined || trial.state !== "trying") return trial;
    replaceFile(this.#file, readFileSync(`${this.#file}.previous`, "utf8"), this.#mode());
    return this.#write({ ...trial, state: "rolled-back", reason });
  }

  /** The trial is over and its end has been recorded. */
  forget(): void {
    rmSync(`${this.#file}.trial`, { force: true });
    syncFolder(dirname(this.#file));
  }

  #write(trial: Trial): Trial {
    replaceFile(`${this.#file}.trial`, JSON.stringify(trial), 0o600);
    return trial;
  }

  #mode(): number {
    return statSync(this.#file).mode & 0o777;
  }
}
