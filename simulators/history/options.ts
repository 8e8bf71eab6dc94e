/** How a history is recorded: what the agent's configuration would say, sparser by default so that years stay small. */

export interface HistoryOptions {
  /** Dead bands as in the agent's configuration. */
  levelDeadBandUm: number;
  temperatureDeadBandMc: number;
  waterDeadBandUm: number;
  tankHeartbeatMs: number;
  totalHeartbeatMs: number;
  sealHeartbeatMs: number;
  /** The gateway says that it is alive when it has written nothing else for this long. */
  gatewayHeartbeatMs: number;
  /** A tank is quiet once all its nozzles have hung for this long, and no tanker has unloaded for a while. */
  quietAfterMs: number;
  quietEveryMs: number;
}

/**
 * The agent's own defaults are 5 minutes for tanks, 1 minute for the gateway and 1 hour for totals and seals. A year of
 * them is two million lines a station, most of which say that nothing happened.
 */
export const historyDefaults: HistoryOptions = {
  levelDeadBandUm: 2_000,
  temperatureDeadBandMc: 500,
  waterDeadBandUm: 2_000,
  tankHeartbeatMs: 3_600_000,
  totalHeartbeatMs: 3_600_000,
  sealHeartbeatMs: 86_400_000,
  gatewayHeartbeatMs: 150_000,
  quietAfterMs: 25_000,
  quietEveryMs: 60_000,
};
