/** One primary is killed (SIGKILL): its connections are closed at once, the servers elect a replica after their node time-out. */
import type { Scenario } from '../scenario.ts';
import { labOf } from '../target.ts';
import { missingCapabilities, noReplica } from './refusals.ts';
import { losePrimary } from './unplanned.ts';

export const crashPrimary: Scenario = {
  name: 'crash-primary',
  story: 'One primary is killed without warning; the servers elect its replica.',
  planned: false,
  proof: 'roles-moved',
  heeds: [],
  refusals: (target) => [...missingCapabilities(target, ['kill']), ...noReplica(target)],
  disturb: (disturbance) => losePrimary(disturbance, 'crashed', ({ id }) => labOf(disturbance.target).crash(id)),
};
