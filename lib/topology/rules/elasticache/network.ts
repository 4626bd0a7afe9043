/** How it is reached: port and address family. */

import type { ElastiCacheTopology } from '../../elasticache.ts';
import { describeGiven } from '../../input/describe.ts';
import { FAMILIES_BEFORE_NITRO, tryNodeType } from '../../node-type.ts';
import { type Rule, ruleMaker } from '../rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html';
const NETWORK_TYPE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/network-type.html';

export const NETWORK_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_PORT_RANGE',
    source: CLOUDFORMATION,
    fields: ['port'],
    when: ({ port }) => port < 1 || port > 65_535,
    message: ({ port }) => `\`port\` is ${port}: it must be from 1 to 65535. Leave it out for 6379.`,
  }),
  rule({
    code: 'EC_IPV6_NEEDS_ENGINE_VERSION',
    source: NETWORK_TYPE,
    fields: ['networkType', 'engine', 'engineVersion'],
    when: ({ networkType, engine, engineVersion }) =>
      networkType !== 'ipv4' && engine === 'redis' && engineVersion === '6.0',
    message: ({ networkType, engineVersion }) =>
      `\`networkType\` is "${networkType}" with redis ${engineVersion}: IPv6 needs redis 6.2 or later, or Valkey. Choose a later version, or "ipv4".`,
  }),
  rule({
    code: 'EC_IPV6_NEEDS_NITRO',
    source: NETWORK_TYPE,
    fields: ['networkType', 'nodeType'],
    when: ({ networkType, nodeType }) =>
      networkType !== 'ipv4' && FAMILIES_BEFORE_NITRO.includes(tryNodeType(nodeType)?.family ?? ''),
    message: ({ networkType, nodeType }) =>
      `\`networkType\` is "${networkType}" with \`nodeType\` ${describeGiven(nodeType)}: IPv6 needs nodes of the Nitro system. Choose a newer family, for example "cache.r7g.large", or "ipv4".`,
  }),
  rule({
    code: 'EC_IP_DISCOVERY_CONTRADICTS_NETWORK',
    source: NETWORK_TYPE,
    fields: ['ipDiscovery', 'networkType'],
    when: ({ ipDiscovery, networkType }) =>
      ipDiscovery !== undefined && networkType !== 'dual_stack' && ipDiscovery !== networkType,
    message: ({ ipDiscovery, networkType }) =>
      `\`ipDiscovery\` is "${ipDiscovery}" with \`networkType\` "${networkType}": the cluster has no such addresses to announce. Leave it out, or use the network type "dual_stack".`,
  }),
];
