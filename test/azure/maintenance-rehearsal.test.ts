import * as appEnums from '@pulumi/azure-native/types/enums/app/index.js';
import * as storageEnums from '@pulumi/azure-native/types/enums/storage/index.js';
import { describe, expect, it } from 'vitest';
import { type DrillValues, drillCommand } from '../../bin/commands/drill.ts';
import { MaintenanceRehearsal, type MaintenanceRehearsalArgs } from '../../lib/azure/maintenance-rehearsal.ts';
import { createApplicationIdentity, ManagedRedis } from '../../lib/azure/managed-redis.ts';
import { REHEARSAL_RULES, type RehearsalSettings } from '../../lib/azure/rehearsal/rules.ts';
import { actionsFor, drillArguments, REHEARSAL_SCENARIOS } from '../../lib/azure/rehearsal/scenarios.ts';
import { LAB_SCENARIO_NAMES, SCENARIO_NAMES } from '../../lib/drill/scenario.ts';
import { describeRules } from '../topology/rules/rule-examples.ts';
import { NETWORK_ID, PRIVATE_OSS, SUBNET_ID } from './arguments.ts';
import { type MockOptions, runMocked } from './mocks.ts';

const CLUSTER_ID = '/subscriptions/s/azure-native:redisenterprise:RedisEnterprise/redis';
const IDENTITY_ID = '/subscriptions/s/azure-native:managedidentity:UserAssignedIdentity/rehearser';
const PRINCIPAL_ID = '11111111-2222-4333-8444-555555555555';
const JOB_SUBNET_ID = `${NETWORK_ID}/subnets/jobs`;

async function rehearsed(changes: Partial<MaintenanceRehearsalArgs> = {}, options: MockOptions = {}) {
  const program = await runMocked(() => {
    const { identity, user } = createApplicationIdentity('rehearser', { resourceGroupName: 'shop' });
    const deployment = new ManagedRedis('redis', { ...PRIVATE_OSS, users: [user], alerts: 'none' });
    return new MaintenanceRehearsal('sessions', {
      deployment,
      resourceGroupName: 'shop',
      location: 'westeurope',
      image: 'registry.example.com/redoubt:1',
      identity,
      schedule: '0 3 * * 0',
      scenario: 'watch-maintenance',
      environment: { kind: 'new', subnetId: JOB_SUBNET_ID },
      reports: { subnetId: SUBNET_ID, dns: { kind: 'new-zone', virtualNetworkIds: [NETWORK_ID] } },
      alerts: { emails: ['oncall@example.com'] },
      tags: { team: 'shop' },
      ...changes,
    });
  }, options);
  const own = program.resources.filter(({ name }) => name.startsWith('sessions'));
  const all = (type: string) => own.filter((resource) => resource.type.endsWith(`:${type}`));
  const inputs = (type: string, name?: string) => {
    const found = all(type).filter((resource) => name === undefined || resource.name === name);
    expect(found, type).toHaveLength(1);
    return found[0]?.inputs ?? {};
  };
  return { ...program, own, all, inputs };
}

