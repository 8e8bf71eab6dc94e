/**
 * Keeps one agent running with the configuration in force: starts it again when a command asks for it, and takes a
 * configuration on trial back when it does not load, does not start, or does not reach the collector in time.
 */
import { ok, type Result } from "@forecourt/protocol/result.ts";
import type { YamlError } from "@forecourt/protocol/yaml-file.ts";
import type { AgentConfig } from "../config.ts";
import { type Trial, TrialFiles } from "./trial.ts";

/** What a running agent is given to be commanded from afar. */
export interface Supervision {
  /** path of the configuration in force */
  configFile: string;
  trial: TrialFiles;
  /** how a configuration on trial stands at this start */
  standing: Trial | undefined;
  load: (file: string) => Result<AgentConfig, YamlError[]>;
  /** Stops everything in order and starts again with the configuration then in force. */
  restart: (reason: string) => void;
  /** The collector has been reached: a configuration on trial stays. @returns the trial that ended so */
  reached: () => Trial | undefined;
}

interface Running {
  stop(reason: string): Promise<void>;
}

export interface SuperviseOptions {
  configFile: string;
  load: (file: string) => Result<AgentConfig, YamlError[]>;
  start: (config: AgentConfig, supervision: Supervision) => Promise<Running>;
  log: (message: string, details: Record<string, unknown>) => void;
  /** The agent could not be started again, with no configuration to go back to. */
  died: (error: unknown) => void;
  /** Timers, so that tests need not wait. */
  after?: (ms: number, action: () => void) => () => void;
}

const realTimer = (ms: number, action: () => void) => {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
};

export class Supervisor {
  readonly #options: SuperviseOptions;
  readonly #trial: TrialFiles;
  #agent: Running | undefined;
  #stopDeadline: () => void = () => undefined;
  #changing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SuperviseOptions) {
    this.#options = options;
    this.#trial = new TrialFiles(options.configFile);
  }

  /**
   * Starts the agent for the first time.
   * @returns what is wrong with the configuration, when there is none to go back to
   * @throws what the start throws
   */
  async start(): Promise<Result<void, YamlError[]>> {
    const { configFile, load, log } = this.#options;
    let standing = this.#trial.started();
    let config = load(configFile);
    if (!config.ok && standing?.state === "trying") {
      log("the configuration on trial does not load: the previous one comes back", {});
      standing = this.#trial.rollBack(`it does not load: ${config.error[0]?.message ?? ""}`);
      config = load(configFile);
    }
    if (!config.ok) return config;
    try {
      this.#agent = await this.#options.start(config.value, this.#supervision(standing));
    } catch (error) {
      if (standing?.state !== "trying") throw error;
      log("the configuration on trial does not start: the previous one comes back", { error: String(error) });
      this.#trial.rollBack(`it does not start: ${String(error)}`);
      return this.start();
    }
    return ok(undefined);
  }

  async stop(reason: string): Promise<void> {
    this.#stopped = true;
    this.#stopDeadline();
    await this.#changing;
    await this.#agent?.stop(reason);
  }

  #supervision(standing: Trial | undefined): Supervision {
    const { configFile, load, after = realTimer } = this.#options;
    this.#stopDeadline();
    if (standing?.state === "trying") {
      this.#stopDeadline = after(standing.deadlineMs, () => {
        this.#trial.rollBack("the collector was not reached in time");
        this.#restart("configuration rolled back");
      });
    }
    return {
      configFile,
      trial: this.#trial,
      standing,
      load,
      restart: (reason) => this.#restart(reason),
      reached: () => {
        const trial = this.#trial.read();
        if (trial?.state !== "trying") return undefined;
        this.#stopDeadline();
        return trial;
      },
    };
  }

  #restart(reason: string): void {
    const { log, died } = this.#options;
    this.#changing = this.#changing.then(async () => {
      if (this.#stopped) return;
      this.#stopDeadline();
      log("the agent restarts", { reason });
      await this.#agent?.stop(reason);
      this.#agent = undefined;
      const started = await this.start();
      if (!started.ok) died(new Error(started.error.map(({ message }) => message).join("; ")));
    });
    this.#changing = this.#changing.catch(died);
  }
}
