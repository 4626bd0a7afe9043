import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { describe, expect, it } from 'vitest';
import { type GovernedResource, violationsIn } from '../../lib/azure/governed-resources.ts';
import { MANAGED_REDIS_POLICIES } from '../../lib/azure/policies.ts';
import { genericInputs, type ServiceResource } from '../../lib/topology/azure-generic-resource.ts';
import { PRIVATE_OSS } from './arguments.ts';
import { deployed } from './mocks.ts';

const cluster = (props: Record<string, unknown> = {}): GovernedResource => ({
  type: 'azure-native:redisenterprise:RedisEnterprise',
  name: 'redis',
  props: { clusterName: 'redis', sku: { name: 'Balanced_B10' }, publicNetworkAccess: 'Disabled', ...props },
});
const database = (props: Record<string, unknown> = {}): GovernedResource => ({
  type: 'azure-native:redisenterprise:Database',
  name: 'database',
  props: { clusterName: 'redis', ...props },
});
/** The same, registered for a newer API version. */
const newer = ({ type, name, props }: GovernedResource): GovernedResource => ({
  type: 'azure-native:resources:Resource',
  name,
  props: genericInputs(type.split(':')[2] as ServiceResource, { databaseName: 'default', ...props }, '2026-09-01'),
});
/** The same, of a module that names its API version, and of the module as it was called before. */
const versioned = (resource: GovernedResource): GovernedResource => ({
  ...resource,
  type: resource.type.replace('redisenterprise:', 'redisenterprise/v20250401:'),
});
const earlier = (resource: GovernedResource): GovernedResource => ({
  ...resource,
  type: resource.type.replace('redisenterprise:', 'cache/v20240301preview:'),
});
const window = (dayOfWeek: string, hours: number) => ({
  type: 'Weekly',
  duration: `PT${hours}H`,
  startHourUtc: 1,
  schedule: { dayOfWeek },
});
const codesOf = (...resources: GovernedResource[]) => violationsIn(resources).map(({ problem }) => problem.code);

describe('the rules on resources of any program', () => {
  it('have nothing against what the service takes by default', () => {
    expect(codesOf(cluster(), database())).toEqual([]);
  });

  it('have nothing against what the component registers', async () => {
    const { resources } = await deployed({ ...PRIVATE_OSS, accessKeys: { vaultName: 'vault' } });
    const governed = resources.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
    expect(violationsIn(governed)).toEqual([]);
  });

  it.each<[string, GovernedResource, GovernedResource]>([
    [
      'AMR_NO_CLUSTER_TOO_LARGE',
      cluster({ sku: { name: 'Balanced_B50' } }),
      database({ clusteringPolicy: 'NoCluster' }),
    ],
    ['AMR_SKU_UNKNOWN', cluster({ sku: { name: 'Balanced_B7' } }), database()],
    ['AMR_PORT', cluster(), database({ port: 6379 })],
    ['AMR_PLAINTEXT_REFUSED', cluster(), database({ clientProtocol: 'Plaintext' })],
    ['AMR_TLS_VERSION', cluster({ minimumTlsVersion: '1.0' }), database()],
    ['AMR_ZONE_UNKNOWN', cluster({ zones: ['4'] }), database()],
    ['AMR_MODULE_UNKNOWN', cluster(), database({ modules: [{ name: 'RedisGraph' }] })],
    ['AMR_PERSISTENCE_BOTH', cluster(), database({ persistence: { aofEnabled: true, rdbEnabled: true } })],
    [
      'AMR_GEO_EXCLUDES_PERSISTENCE',
      cluster(),
      database({ persistence: { rdbEnabled: true }, geoReplication: { groupNickname: 'g' } }),
    ],
    [
      'AMR_GEO_NEEDS_HIGH_AVAILABILITY',
      cluster({ highAvailability: 'Disabled' }),
      database({ geoReplication: { groupNickname: 'g', linkedDatabases: [] } }),
    ],
  ])('find %s', (code, ...resources) => {
    expect(codesOf(...resources)).toEqual([code]);
    expect(codesOf(...resources.map(versioned))).toEqual([code]);
    expect(codesOf(...resources.map(earlier))).toEqual([code]);
    // Pulumi's generic resource has no zones.
    if (code !== 'AMR_ZONE_UNKNOWN') expect(codesOf(...resources.map(newer))).toEqual([code]);
  });

  it('find what only a newer API version takes', () => {
    const windows = (...maintenanceWindows: unknown[]) =>
      newer(cluster({ maintenanceConfiguration: { maintenanceWindows } }));
    expect(codesOf(windows(window('Monday', 9), window('Friday', 9)), newer(database()))).toEqual([]);
    expect(codesOf(windows(window('Monday', 9)), newer(database()))).toEqual([
      'AMR_WINDOWS_TOO_FEW',
      'AMR_WINDOWS_TOTAL_TOO_SHORT',
    ]);
    expect(codesOf(newer(cluster()), newer(database({ notifyKeyspaceEvents: 'x' })))).toEqual([
      'AMR_KEYSPACE_EVENTS_FORM',
    ]);
  });

  it('judge a database whose cluster is elsewhere by itself', () => {
    expect(codesOf(cluster({ clusterName: 'other', sku: { name: 'x' } }), database({ port: 1 }))).toEqual(['AMR_PORT']);
  });

  it('do not judge what is not known yet', () => {
    const unknown = {
      clusterName: 'redis',
      get clusteringPolicy(): string {
        throw new Error('not known in a preview');
      },
    };
    expect(codesOf(cluster({ sku: { name: 'Balanced_B50' } }), { ...database(), props: unknown })).toEqual([]);
  });
});

