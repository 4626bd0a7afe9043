/** Why a target cannot have something done to it, as problems with stable codes. */
import type { Problem } from '../../base/problem.ts';
import { leastOf } from '../../profile/count.ts';
import type { Capability, Plannable } from '../target.ts';

/** One problem per capability that is missing, with the target's own reason. */
export function missingCapabilities(target: Plannable, needed: readonly Capability[]): Problem[] {
  return needed
    .filter((capability) => !target.capabilities.has(capability))
    .map((capability) => ({ code: 'CAPABILITY_MISSING', message: target.whyNot(capability) }));
}

/** A failover needs somebody to fail over to. */
export function noReplica(target: Plannable): Problem[] {
  if (leastOf(target.profile.expected.replicasPerShard) > 0) return [];
  return [
    {
      code: 'NO_REPLICA',
      message:
        'The deployment has no replicas, so nothing can take over when a primary goes. ' +
        'Give it one replica per shard, or rehearse planned-replacement, which brings its own.',
    },
  ];
}
