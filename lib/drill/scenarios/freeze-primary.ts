/**
 * One primary stops working without dying (SIGSTOP): connections stay open and nothing answers. The servers elect a
 * replica; only a client that does not wait for the frozen node notices.
 */
import type { Scenario } from '../scenario.ts';
import { missingCapabilities, noReplica } from './refusals.ts';
import { losePrimary } from './unplanned.ts';

export const freezePrimary: Scenario = {
  name: 'freeze-primary',
  story: 'One primary stops answering while its connections stay open; the servers elect its replica.',
  planned: false,
  movesRoles: true,
  heeds: [],
  refusals: (target) => [...missingCapabilities(target, ['pause']), ...noReplica(target)],
  disturb: (disturbance) => losePrimary(disturbance, 'froze', ({ id }) => disturbance.target.lab.freeze(id)),
};
