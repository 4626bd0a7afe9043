/** Its place in a Global Datastore: what the profile says, what the API says, and whether the servers do what that means. */
import type { GlobalRole } from '../../../profile/profile.ts';
import { failed, passed, undecided, valueIn } from '../../../verify/judging.ts';
import type { Observation } from '../../../verify/observation.ts';
import { globalRoleOf } from '../description.ts';
import { type Comparison, type FieldCheck, judged } from '../field.ts';

export const GLOBAL_FIELDS: readonly FieldCheck[] = [judged('global-role', judgeGlobalRole)];

/** Without an observation there is no profile, and what the API says is then nobody's contradiction. */
function judgeGlobalRole({ topology, description, observation, globalRole }: Comparison) {
  const api = globalRoleOf(description);
  if (observation === undefined || (api === undefined && globalRole === undefined)) return undefined;
  // In cluster mode a region's nodes keep the roles of a cluster: which they show in a secondary is not documented.
  const servers = topology.clusterMode === 'disabled' ? roleByServers(observation) : undefined;
  const said = [
    `the profile says ${nameOf(globalRole)}`,
    `the API says ${nameOf(api)}`,
    ...(servers === undefined ? [] : [`its primary endpoint leads to a ${servers}`]),
  ].join(', ');
  const message = `Place in a Global Datastore: ${said}.`;
  const expected = api === 'secondary' ? 'replica' : 'primary';
  // A profile that says nothing of its place means a region that takes writes, as a primary does.
  const contradicts = globalRole === undefined ? api === 'secondary' : globalRole !== api;
  if (contradicts || (servers !== undefined && servers !== expected))
    return failed(
      'DRIFT_GLOBAL_ROLE',
      `${message} Only one region may take writes: find out which is meant to, send no application to another, then correct \`expected.globalRole\` of the profile or fail over.`,
    );
  if (servers === undefined && topology.clusterMode === 'disabled')
    return undecided('GLOBAL_ROLE_NOT_TOLD', `${message} INFO did not tell the role of its primary endpoint.`);
  return passed(message);
}

function nameOf(role: GlobalRole | undefined): string {
  return role ?? 'none';
}

function roleByServers({ endpoint }: Observation): 'primary' | 'replica' | undefined {
  const role = valueIn(endpoint.info)?.role;
  return role === undefined ? undefined : role === 'master' || role === 'primary' ? 'primary' : 'replica';
}
