import type { CheckContext } from '../../verify/check.ts';
import { replicasInSync } from '../../verify/checks/replicas-in-sync.ts';
import type { Precondition } from '../control-plane.ts';

/** Verify's own judgement, which knows how a replica that is behind shows itself; `servers` is absent where they cannot be asked. */
export function replicasBehind(servers: CheckContext | undefined, codePrefix: string): Precondition[] {
  if (servers === undefined || servers.profile.expected.replicasPerShard === 0) return [];
  const { verdict, message } = replicasInSync.judge(servers);
  if (verdict === 'pass') return [];
  return verdict === 'fail'
    ? [{ code: `${codePrefix}_REPLICAS_BEHIND`, message, overridable: false }]
    : [{ code: `${codePrefix}_REPLICAS_NOT_SEEN`, message, overridable: true }];
}
