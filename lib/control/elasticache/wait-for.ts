import { type WaitUntilOptions, waitUntil } from '../../base/wait-until.ts';
import { isPassing } from './faults.ts';

/** A bounded wait over the API: throttling and hiccups count as "not yet", every other fault ends it at once. */
export async function waitFor<Value>(options: WaitUntilOptions<Value>): Promise<Value> {
  type Outcome = { readonly value: Value } | { readonly error: unknown };
  const outcome = await waitUntil<Outcome>({
    ...options,
    probe: async () => {
      try {
        const value = await options.probe();
        return value === undefined ? undefined : { value };
      } catch (error) {
        if (isPassing(error)) throw error;
        return { error };
      }
    },
  });
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
