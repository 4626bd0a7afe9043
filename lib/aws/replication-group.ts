/** From a topology to the properties of `AWS::ElastiCache::ReplicationGroup`: pure, one field after the other. */
import type { CfnReplicationGroup, CfnReplicationGroupProps } from 'aws-cdk-lib/aws-elasticache';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { nodeGroupId } from '../topology/rules/elasticache/layout.ts';
import { given } from './given.ts';
import type { TemplateCounts } from './template-counts.ts';

export function replicationGroupProps(
  topology: ElastiCacheTopology,
  templateCounts: TemplateCounts = {},
): CfnReplicationGroupProps {
  return {
    replicationGroupId: topology.name,
    replicationGroupDescription: description(topology),
    engine: topology.engine,
    engineVersion: topology.engineVersion,
    cacheNodeType: topology.nodeType,
    port: topology.port,
    clusterMode: topology.clusterMode,
    multiAzEnabled: topology.multiAz,
    automaticFailoverEnabled: topology.automaticFailover,
    autoMinorVersionUpgrade: topology.autoMinorVersionUpgrade,
    atRestEncryptionEnabled: true,
    // Valkey wants it said (cfn-lint E3704).
    transitEncryptionEnabled: true,
    snapshotRetentionLimit: topology.snapshotRetentionDays,
    ...shards(topology, templateCounts),
    ...given({
      transitEncryptionMode: transitEncryptionMode(topology),
      dataTieringEnabled: topology.dataTiering ? true : undefined,
      durability: topology.durability === 'default' ? undefined : topology.durability,
      networkType: topology.networkType === 'ipv4' ? undefined : topology.networkType,
      ipDiscovery: topology.ipDiscovery ?? (topology.networkType === 'ipv6' ? 'ipv6' : undefined),
      preferredMaintenanceWindow: topology.maintenanceWindow,
      snapshotWindow: topology.snapshotWindow,
    }),
  };
}

/**
 * Of a secondary of a Global Datastore: what it has from its primary may not be said again
 * (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_replication_group, conflicts of
 * `global_replication_group_id`). Encryption is inherited, the key at rest is the region's own.
 */
export function secondaryOf(
  globalReplicationGroupId: string,
  props: CfnReplicationGroupProps,
): CfnReplicationGroupProps {
  const {
    engine: _engine,
    engineVersion: _version,
    cacheNodeType: _nodeType,
    numNodeGroups: _shards,
    transitEncryptionEnabled: _inTransit,
    transitEncryptionMode: _mode,
    atRestEncryptionEnabled: _atRest,
    ...own
  } = props;
  return { ...own, globalReplicationGroupId };
}

/**
 * The same whatever changes: the service changes nothing else together with the cluster mode, and shards are to be the only
 * change of an update, because a failed one keeps them and takes the rest back
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html, UseOnlineResharding).
 */
function description({ name }: ElastiCacheTopology): string {
  return `${name}, provisioned by redoubt`;
}

/** Before version 7, TLS is decided when the group is created, and there are no modes. */
function transitEncryptionMode({
  engine,
  engineVersion,
  transitEncryption,
}: ElastiCacheTopology): ElastiCacheTopology['transitEncryption'] | undefined {
  return engine === 'redis' && engineVersion.startsWith('6.') ? undefined : transitEncryption;
}

/**
 * A replica count per group goes with an explicit layout, a common one without: the two exclude each other. The layout
 * has it in every entry, because `ReplicasPerNodeGroup` cannot be changed without replacing the group. Without cluster mode,
 * and on the way there, the nodes are counted together: `NumCacheClusters` changes in place.
 */
function shards(
  { nodeGroups, shardCount, replicasPerShard, clusterMode }: ElastiCacheTopology,
  templateCounts: TemplateCounts,
): Pick<
  CfnReplicationGroupProps,
  'numCacheClusters' | 'numNodeGroups' | 'replicasPerNodeGroup' | 'nodeGroupConfiguration'
> {
  if (nodeGroups === undefined && clusterMode !== 'enabled') return { numCacheClusters: 1 + replicasPerShard };
  const replicas = templateCounts.replicasPerShard ?? replicasPerShard;
  if (nodeGroups === undefined)
    return { numNodeGroups: templateCounts.shardCount ?? shardCount, replicasPerNodeGroup: replicas };
  const nodeGroupConfiguration = nodeGroups.map(
    (nodeGroup, index): CfnReplicationGroup.NodeGroupConfigurationProperty => ({
      nodeGroupId: nodeGroupId(nodeGroup, index),
      replicaCount: replicas,
      ...given({
        slots: nodeGroup.slots,
        primaryAvailabilityZone: nodeGroup.primaryZone,
        // Those of replicas that were added since stand behind them.
        replicaAvailabilityZones: firstOf(nodeGroup.replicaZones, replicas),
      }),
    }),
  );
  return { numNodeGroups: shardCount, nodeGroupConfiguration };
}

function firstOf(zones: string[] | undefined, count: number): string[] | undefined {
  return zones === undefined || zones.length <= count ? zones : count === 0 ? undefined : zones.slice(0, count);
}
