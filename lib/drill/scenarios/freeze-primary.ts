/**
 * One primary stops working without dying (SIGSTOP): connections stay open and nothing answers. The servers elect a
 * replica; only a client that does not wait for the frozen node notices.
 */
import type { Scenario } from '../scenario.ts';
import { labOf } from '../target.ts';
import { missingCapabilities, noReplica } from './refusals.ts';
import { losePrimary } from './unplanned.ts';

export const freezePrimary: Scenario = {
  name: 'freeze-primary',
  story: 'One primary stops answering while its connections stay open; the servers elect its replica.',
  planned: false,
  proof: 'roles-moved',
  heeds: [],
  refusals: (target) => [...missingCapabilities(target, ['pause']), ...noReplica(target)],
  disturb: (disturbance) => losePrimary(disturbance, 'froze', ({ id }) => labOf(disturbance.target).freeze(id)),
};
