/** Upgrades Redis to the latest version that the service has. One way. */
import type { CloudOperation } from '../../control-plane.ts';
import { type Api, act } from '../api.ts';
import { upgradePreconditions } from './preconditions.ts';
import { HEAL_TIMEOUT_MS } from './restore.ts';
import { healthyAfter, isAtRest, readState, stateText, waitForState } from './state.ts';
import { type Memory, step } from './step.ts';

export function versionUpgrade(api: Api): CloudOperation {
  const memory: Memory<string> = { isUncertain: false };
  return {
    name: 'version-upgrade',
    effect: `Upgrades the version of Redis of ${api.arm.subject} to the latest that the service has: every node is restarted or replaced, and connections are dropped on the way.`,
    cost: 'Minutes, the more data the longer. No money.',
    undo: 'It cannot be undone: there is no way back to an older version but a new database.',
    reversible: false,
    preconditions: async (signal) => upgradePreconditions(await readState(api, signal)),
    run: async (context) => {
      const before = await healthyAfter(api, 'the database to be at rest', context.signal, () => true);
      const version = before.database.properties?.redisVersion ?? 'an untold version';
      memory.former = version;
      const after = await step({
        api,
        context,
        memory,
        what: 'upgraded to the latest version of Redis',
        ask: () => act(api, api.id.databaseId, 'upgradeDBRedisVersion'),
        isDone: () => true,
      });
      context.event('note', `Redis was ${version} and is ${after.database.properties?.redisVersion ?? 'not told'}`);
    },
    heal: async ({ event }) => {
      // What was never asked for needs no words.
      if (memory.former === undefined) return;
      try {
        const state = await waitForState(api, {
          what: 'the upgrade to be over',
          until: isAtRest,
          timeoutMs: api.longRunning.healTimeoutMs ?? HEAL_TIMEOUT_MS,
          signal: new AbortController().signal,
        });
        const version = state.database.properties?.redisVersion ?? 'not told';
        event('note', `Redis is ${version}, ${stateText(state)}; an upgrade cannot be put back`);
      } catch (error) {
        event('note', `The state of ${api.arm.subject} could not be told: ${(error as Error).message}`);
      }
    },
  };
}