describe('a policy', () => {
  const named = (name: string) =>
    MANAGED_REDIS_POLICIES.find((policy) => policy.name === `azure-managed-redis-${name}`);
  const reportsOf = (name: string, resources: readonly GovernedResource[]): string[] => {
    const reports: string[] = [];
    const report = (message: string) => reports.push(message);
    const policy = named(name) as Partial<ResourceValidationPolicy> & Partial<StackValidationPolicy>;
    policy.validateStack?.({ resources: resources as unknown as PolicyResource[] } as never, report);
    const validate = policy.validateResource;
    if (typeof validate === 'function') for (const resource of resources) validate(resource as never, report);
    return reports;
  };

  it('of assignments says nothing about those of Azure Cache for Redis', () => {
    expect(reportsOf('assignment-names', [earlier(assignment('b0a1c2d3-0000-4000-8000-00000000000f'))])).toEqual([]);
  });

  it('tells each broken rule with its code and sentence', () => {
    expect(reportsOf('rules', [cluster(), database({ port: 6379 })])).toEqual([
      expect.stringMatching(/^AMR_PORT port: `port` is 6379/),
    ]);
  });

  it.each<[string, GovernedResource, GovernedResource]>([
    ['private', cluster(), cluster({ publicNetworkAccess: 'Enabled' })],
    ['entra-only', database(), database({ accessKeysAuthentication: 'Enabled' })],
    ['assignment-names', assignment('shop'), assignment('b0a1c2d3-0000-4000-8000-00000000000f')],
  ])('of %s is kept and broken', (name, keeps, breaks) => {
    expect(reportsOf(name, [keeps])).toEqual([]);
    expect(reportsOf(name, [breaks])).toEqual([expect.stringMatching(/^`.*\.$/)]);
    const forms = name === 'assignment-names' ? [newer, versioned] : [newer, versioned, earlier];
    for (const form of forms) {
      expect(reportsOf(name, [form(keeps)])).toEqual([]);
      expect(reportsOf(name, [form(breaks)])).toEqual([expect.stringMatching(/^`.*\.$/)]);
    }
  });

  it('refuses what the service refuses, and only advises on access keys', () => {
    expect(MANAGED_REDIS_POLICIES.map(({ name, enforcementLevel }) => `${name} ${enforcementLevel}`)).toEqual([
      'azure-managed-redis-rules mandatory',
      'azure-managed-redis-private mandatory',
      'azure-managed-redis-entra-only advisory',
      'azure-managed-redis-assignment-names mandatory',
    ]);
  });
});

function assignment(accessPolicyAssignmentName: string): GovernedResource {
  const type = 'azure-native:redisenterprise:AccessPolicyAssignment';
  return { type, name: 'user', props: { accessPolicyAssignmentName } };
}
