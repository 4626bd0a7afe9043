/** The parameter group: of the family that the engine's version needs, with cluster mode on or off. */
import { CfnParameterGroup } from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';

/**
 * `valkey8` for 8.0, 8.1 and 8.2; `redis6.x` for 6.0 and 6.2. Of any other family the service says "Expected a parameter
 * group of family valkey8 but found one of family valkey7" (https://github.com/aws-samples/dify-self-hosted-on-aws/issues/24).
 */
export function parameterGroupFamily({
  engine,
  engineVersion,
}: Pick<ElastiCacheTopology, 'engine' | 'engineVersion'>): string {
  const major = engineVersion.split('.')[0] ?? '';
  return engine === 'redis' && major === '6' ? 'redis6.x' : `${engine}${major}`;
}

export function parameterGroup(scope: Construct, topology: ElastiCacheTopology): CfnParameterGroup {
  const isClustered = topology.clusterMode !== 'disabled';
  // Another one for each mode: one that is in use does not change it, and the step to `compatible` takes another in place.
  return new CfnParameterGroup(scope, isClustered ? 'ParameterGroup' : 'SingleParameterGroup', {
    cacheParameterGroupFamily: parameterGroupFamily(topology),
    description: `Parameters of ${topology.name}`,
    properties: {
      ...topology.parameters,
      // Text, not a boolean: "invalid parameter value, allowed values are:yes,no".
      'cluster-enabled': isClustered ? 'yes' : 'no',
      'maxmemory-policy': topology.evictionPolicy,
    },
  });
}
