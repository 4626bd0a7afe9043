import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster, type ElastiCacheClusterProps } from '../../lib/aws/elasticache-cluster.ts';
import { GlobalDatastore, type GlobalDatastoreProps } from '../../lib/aws/global-datastore.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { clusterWith, GROUP, isolatedVpc, only, problemsOf, TOPOLOGY } from './fixture.ts';

const GLOBAL = 'AWS::ElastiCache::GlobalReplicationGroup';
const account = '111122223333';

function stackIn(app: App, region: string): Stack {
  return new Stack(app, region, { env: { account, region }, crossRegionReferences: true });
}

function newApp(): App {
  return new App({ analyticsReporting: false, context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
}

function clusterIn(
  stack: Stack,
  topology: Partial<ElastiCacheTopologyInput> = {},
  props: Partial<ElastiCacheClusterProps> = {},
): ElastiCacheCluster {
  return new ElastiCacheCluster(stack, 'Cache', {
    vpc: isolatedVpc(stack),
    topology: { ...TOPOLOGY, ...topology },
    alarms: false,
    dashboard: false,
    ...props,
  });
}

function datastoreWith(
  topology: Partial<ElastiCacheTopologyInput> = {},
  props: Partial<GlobalDatastoreProps> = {},
): { readonly stack: Stack; readonly datastore: GlobalDatastore } {
  const stack = stackIn(newApp(), 'eu-central-1');
  const datastore = new GlobalDatastore(stack, 'Global', { primary: clusterIn(stack, topology), ...props });
  return { stack, datastore };
}

describe('a Global Datastore', () => {
  it('begins with its primary, and stays when it is taken out of the template', () => {
    const template = Template.fromStack(datastoreWith().stack);
    const { Properties, DeletionPolicy } = only(template, GLOBAL);
    expect(Properties).toMatchObject({
      GlobalReplicationGroupIdSuffix: 'shop',
      AutomaticFailoverEnabled: true,
      Members: [
        { ReplicationGroupId: { Ref: expect.any(String) }, ReplicationGroupRegion: 'eu-central-1', Role: 'PRIMARY' },
      ],
    });
    expect(DeletionPolicy).toBe('Retain');
    expect(Object.keys(template.findOutputs('*')).some((key) => key.includes('GlobalReplicationGroupId'))).toBe(true);
  });

  it('names the secondaries that there are', () => {
    const secondaries = [
      { replicationGroupId: 'shop-ohio', region: 'us-east-2' },
      { replicationGroupId: 'shop-tokyo', region: 'ap-northeast-1' },
    ];
    const { stack } = datastoreWith({}, { secondaries, suffix: 'all', removalPolicy: RemovalPolicy.DESTROY });
    const { Properties, DeletionPolicy } = only(Template.fromStack(stack), GLOBAL);
    expect(Properties.GlobalReplicationGroupIdSuffix).toBe('all');
    expect(Properties.Members).toHaveLength(3);
    expect(DeletionPolicy).toBe('Delete');
  });

  it.each<[string, Partial<ElastiCacheTopologyInput>]>([
    ['EC_GLOBAL_EXCLUDES_DURABILITY', { engineVersion: '9.0', durability: 'sync' }],
    ['EC_GLOBAL_EXCLUDES_SCALING', { scaling: { shards: { min: 3, max: 5 } } }],
    ['EC_GLOBAL_NEEDS_LARGE_NODES', { nodeType: 'cache.t4g.medium' }],
  ])('refuses a primary with %s', (code, topology) => {
    expect(problemsOf(() => datastoreWith(topology))).toContain(`${code} primary.topology.`);
  });

  it('refuses more than two secondaries, two in one region, and one beside the primary', () => {
    const named = (...regions: string[]) =>
      problemsOf(() =>
        datastoreWith({}, { secondaries: regions.map((region) => ({ replicationGroupId: 'x', region })) }),
      );
    for (const regions of [['a', 'b', 'c'], ['a', 'a'], ['eu-central-1']]) {
      expect(named(...regions)).toContain('AWS_GLOBAL_SECONDARIES ');
    }
    expect(named('a', 'b')).toBe('made');
  });

  it('refuses a primary of another region, and one that is a secondary', () => {
    const app = newApp();
    const primary = clusterIn(stackIn(app, 'eu-central-1'));
    const elsewhere = stackIn(app, 'us-east-2');
    expect(problemsOf(() => new GlobalDatastore(elsewhere, 'Global', { primary }))).toContain(
      'AWS_GLOBAL_OTHER_REGION ',
    );
    const secondary = clusterIn(elsewhere, {}, { globalDatastore: 'ldgnf-shop' });
    expect(problemsOf(() => new GlobalDatastore(elsewhere, 'Own', { primary: secondary }))).toContain(
      'AWS_GLOBAL_PRIMARY_IS_SECONDARY ',
    );
  });
});

describe('the profile of a member of a Global Datastore', () => {
  const profileWith = (props: Partial<ElastiCacheClusterProps>) => {
    const stack = stackIn(newApp(), 'us-east-2');
    const cluster = clusterIn(stack, {}, props);
    const outputs = Object.values(Template.fromStack(stack).findOutputs('*'));
    return { cluster, text: JSON.stringify(outputs).replaceAll('\\', '') };
  };

  it('says that a secondary is one', () => {
    const { cluster, text } = profileWith({ globalDatastore: 'ldgnf-shop' });
    expect(cluster.globalRole).toBe('secondary');
    expect(text).toContain('"globalRole":"secondary"');
  });

  it('says otherwise where it is told so, after a promotion, and nothing of a group of its own', () => {
    expect(profileWith({ globalDatastore: 'ldgnf-shop', globalRole: 'primary' }).text).toContain(
      '"globalRole":"primary"',
    );
    expect(profileWith({ globalRole: 'primary' }).cluster.globalRole).toBe('primary');
    expect(profileWith({}).text).not.toContain('globalRole');
  });
});

describe('a secondary of a Global Datastore', () => {
  it('is a group in another region that says nothing of what it has from its primary', () => {
    const app = newApp();
    const here = stackIn(app, 'eu-central-1');
    const { globalReplicationGroupId } = new GlobalDatastore(here, 'Global', { primary: clusterIn(here) });
    const there = stackIn(app, 'us-east-2');
    clusterIn(there, { name: 'shop-ohio', replicasPerShard: 2 }, { globalDatastore: globalReplicationGroupId });
    const template = Template.fromStack(there);
    const { Properties } = only(template, GROUP);
    for (const inherited of [
      'Engine',
      'EngineVersion',
      'CacheNodeType',
      'NumNodeGroups',
      'CacheParameterGroupName',
      'TransitEncryptionEnabled',
      'TransitEncryptionMode',
      'AtRestEncryptionEnabled',
    ]) {
      expect(Properties, inherited).not.toHaveProperty(inherited);
    }
    expect(Properties).toMatchObject({
      ReplicationGroupId: 'shop-ohio',
      ReplicasPerNodeGroup: 2,
      GlobalReplicationGroupId: expect.anything(),
      KmsKeyId: expect.anything(),
      UserGroupIds: [expect.anything()],
    });
    expect(Object.keys(template.findResources('AWS::ElastiCache::ParameterGroup'))).toEqual([]);
  });

  it.each<[string, Partial<ElastiCacheTopologyInput>]>([
    ['EC_GLOBAL_SECONDARY_EXCLUDES_LAYOUT', { nodeGroups: [{}, {}, {}] }],
    ['EC_GLOBAL_SECONDARY_EXCLUDES_PARAMETERS', { parameters: { timeout: '300' } }],
    ['EC_GLOBAL_EXCLUDES_SCALING', { scaling: { replicas: { min: 1, max: 2 } } }],
  ])('is refused with %s', (code, topology) => {
    expect(problemsOf(() => clusterWith(topology, { globalDatastore: 'ldgnf-shop' }))).toContain(`${code} `);
  });
});
