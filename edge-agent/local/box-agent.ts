/** The agent of a box: started once there is a configuration, stopped when a search needs its lines. */
import type { Agent, AgentStanding } from "../agent.ts";
import type { AgentHost } from "../commission/errands.ts";
import type { Supervisor } from "../remote/supervise.ts";

export class BoxAgent implements AgentHost {
  readonly #supervise: (started: (agent: Agent) => void) => Supervisor;
  #supervisor: Supervisor | undefined;
  #agent: Agent | undefined;

  /** @param supervise makes a supervisor that tells of every agent it starts */
  constructor(supervise: (started: (agent: Agent) => void) => Supervisor) {
    this.#supervise = supervise;
  }

  get isRunning(): boolean {
    return this.#agent !== undefined;
  }

  async start(): Promise<string | undefined> {
    if (this.isRunning) return undefined;
    const supervisor = this.#supervise((agent) => {
      this.#agent = agent;
    });
    const started = await supervisor.start();
    if (!started.ok) return started.error.map(({ field, message }) => `${field}: ${message}`).join("; ");
    this.#supervisor = supervisor;
    return undefined;
  }

  async stop(reason = "the installation needs the lines"): Promise<void> {
    const supervisor = this.#supervisor;
    this.#supervisor = undefined;
    await supervisor?.stop(reason);
    this.#agent = undefined;
  }

  standing(): AgentStanding | undefined {
    return this.#agent?.standing();
  }
}
