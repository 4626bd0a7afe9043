import { describe, expect, it } from 'vitest';
import { createApplicationIdentity, ManagedRedis } from '../../lib/azure/managed-redis.ts';
import { VerifiedDeployment, type VerifiedDeploymentArgs } from '../../lib/azure/verified-deployment.ts';
import { PRIVATE_OSS, SUBNET_ID } from './arguments.ts';
import { type MockOptions, runMocked, TOKEN } from './mocks.ts';
import { type ScriptedRun, startManagementServer } from './runner/management-server.ts';

const IMAGE = `shop.azurecr.io/redoubt@sha256:${'a'.repeat(64)}`;
const PASSED: ScriptedRun = { exitCode: 0, log: '{"verdict":"pass","checks":[]}' };
type Changes = Partial<VerifiedDeploymentArgs>;

/** A verified database under mocks; the service that runs the container is one of this test. */
async function verified(run: ScriptedRun | undefined, changes: Changes = {}, options: MockOptions = {}) {
  const service = await startManagementServer(TOKEN, run);
  const program = await runMocked(() => {
    const { identity, user } = createApplicationIdentity('verifier', { resourceGroupName: 'shop' });
    const deployment = new ManagedRedis('redis', { ...PRIVATE_OSS, users: [user] });
    const deployed = new VerifiedDeployment('redis', {
      deployment,
      resourceGroupName: 'shop',
      location: 'westeurope',
      subnetId: SUBNET_ID,
      image: IMAGE,
      ...(changes.anonymousPull === true ? {} : { registryServer: 'shop.azurecr.io' }),
      identity,
      managementEndpoint: service.endpoint,
      ...changes,
    });
    return deployed;
  }, options);
  const groups = program.resources.filter(({ type }) => type.endsWith(':ContainerGroup'));
  return { ...program, service, group: groups[0]?.inputs ?? {}, groupCount: groups.length };
}

const verdictOf = ({ verdict }: VerifiedDeployment) => (verdict as unknown as { promise(): Promise<string> }).promise();

describe('a verified deployment', () => {
  it('is one container in the network, which runs verify once and has an identity and no address', async () => {
    const { group, groupCount } = await verified(PASSED, { tags: { team: 'shop' } });
    const identityId = '/subscriptions/s/azure-native:managedidentity:UserAssignedIdentity/verifier';
    expect(groupCount).toBe(1);
    expect(group).toMatchObject({
      containerGroupName: 'redis-verify',
      resourceGroupName: 'shop',
      location: 'westeurope',
      tags: { team: 'shop' },
      osType: 'Linux',
      restartPolicy: 'Never',
      subnetIds: [{ id: SUBNET_ID }],
      identity: { type: 'UserAssigned', userAssignedIdentities: [identityId] },
      imageRegistryCredentials: [{ server: 'shop.azurecr.io', identity: identityId }],
    });
    expect(group).not.toHaveProperty('ipAddress');
    expect(group.containers).toMatchObject([
      { image: IMAGE, command: ['redoubt-azure-runner', 'verify', '--format', 'json'] },
    ]);
  });

  it('pulls without signing in where the registry lets anybody', async () => {
    const { group, resources } = await verified(PASSED, { anonymousPull: true });
    expect(group.containers).toMatchObject([{ image: IMAGE }]);
    expect(group).not.toHaveProperty('imageRegistryCredentials');
    expect(resources.filter(({ type }) => type.endsWith(':RoleAssignment'))).toEqual([]);
  });

  it('has the connection profile in its environment, with itself as the user', async () => {
    const { group } = await verified(PASSED);
    const [container] = group.containers as { environmentVariables: { name: string; value: string }[] }[];
    const environment = Object.fromEntries(
      container?.environmentVariables.map(({ name, value }) => [name, value]) ?? [],
    );
    expect(environment).toMatchObject({
      REDIS_ADDRESS: 'sessions.westeurope.redis.azure.net:10000',
      REDIS_CLUSTER_MODE: 'true',
      REDIS_USERNAME: '11111111-2222-4333-8444-555555555555',
      REDIS_ENTRA_SCOPE: 'https://redis.azure.com/.default',
      REDIS_ENTRA_MANAGED_IDENTITY_CLIENT_ID: '99999999-2222-4333-8444-555555555555',
      AZURE_CLIENT_ID: '99999999-2222-4333-8444-555555555555',
    });
    expect(environment).not.toHaveProperty('REDIS_PASSWORD');
  });

  it('hands an access key over as a secret, where there is one', async () => {
    const { resources } = await verified(PASSED, { accessKey: 'aKey' });
    const group = resources.find(({ type }) => type.endsWith(':ContainerGroup'));
    expect(group?.secretInputs).toEqual(['containers']);
    expect(JSON.stringify(group?.inputs.containers)).toContain('"name":"REDIS_PASSWORD","secureValue":"aKey"');
  });

  it('passes when every check passes, in a run that it has started itself', async () => {
    const { result, service } = await verified(PASSED);
    expect(await verdictOf(result)).toBe('pass');
    expect(service.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
  });

  it('verifies nothing in a preview, and says so', async () => {
    const { service, group } = await verified(PASSED, {}, { preview: true });
    expect(group).toMatchObject({ restartPolicy: 'Never' });
    expect(service.requests).toEqual([]);
  });

  it('shows nobody the token of whoever deploys', async () => {
    const { resources, result } = await verified(PASSED);
    await verdictOf(result);
    expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.toContain(TOKEN);
  });

  it('has every problem of its arguments told before anything is registered', async () => {
    const changes = { image: 'Not An Image', subnetId: 'data', timeoutMs: 1, managementEndpoint: 'http://example.com' };
    await expect(verified(PASSED, changes)).rejects.toThrow(
      /AMR_RUNNER_IMAGE_FORM[\s\S]*AMR_RUNNER_SUBNET_FORM[\s\S]*AMR_MANAGEMENT_ENDPOINT_FORM[\s\S]*AMR_RUNNER_TIMEOUT_RANGE/,
    );
  });
});
