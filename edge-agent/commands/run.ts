/** Without a command: the agent itself, until a signal ends it. */
import { formatYamlError } from "@forecourt/protocol/yaml-file.ts";
import { systemdNotifier } from "../health/notify.ts";
import { launchedBy, leaving } from "../update/relaunch.ts";
import { supervisorOf } from "./agent-process.ts";
import { type AddCommand, configFile, EXIT_CONFIG, guarded, log } from "./shared.ts";

export const addRun: AddCommand = (program) => {
  program.action(() => guarded(() => run(configFile(program))));
};

/** An orderly stop takes less; what does not end by then is given up. The journal is safe at any moment. */
const STOP_DEADLINE_MS = 4_800;

async function run(file: string): Promise<void> {
  const notifier = systemdNotifier(process.env, (message, details) => log.warn(details, message));
  let isEnding = false;
  const launched = launchedBy(process.env);
  const supervisor = supervisorOf(file, {
    notifier: {
      ...notifier,
      // An agent that restarts in place stops too, but systemd must not take that for the end of the program.
      send: (...assignments) =>
        isEnding || !assignments.includes("STOPPING=1") ? notifier.send(...assignments) : Promise.resolve(),
    },
    launched: launched && {
      by: launched,
      leave: leaving(launched, STOP_DEADLINE_MS, (reason) => starting.then(() => supervisor.stop(reason))),
    },
  });
  const starting = supervisor.start();
  // From the first moment on: a signal during the start must still lead to a stop record.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      isEnding = true;
      stop(starting, () => supervisor.stop(signal));
    });
  }
  const running = await starting;
  if (running.ok) return;
  for (const error of running.error) process.stderr.write(`${formatYamlError(error)}\n`);
  process.exit(EXIT_CONFIG);
}

function stop(starting: Promise<unknown>, agentStops: () => Promise<void>): void {
  const end = (error: string) => {
    log.error({ error }, "the agent did not stop cleanly");
    process.exit(1);
  };
  setTimeout(() => end(`not within ${STOP_DEADLINE_MS} ms`), STOP_DEADLINE_MS);
  starting.then(agentStops).then(
    () => process.exit(0),
    (error: unknown) => end(String(error)),
  );
}
