/** Zones of an explicit layout in which the cache has no subnet: the service refuses them in the middle of a deployment. */

import type { ISubnet } from 'aws-cdk-lib/aws-ec2';
import { Token } from 'aws-cdk-lib/core';
import type { Problem } from '../base/problem.ts';
import type { ElastiCacheTopology, NodeGroup } from '../topology/elasticache.ts';
import { listed } from '../topology/input/describe.ts';

/** The CDK's stand-ins in the first pass of a look-up: `dummy1a`. */
const STANDS_IN = /^dummy/;

/** Nothing where a zone of the subnets or of the layout is not known before the deployment. */
export function zoneProblems(
  { nodeGroups }: Pick<ElastiCacheTopology, 'nodeGroups'>,
  subnets: readonly ISubnet[],
): Problem[] {
  const zones = zonesOfSubnets(subnets) ?? [];
  const areKnown = zones.length > 0 && zones.every((zone) => !Token.isUnresolved(zone) && !STANDS_IN.test(zone));
  if (!areKnown || !Array.isArray(nodeGroups)) return [];
  const elsewhere = [...new Set(nodeGroups.flatMap(zonesOf))].filter((zone) => !zones.includes(zone));
  if (elsewhere.length === 0) return [];
  const message = `\`nodeGroups\` has the zone ${listed(elsewhere)}, in which the cache has no subnet; its subnets lie in ${zones.join(', ')}. Choose one of these, or other subnets with \`vpcSubnets\`.`;
  return [{ code: 'AWS_ZONE_WITHOUT_SUBNET', message, path: 'topology.nodeGroups' }];
}

/**
 * Each once, known before the deployment or not; undefined where a subnet was given by its id alone, which throws when it is asked, or
 * has for its zone a whole list that is not known (`Vpc.fromVpcAttributes` with `availabilityZones: Fn.getAzs()`), which all subnets share.
 */
export function zonesOfSubnets(subnets: readonly ISubnet[]): string[] | undefined {
  try {
    const zones = [...new Set(subnets.map(({ availabilityZone }) => availabilityZone))];
    return zones.some((zone) => Token.isUnresolved([zone])) ? undefined : zones;
  } catch {
    return undefined;
  }
}

function zonesOf({ primaryZone, replicaZones = [] }: NodeGroup): string[] {
  return [primaryZone, ...replicaZones].filter(
    (zone): zone is string => typeof zone === 'string' && zone !== '' && !Token.isUnresolved(zone),
  );
}