describe('a maintenance rehearsal', () => {
  it('is a job on a schedule, its environment in the network, private storage, two roles and an alert', async () => {
    const { own } = await rehearsed();
    expect(own.map(({ type, name }) => `${type.replace('azure-native:', '')} ${name}`).sort()).toMatchInlineSnapshot(`
      [
        "app:Job sessions-rehearsal",
        "app:ManagedEnvironment sessions-environment",
        "authorization:RoleAssignment sessions-operator-assignment",
        "authorization:RoleAssignment sessions-reports-writer",
        "authorization:RoleDefinition sessions-operator",
        "monitor:ActionGroup sessions-rehearsal-receivers",
        "monitor:MetricAlert sessions-rehearsal-failed",
        "network:PrivateDnsZoneGroup sessions-reports-zone-group",
        "network:PrivateEndpoint sessions-reports-endpoint",
        "privatedns:PrivateZone sessions-reports-zone",
        "privatedns:VirtualNetworkLink sessions-reports-zone-link-v-5ca41b56",
        "redoubt:azure:MaintenanceRehearsal sessions",
        "storage:BlobContainer sessions-reports-container",
        "storage:StorageAccount sessions-reports",
      ]
    `);
  });

  it('runs the drill once each time, never twice, with its own identity', async () => {
    const registry = { image: 'shop.azurecr.io/redoubt:1', registryServer: 'shop.azurecr.io' };
    const { inputs } = await rehearsed({ ...registry, watchMinutes: 120, timeoutMinutes: 150 });
    const { template, ...job } = inputs('Job') as { template: { containers: Record<string, unknown>[] } };
    expect(job).toEqual({
      jobName: 'sessions-rehearsal',
      resourceGroupName: 'shop',
      location: 'westeurope',
      tags: { team: 'shop' },
      environmentId: '/subscriptions/s/azure-native:app:ManagedEnvironment/sessions-environment',
      workloadProfileName: 'Consumption',
      identity: { type: 'UserAssigned', userAssignedIdentities: [IDENTITY_ID] },
      configuration: {
        triggerType: 'Schedule',
        scheduleTriggerConfig: { cronExpression: '0 3 * * 0', parallelism: 1, replicaCompletionCount: 1 },
        replicaRetryLimit: 0,
        replicaTimeout: 9_000,
        registries: [{ server: 'shop.azurecr.io', identity: IDENTITY_ID }],
      },
    });
    const [container] = template.containers;
    expect(container).toMatchObject({ image: 'shop.azurecr.io/redoubt:1', command: ['redoubt-azure-runner'] });
    expect(container?.args).toEqual([
      '--keep-in',
      expect.stringMatching(/^https:\/\/sessions[0-9a-f]{14}\.blob\.core\.windows\.net\/rehearsals$/),
      'drill',
      '--watch-maintenance',
      '120m',
      '--quiet-passes',
    ]);
    expect(container?.env).toEqual(
      expect.arrayContaining([
        { name: 'REDIS_ADDRESS', value: 'sessions.westeurope.redis.azure.net:10000' },
        { name: 'REDIS_USERNAME', value: PRINCIPAL_ID },
        { name: 'AZURE_CLIENT_ID', value: '99999999-2222-4333-8444-555555555555' },
      ]),
    );
  });

  it('keeps its reports where no key opens and no public address leads', async () => {
    const { inputs, result } = await rehearsed();
    expect(inputs('StorageAccount')).toEqual({
      accountName: expect.stringMatching(/^sessions[0-9a-f]{14}$/),
      resourceGroupName: 'shop',
      location: 'westeurope',
      tags: { team: 'shop' },
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
      publicNetworkAccess: 'Disabled',
      networkRuleSet: { defaultAction: 'Deny', bypass: 'None' },
    });
    expect(inputs('BlobContainer')).toMatchObject({ containerName: 'rehearsals', publicAccess: 'None' });
    expect(inputs('PrivateEndpoint')).toMatchObject({
      subnet: { id: SUBNET_ID },
      privateLinkServiceConnections: [{ groupIds: ['blob'] }],
    });
    expect(inputs('PrivateZone')).toMatchObject({ privateZoneName: 'privatelink.blob.core.windows.net' });
    expect(inputs('VirtualNetworkLink')).toMatchObject({ virtualNetwork: { id: NETWORK_ID } });
    expect(inputs('PrivateDnsZoneGroup')).toMatchObject({ privateDnsZoneConfigs: [{ name: 'blob' }] });
    const url = await (result.reportsUrl as unknown as { promise(): Promise<string> }).promise();
    expect(url).toMatch(/^https:\/\/sessions[0-9a-f]{14}\.blob\.core\.windows\.net\/rehearsals$/);
  });

  it('may write reports, and ask of the one cluster what its scenario asks, and nothing else', async () => {
    const { inputs } = await rehearsed({ scenario: 'sku-round-trip', iMean: 'sessions' });
    const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(inputs('RoleAssignment', 'sessions-reports-writer')).toEqual({
      roleAssignmentName: expect.stringMatching(GUID),
      scope: '/subscriptions/s/azure-native:storage:BlobContainer/sessions-reports-container',
      roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe',
      principalId: PRINCIPAL_ID,
      principalType: 'ServicePrincipal',
    });
    expect(inputs('RoleDefinition')).toMatchObject({
      roleType: 'CustomRole',
      roleDefinitionId: expect.stringMatching(GUID),
      permissions: [{ actions: actionsFor('sku-round-trip') }],
    });
    expect(inputs('RoleAssignment', 'sessions-operator-assignment')).toMatchObject({
      scope: CLUSTER_ID,
      roleDefinitionId: '/subscriptions/s/azure-native:authorization:RoleDefinition/sessions-operator',
      principalId: PRINCIPAL_ID,
    });
  });

  it('tells somebody when a run fails, and goes on telling', async () => {
    const { inputs } = await rehearsed();
    expect(inputs('MetricAlert')).toMatchObject({
      severity: 1,
      autoMitigate: false,
      scopes: ['/subscriptions/s/azure-native:app:Job/sessions-rehearsal'],
      criteria: {
        allOf: [
          {
            metricNamespace: 'Microsoft.App/jobs',
            metricName: 'Executions',
            dimensions: [{ name: 'state', operator: 'Include', values: ['Failed', 'failed'] }],
          },
        ],
      },
      actions: [{ actionGroupId: '/subscriptions/s/azure-native:monitor:ActionGroup/sessions-rehearsal-receivers' }],
    });
    expect(inputs('ActionGroup')).toMatchObject({ emailReceivers: [{ emailAddress: 'oncall@example.com' }] });
  });

  it('takes an environment, a zone and receivers that are there already, or no alerts', async () => {
    const there = await rehearsed({
      environment: { kind: 'existing', environmentId: '/environment' },
      reports: { subnetId: SUBNET_ID, dns: { kind: 'existing-zone', zoneId: '/zone' } },
      alerts: { actionGroupIds: ['/group'] },
    });
    expect([...there.all('ManagedEnvironment'), ...there.all('PrivateZone'), ...there.all('ActionGroup')]).toEqual([]);
    expect(there.inputs('Job').environmentId).toBe('/environment');
    expect(there.inputs('MetricAlert').actions).toEqual([{ actionGroupId: '/group' }]);
    expect((await rehearsed({ alerts: 'none' })).all('MetricAlert')).toEqual([]);
  });

  it('has the environment that it makes inside the network only', async () => {
    const { inputs } = await rehearsed();
    expect(inputs('ManagedEnvironment')).toMatchObject({
      environmentName: 'sessions-environment',
      vnetConfiguration: { infrastructureSubnetId: JOB_SUBNET_ID, internal: true },
      workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
    });
  });

  it('hands an access key over as a secret, where there is one', async () => {
    const { all, inputs } = await rehearsed({ accessKey: 'aKey' });
    expect(all('Job')[0]?.secretInputs).toEqual(['configuration']);
    const { template } = inputs('Job') as { template: { containers: [{ env: unknown[] }] } };
    expect(JSON.stringify(template)).not.toContain('aKey');
    expect(template.containers[0].env).toContainEqual({ name: 'REDIS_PASSWORD', secretRef: 'redis-access-key' });
  });

  it('asks for the same in a preview, when nothing is known yet', async () => {
    const { inputs } = await rehearsed({}, { preview: true });
    expect(inputs('Job')).toMatchObject({ configuration: { triggerType: 'Schedule' } });
  });

  it('is spelled as the enumerations of the services spell it', async () => {
    const { inputs } = await rehearsed();
    const job = inputs('Job') as { configuration: { triggerType: string }; identity: { type: string } };
    const account = inputs('StorageAccount') as {
      minimumTlsVersion: string;
      kind: string;
      publicNetworkAccess: string;
    };
    expect(Object.values(appEnums.TriggerType)).toContain(job.configuration.triggerType);
    expect(Object.values(appEnums.ManagedServiceIdentityType)).toContain(job.identity.type);
    expect(Object.values(storageEnums.MinimumTlsVersion)).toContain(account.minimumTlsVersion);
    expect(Object.values(storageEnums.Kind)).toContain(account.kind);
    expect(Object.values(storageEnums.PublicNetworkAccess)).toContain(account.publicNetworkAccess);
  });

  it('has every problem of its arguments told before anything is registered', async () => {
    const broken = { schedule: 'sundays', scenario: 'crash-primary' as never, alerts: {}, image: 'Not An Image' };
    await expect(rehearsed(broken)).rejects.toThrow(
      /AMR_REHEARSAL_SCHEDULE_FORM[\s\S]*AMR_REHEARSAL_SCENARIO_UNKNOWN[\s\S]*AMR_REHEARSAL_ALERTS_TELL_NOBODY[\s\S]*AMR_RUNNER_IMAGE_FORM/,
    );
  });
});

