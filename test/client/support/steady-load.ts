/** Writes at a steady pace, whatever becomes of those before, and says what became of all of them. */
export interface Writer {
  set(key: string, value: string): Promise<unknown>;
}

export interface Outcome {
  readonly attempted: number;
  readonly failures: readonly unknown[];
  /** Milliseconds of the slowest answer. */
  readonly slowestMs: number;
}

export function steadyLoad(writer: Writer, everyMs = 5): { readonly stop: () => Promise<Outcome> } {
  const failures: unknown[] = [];
  const pending: Promise<void>[] = [];
  let slowestMs = 0;
  const timer = setInterval(() => {
    const since = performance.now();
    const key = `load:${pending.length % 500}`;
    pending.push(
      writer.set(key, String(pending.length)).then(
        () => {
          slowestMs = Math.max(slowestMs, performance.now() - since);
        },
        (error) => {
          failures.push(error);
        },
      ),
    );
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(pending);
      return { attempted: pending.length, failures, slowestMs };
    },
  };
}
