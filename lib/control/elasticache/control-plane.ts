/**
 * The control plane of one ElastiCache replication group: compares it with its topology, tests its failover, changes its engine, fails
 * its region over, unlinks another. Over the AWS SDK, which is an optional peer and is loaded by the first call; credentials and region
 * are found as the AWS CLI finds them.
 */
import { ProblemError } from '../../base/problem.ts';
import type { ElastiCacheTopology } from '../../topology/elasticache.ts';
import type { Topology } from '../../topology/topology.ts';
import type { ControlPlane } from '../control-plane.ts';
import { describe } from './api.ts';
import { callerOf, type ElastiCacheApiOptions } from './caller.ts';
import { compareGroup } from './compare.ts';
import { type EngineToValkeyOptions, engineToValkeyOperation } from './engine-to-valkey.ts';
import type { GlobalOptions } from './global/datastore.ts';
import { globalDisassociate } from './global/disassociate.ts';
import { globalFailover } from './global/failover.ts';
import { type TestFailoverOptions, testFailoverOperation } from './test-failover.ts';

export interface ElastiCacheControlPlaneOptions extends ElastiCacheApiOptions {
  /** How the operation `test-failover` is done. Default: every shard, without looking at the servers first. */
  readonly testFailover?: TestFailoverOptions;
  /** How the operation `engine-to-valkey` is done. Default: to Valkey 8.0, without looking at the servers. */
  readonly engineToValkey?: EngineToValkeyOptions;
  /** Which secondary `global-failover` and `global-disassociate` mean. Default: the only one. */
  readonly global?: GlobalOptions;
}

/** @throws nothing; every call of what it returns may throw ProblemError (codes in faults.ts) */
export function elastiCacheControlPlane(options: ElastiCacheControlPlaneOptions): ControlPlane {
  const caller = callerOf(options);
  return {
    subject: caller.subject,
    compare: async ({ topology, observation, globalRole }, signal) => {
      const declared = expectElastiCache(topology, caller.subject);
      const description = await describe(caller, signal);
      const seen = {
        ...(observation === undefined ? {} : { observation }),
        ...(globalRole === undefined ? {} : { globalRole }),
      };
      return compareGroup({ topology: declared, description, now: new Date(), ...seen });
    },
    // From what can be repeated to what is for good.
    operations: [
      testFailoverOperation(caller, options.testFailover ?? {}),
      globalFailover(caller, options.global ?? {}),
      engineToValkeyOperation(caller, options.engineToValkey ?? {}),
      globalDisassociate(caller, options.global ?? {}),
    ],
  };
}

function expectElastiCache(topology: Topology, subject: string): ElastiCacheTopology {
  if (topology.platform === 'elasticache') return topology;
  const message = `The topology "${topology.name}" is of platform ${topology.platform}, and the ${subject} is ElastiCache. Give the topology that it was deployed from.`;
  throw new ProblemError({ code: 'CONTROL_OTHER_PLATFORM', message });
}