describe('the scenarios of a rehearsal', () => {
  it("are the drill's own, but for those that cannot be had here or are nothing for a schedule", () => {
    // Of a lab, of another cloud, and what nobody wants to happen every week.
    const ofAws = ['test-failover', 'engine-to-valkey', 'global-failover', 'global-disassociate'];
    const elsewhere: readonly string[] = [...LAB_SCENARIO_NAMES, ...ofAws, 'geo-unlink', 'version-upgrade'];
    expect([...REHEARSAL_SCENARIOS].sort()).toEqual(SCENARIO_NAMES.filter((name) => !elsewhere.includes(name)).sort());
  });

  it('may read, and write only what they disturb', () => {
    const writes = (scenario: (typeof REHEARSAL_SCENARIOS)[number]) =>
      actionsFor(scenario).filter((action) => !action.endsWith('/read'));
    expect(writes('watch-maintenance')).toEqual([]);
    expect(writes('access-key-toggle')).toEqual(['Microsoft.Cache/redisEnterprise/databases/write']);
    for (const scenario of REHEARSAL_SCENARIOS) {
      expect(actionsFor(scenario).filter((action) => /\*|delete|listKeys/.test(action))).toEqual([]);
    }
  });

  it('may read what the operation looks at before it begins', () => {
    const assignments = 'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments/read';
    expect(actionsFor('access-key-toggle')).toContain(assignments);
    expect(actionsFor('sku-round-trip')).toContain('Microsoft.Insights/metrics/read');
    expect(actionsFor('watch-maintenance')).not.toContain(assignments);
  });

  it.each(REHEARSAL_SCENARIOS)('(%s) is a command line that the drill takes', async (scenario) => {
    const clusterId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Cache/redisEnterprise/sessions';
    const words = drillArguments({ scenario, watchMinutes: 5, clusterId, iMean: 'sessions', options: [] });
    const taken: DrillValues[] = [];
    const program = drillCommand(async () => undefined)
      .exitOverride()
      .action((values: DrillValues) => void taken.push(values));
    await program.parseAsync(words.slice(1), { from: 'user' });
    const isWatch = scenario === 'watch-maintenance';
    expect(taken).toMatchObject([
      isWatch ? { watchMaintenance: 300_000, quietPasses: true } : { azure: clusterId, scenario: [scenario] },
    ]);
  });

  it('that disturb are named, and have the options that they are given', () => {
    const drill = {
      scenario: 'access-key-toggle',
      watchMinutes: 1,
      clusterId: '/subscriptions/s/cluster',
      iMean: 'shop',
      options: ['--rate', '50'],
    } as const;
    expect(drillArguments(drill)).toEqual([
      'drill',
      '--azure',
      '/subscriptions/s/cluster',
      '--scenario',
      'access-key-toggle',
      '--i-mean',
      'shop',
      '--rate',
      '50',
    ]);
  });
});

