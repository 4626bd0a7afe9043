/**
 * bin/azure.ts under Pulumi's own Node host, loaded as `pulumi up` loads it; an engine of this test answers it over gRPC. Nothing
 * is deployed.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { profileFromPulumiOrThrow } from '../../lib/profile/from-pulumi.ts';
import { NETWORK_ID, OBJECT_ID, SUBNET_ID } from './arguments.ts';
import type { EngineOptions, Registered } from './pulumi-host/engine.ts';
import { UNKNOWN } from './pulumi-host/protocol.ts';
import { runProgram } from './pulumi-host/run-program.ts';
import { startManagementServer } from './runner/management-server.ts';

const KEY = 'aPrimaryKeyThatNobodyMaySee';
const PRIVATE = {
  users: [`shop=${OBJECT_ID}`],
  subnetId: SUBNET_ID,
  virtualNetworkIds: [NETWORK_ID],
  alertEmails: ['oncall@example.com'],
};

const outputsOf = ({ type, inputs }: Registered) =>
  type.endsWith(':RedisEnterprise')
    ? { hostName: `${inputs.clusterName}.westeurope.redis.azure.net` }
    : { name: 'made', provisioningState: 'Succeeded', clientId: 'runner', principalId: OBJECT_ID };

const TOKEN = 'aTokenThatNobodyMaySee';

const invoke: EngineOptions['invoke'] = (token) => {
  if (token === 'azure-native:authorization:getClientToken') return { token: TOKEN };
  if (token === 'azure-native:redisenterprise:listDatabaseKeys') return { primaryKey: KEY, secondaryKey: KEY };
  throw new Error(`nobody expected ${token}`);
};

const run = (config: Record<string, unknown>, options: Partial<EngineOptions> = {}) =>
  runProgram(config, { preview: false, outputsOf, invoke, ...options });

const typesOf = (resources: readonly Registered[]) =>
  resources.map(({ type }) => type.replace('azure-native:', '')).sort();

describe('bin/azure.ts', () => {
  it('previews a private, Entra-only, alerting database', async () => {
    const { exitCode, resources, stackOutputs, errors, text } = await run(PRIVATE, { preview: true });
    expect({ exitCode, errors, text }).toEqual({ exitCode: 0, errors: [], text: '' });
    expect([...new Set(typesOf(resources))]).toEqual([
      'applicationinsights:Workbook',
      'monitor:ActionGroup',
      'monitor:ActivityLogAlert',
      'monitor:MetricAlert',
      'network:PrivateDnsZoneGroup',
      'network:PrivateEndpoint',
      'privatedns:PrivateZone',
      'privatedns:VirtualNetworkLink',
      'pulumi:pulumi:Stack',
      'redisenterprise:AccessPolicyAssignment',
      'redisenterprise:Database',
      'redisenterprise:RedisEnterprise',
      'redoubt:azure:ManagedRedis',
      'resources:ResourceGroup',
    ]);
    expect(stackOutputs.profile).toBe(UNKNOWN);
    const database = resources.find(({ type }) => type.endsWith(':Database'));
    expect(database).toMatchObject({ protect: true, deleteBeforeReplace: true, replaceOnChanges: [] });
    expect(database?.parent).toContain('redoubt:azure:ManagedRedis');
  });

  it.each(['azure-oss', 'azure-enterprise', 'azure-nocluster'])(
    'gives the profile of %s as an output, from which it can be rebuilt',
    async (deployment) => {
      const { exitCode, stackOutputs, errors } = await run({ ...PRIVATE, deployment });
      expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
      const profile = profileFromPulumiOrThrow({ text: JSON.stringify(stackOutputs) });
      expect(profile).toMatchObject({
        deployment,
        endpoint: { host: `redoubt-${deployment}.westeurope.redis.azure.net`, port: 10_000 },
        authentication: {
          userName: OBJECT_ID,
          secret: { kind: 'azure-entra', scope: 'https://redis.azure.com/.default' },
        },
      });
    },
  );

  it('gives what it declared as an output, everybody who may sign in among it', async () => {
    const { stackOutputs } = await run({ ...PRIVATE, publicNetworkAccess: true });
    expect(stackOutputs.declared).toEqual({
      clusterId: expect.any(String),
      accessKeys: false,
      publicNetworkAccess: true,
      encryptionKeyUrl: null,
      users: [{ objectId: OBJECT_ID }],
    });
  });

  it('keeps the access key out of everything but the Key Vault, where it is a secret', async () => {
    const { resources, stackOutputs, text } = await run({ ...PRIVATE, accessKeyVault: 'vault' });
    const secret = resources.find(({ type }) => type.endsWith(':Secret'));
    expect(secret?.inputs.properties).toMatchObject({ value: { secret: KEY } });
    const elsewhere = [...resources.filter((resource) => resource !== secret), stackOutputs, text];
    expect(JSON.stringify(elsewhere)).not.toContain(KEY);
  });

  it('says everything that is wrong at once, without a stack trace and before anything is made', async () => {
    const { exitCode, resources, errors } = await run({
      users: [`shop-1=${OBJECT_ID}`],
      deployment: 'azure-nocluster',
    });
    expect(exitCode).not.toBe(0);
    expect(typesOf(resources)).toEqual(['pulumi:pulumi:Stack']);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/AMR_ASSIGNMENT_NAME_FORM[\s\S]*AMR_UNREACHABLE[\s\S]*AMR_ALERTS_TELL_NOBODY/);
    expect(errors[0]).not.toMatch(/\n\s+at /);
  });

  it('reads a deployment of a relative path from the root of the project, although it runs in bin', async () => {
    const { exitCode, stackOutputs, errors } = await run({
      ...PRIVATE,
      deployment: './deployments/azure-enterprise.ts',
    });
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(stackOutputs.profile).toMatchObject({ deployment: 'azure-enterprise' });
  });

  it('refuses a setting that it has not, because it would change nothing and nobody would notice', async () => {
    const { exitCode, errors } = await run({ ...PRIVATE, alertEmail: 'oncall@example.com' });
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toMatch(/STACK_CONFIGURATION_UNKNOWN alertEmail: .*Did you mean `alertEmails`/);
  });

  it('refuses a deployment of another cloud with a sentence', async () => {
    const { exitCode, errors } = await run({ ...PRIVATE, deployment: 'elasticache' });
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toMatch(/DEPLOYMENT_OTHER_PLATFORM.*is for elasticache/);
  });
});

describe('a deployment that verifies itself inside the network', () => {
  const SENTENCE = 'shard-count (fail) SHARD_COUNT_DIFFERS: There are 2 shards, not 3.';
  const checks = [
    { name: 'shard-count', verdict: 'fail', code: 'SHARD_COUNT_DIFFERS', message: 'There are 2 shards, not 3.' },
  ];
  const withRunner = (managementEndpoint: string) => ({
    ...PRIVATE,
    runnerImage: 'shop.azurecr.io/redoubt:1',
    runnerRegistryId: '/subscriptions/s/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries/shop',
    runnerSubnetId: SUBNET_ID,
    managementEndpoint,
  });

  it('succeeds when every check passes', async () => {
    const { endpoint, requests } = await startManagementServer(TOKEN, { exitCode: 0, log: '' });
    const { exitCode, stackOutputs, errors, resources } = await run(withRunner(endpoint));
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(stackOutputs.verdict).toBe('pass');
    expect(requests.some((request) => request.endsWith('/start'))).toBe(true);
    const group = resources.find(({ type }) => type.endsWith(':ContainerGroup'));
    expect(group?.dependencies).toEqual(
      expect.arrayContaining([
        expect.stringContaining('PrivateDnsZoneGroup'),
        expect.stringContaining('user-verifier'),
        // Nobody may pull before that.
        expect.stringContaining('verifier-pull'),
      ]),
    );
  });

  it('fails with the sentences of the checks that fail, and without a stack trace or the token', async () => {
    const log = JSON.stringify({ verdict: 'fail', checks });
    const { endpoint } = await startManagementServer(TOKEN, { exitCode: 1, log });
    const { exitCode, errors, text, resources } = await run(withRunner(endpoint));
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toContain(SENTENCE);
    expect(errors.join('\n')).not.toMatch(/\n\s+at /);
    expect(JSON.stringify([errors, text, resources])).not.toContain(TOKEN);
  });

  it('fails when the service does not let it look', async () => {
    const { endpoint } = await startManagementServer('another', { exitCode: 0, log: '' });
    const { exitCode, errors } = await run(withRunner(endpoint));
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toMatch(/could not be verified\..*InvalidAuthenticationToken/);
  });

  it('is not verified in a preview, also when it has been deployed before', async () => {
    const { endpoint, requests } = await startManagementServer(TOKEN, { exitCode: 1, log: '' });
    const { exitCode, errors } = await run(withRunner(endpoint), { preview: true });
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(requests).toEqual([]);
  });
});

describe('a stack whose policy is changed', () => {
  const enterprise = { ...PRIVATE, deployment: 'azure-enterprise' };
  /** The database as it was deployed, but for its policy. */
  const deployedAs = (clusteringPolicy: string) => ({ 'azure-enterprise-database': { ...deployed, clusteringPolicy } });
  let deployed: Record<string, unknown> = {};

  beforeAll(async () => {
    const { resources } = await run(enterprise);
    deployed = resources.find(({ type }) => type.endsWith(':Database'))?.inputs ?? {};
  }, 60_000);

  it('is stopped in the preview, with the sentence that explains it and both ways on', async () => {
    const deployedBefore = deployedAs('OSSCluster');
    const { exitCode, errors } = await run(enterprise, { preview: true, deployedBefore });
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toMatch(
      /cannot be changed from OSSCluster to EnterpriseCluster.*two ways on\. Recreate: .*Side by side: /,
    );
  });

  it('goes on in place where it had no clustering', async () => {
    const deployedBefore = deployedAs('NoCluster');
    expect(await run(enterprise, { preview: true, deployedBefore })).toMatchObject({ exitCode: 0, errors: [] });
  });

  it('is replaced where that was acknowledged by the name of the policy that is given up', async () => {
    const deployedBefore = deployedAs('OSSCluster');
    const acknowledged = { ...enterprise, givenUpPolicy: 'OSSCluster' };
    const { exitCode, errors, resources } = await run(acknowledged, { preview: true, deployedBefore });
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(resources.find(({ type }) => type.endsWith(':Database'))).toMatchObject({
      replaceOnChanges: ['clusteringPolicy'],
      deleteBeforeReplace: true,
      replaceWith: [expect.stringMatching(/:RedisEnterprise::/)],
    });
    // Azure deletes them with the database, and nobody could sign in afterwards.
    const users = resources.filter(({ type }) => type.endsWith(':AccessPolicyAssignment'));
    expect(users.length).toBeGreaterThan(0);
    for (const user of users) {
      expect(user).toMatchObject({ replaceWith: [expect.stringMatching(/:Database::/)], deleteBeforeReplace: true });
    }
  });

  it('is stopped where another policy was named', async () => {
    const deployedBefore = deployedAs('NoCluster');
    const { exitCode, errors } = await run(
      { ...enterprise, givenUpPolicy: 'OSSCluster' },
      { preview: true, deployedBefore },
    );
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toMatch(/deployed policy is NoCluster.*changed in place: remove policyChange/);
  });
});
