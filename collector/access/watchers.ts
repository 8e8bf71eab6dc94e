/** Who is told when a session or a token is no longer good, such as an open stream. Each is told once. */
export class Watchers {
  readonly #watchers = new Map<string, Set<() => void>>();

  /** What somebody waits for the end of. */
  get ids(): string[] {
    return [...this.#watchers.keys()];
  }

  /** @returns takes it back */
  add(id: string, told: () => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(told));
    return () => {
      watchers.delete(told);
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
    };
  }

  tell(id: string): void {
    const watchers = this.#watchers.get(id);
    this.#watchers.delete(id);
    for (const told of watchers ?? []) told();
  }
}