describe('a rule of a rehearsal', () => {
  const base: RehearsalSettings = {
    schedule: '0 3 * * 0',
    scenario: 'watch-maintenance',
    watchMinutes: 60,
    timeoutMinutes: 90,
    iMean: undefined,
    alertReceiverCount: 1,
  };
  describeRules(REHEARSAL_RULES, base, {
    AMR_REHEARSAL_SCHEDULE_FORM: {
      keeps: { schedule: '*/15 1-5 1,15 * 6' },
      breaks: { schedule: '@weekly' },
      says: /"@weekly": it is a cron expression of five fields/,
    },
    AMR_REHEARSAL_SCENARIO_UNKNOWN: {
      keeps: { scenario: 'access-key-toggle', iMean: 'shop' },
      breaks: { scenario: 'crash-primary', iMean: 'shop' },
      says: /"crash-primary": allowed is "watch-maintenance"/,
    },
    AMR_REHEARSAL_NEEDS_A_NAME: {
      keeps: { scenario: 'sku-round-trip', iMean: 'shop' },
      breaks: { scenario: 'sku-round-trip' },
      says: /"sku-round-trip", which disturbs the database/,
    },
    AMR_REHEARSAL_WATCH_RANGE: {
      keeps: { watchMinutes: 1_440, timeoutMinutes: 1_500 },
      breaks: { watchMinutes: 0 },
      says: /is 0: it is a whole number from 1 to 1440/,
    },
    AMR_REHEARSAL_ENDED_TOO_SOON: {
      keeps: { watchMinutes: 60, timeoutMinutes: 70 },
      breaks: { watchMinutes: 60, timeoutMinutes: 60 },
      says: /is 60, and 60 minutes are watched.*at least 70/,
    },
    AMR_REHEARSAL_ALERTS_TELL_NOBODY: {
      keeps: { alertReceiverCount: undefined },
      breaks: { alertReceiverCount: 0 },
      says: /would tell nobody/,
    },
  });
});
