/** Switches access-key authentication over and back. Either switch drops every connection, and nothing else happens. */
import { ProblemError } from '../../../base/problem.ts';
import type { CloudOperation } from '../../control-plane.ts';
import { onOff } from '../../field.ts';
import { type Api, changeDatabase, listAssignments } from '../api.ts';
import { type SignIn, togglePreconditions } from './preconditions.ts';
import { restore } from './restore.ts';
import { healthyAfter, isAtRest, isHealthy, readState, type State } from './state.ts';
import { type Memory, step } from './step.ts';

type Keys = 'Enabled' | 'Disabled';

export function accessKeyToggle(api: Api, signIn?: SignIn): CloudOperation {
  const memory: Memory<Keys> = { isUncertain: false };
  const change = (to: Keys) => changeDatabase(api, { accessKeysAuthentication: to });
  const byHand = (former: Keys) =>
    `Switch it ${onOff(former === 'Enabled')} by hand: az redisenterprise database update --cluster-name ${api.id.clusterName} --resource-group ${api.id.resourceGroupName} --access-keys-auth ${former}.`;
  return {
    name: 'access-key-toggle',
    effect: `Switches access-key authentication of ${api.arm.subject} over and back: every connection is dropped, twice, and clients must sign in again. While keys are off nobody gets in with one. No data moves.`,
    cost: 'Minutes. No money.',
    undo: 'The former setting is put back at the end.',
    reversible: true,
    deliberate: `access-key-toggle drops every connection to ${api.id.clusterName}, twice.`,
    preconditions: async (signal) =>
      togglePreconditions({
        state: await readState(api, signal),
        assignments: await listAssignments(api, signal),
        signIn,
      }),
    run: async (context) => {
      const state = await healthyAfter(api, 'the database to be at rest', context.signal, () => true);
      const former = expectTold(state, api);
      memory.former = former;
      for (const to of [former === 'Enabled' ? 'Disabled' : 'Enabled', former] as const) {
        const what = `access-key authentication switched ${onOff(to === 'Enabled')}`;
        await step({ api, context, memory, what, ask: () => change(to), isDone: (now) => keysOf(now) === to });
      }
    },
    byHand: () => (memory.former === undefined ? undefined : byHand(memory.former)),
    heal: async ({ event }) => {
      const { former } = memory;
      if (former === undefined) return;
      const setting = onOff(former === 'Enabled');
      await restore({
        api,
        memory,
        event,
        what: `access-key authentication ${setting}`,
        look: async (signal) => {
          const state = await readState(api, signal);
          return {
            isAtRest: isAtRest(state),
            isBack: isHealthy(state) && keysOf(state) === former,
            seen: `access-key authentication is ${keysOf(state) ?? 'not told'}`,
          };
        },
        putBack: () => change(former),
        byHand: byHand(former),
      });
    },
  };
}

function keysOf({ database }: State): Keys | undefined {
  return database.properties?.accessKeysAuthentication;
}

function expectTold(state: State, { arm }: Api): Keys {
  const keys = keysOf(state);
  if (keys !== undefined) return keys;
  const message = `The API does not say whether access keys of the ${arm.subject} are on, so they are not touched.`;
  throw new ProblemError({ code: 'ACCESS_KEYS_NOT_TOLD', message });
}
