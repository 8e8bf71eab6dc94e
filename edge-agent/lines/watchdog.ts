/**
 * Watches over the lines' loops: one that neither turns nor uses its line, because a driver or the operating system
 * hangs, is given up and started anew. Its line becomes a link record that says so.
 */

export interface Watched {
  readonly line: { readonly name: string };
  /** How long neither the loop has turned nor its line been used. */
  idleMs(): number;
  /** Longest time in which a sound loop turns once. */
  readonly stuckMs: number;
  restart(reason: string): Promise<void>;
}

const LOOK_MS = 1_000;

/** Begins to watch. @returns what ends it */
export function watchOver(
  runners: readonly Watched[],
  log: (message: string, details: Record<string, unknown>) => void,
): () => void {
  const timer = setInterval(() => {
    for (const runner of runners) {
      const idleMs = runner.idleMs();
      if (idleMs < runner.stuckMs) continue;
      const line = runner.line.name;
      log("the line's loop hangs and is started anew", { line, idleMs: Math.round(idleMs) });
      runner.restart(`the line's loop hung for ${Math.round(idleMs / 1_000)} s and was started anew`).then(
        () => {},
        (error: unknown) => log("the line's loop could not be started anew", { line, error: String(error) }),
      );
    }
  }, LOOK_MS);
  return () => clearInterval(timer);
}
