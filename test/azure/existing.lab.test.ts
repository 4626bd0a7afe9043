/** A program that uses or takes over a database that exists, under Pulumi's own Node host; an engine of this test answers it. */
import { describe, expect, it } from 'vitest';
import azureOss from '../../deployments/azure-oss.ts';
import { NETWORK_ID, SUBNET_ID } from './arguments.ts';
import { EXISTING_ID, FOUND_CLUSTER, foundAs, USER } from './existing/found.ts';
import type { EngineOptions, Registered } from './pulumi-host/engine.ts';
import { UNKNOWN } from './pulumi-host/protocol.ts';
import { runProgram } from './pulumi-host/run-program.ts';

const PROGRAM = 'test/azure/existing/program.ts';
const outputsOf = () => ({ name: 'made' });

function answering(found: ReturnType<typeof foundAs>): EngineOptions['invoke'] {
  return (token) => {
    const answer = (found as Record<string, () => Record<string, unknown>>)[token];
    if (answer === undefined) throw new Error(`nobody expected ${token}`);
    return answer();
  };
}

const use = (config: Record<string, unknown>, options: Partial<EngineOptions> = {}) =>
  runProgram(config, { preview: true, outputsOf, invoke: answering(foundAs()), ...options }, PROGRAM);

const inAzure = (resources: readonly Registered[]) => resources.filter(({ type }) => type.startsWith('azure-native:'));

describe('a program that uses a database that exists', () => {
  it.each([true, false])('gets its profile and makes only its own way to it, in a preview: %s', async (preview) => {
    const { exitCode, errors, text, resources, stackOutputs } = await use({ clusterId: EXISTING_ID }, { preview });
    expect({ exitCode, errors, text }).toEqual({ exitCode: 0, errors: [], text: '' });
    expect(stackOutputs).toMatchObject({
      clusterId: EXISTING_ID,
      profile: { endpoint: { host: FOUND_CLUSTER.hostName } },
    });
    expect(
      inAzure(resources)
        .map(({ type }) => type.split(':').at(-1))
        .sort(),
    ).toEqual([
      'AccessPolicyAssignment',
      'PrivateDnsZoneGroup',
      'PrivateEndpoint',
      'PrivateZone',
      'VirtualNetworkLink',
    ]);
  });

  it('is refused in the preview with every difference, without a stack trace, and nothing is made', async () => {
    const found = foundAs({
      cluster: { sku: { name: 'Balanced_B20' } },
      database: { clusteringPolicy: 'EnterpriseCluster', accessKeysAuthentication: 'Enabled' },
    });
    const { exitCode, errors, resources } = await use({ clusterId: EXISTING_ID }, { invoke: answering(found) });
    expect(exitCode).not.toBe(0);
    expect(errors).toHaveLength(1);
    expect(errors.join('\n')).toMatch(
      /^AMR_EXISTING_POLICY_DIFFERS[\s\S]*AMR_EXISTING_SKU_DIFFERS[\s\S]*AMR_EXISTING_KEYS_ARE_ON/,
    );
    expect(errors.join('\n')).not.toMatch(/\n\s+at /);
    expect(inAzure(resources)).toEqual([]);
  });

  it('makes nothing either where the difference is found only while it is deployed', async () => {
    const invoke = answering(foundAs({ cluster: { sku: { name: 'Balanced_B20' } } }));
    const { exitCode, errors, resources } = await use({ clusterId: EXISTING_ID }, { preview: false, invoke });
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toMatch(/^AMR_EXISTING_SKU_DIFFERS/);
    expect(inAzure(resources)).toEqual([]);
  });

  it('says that a database cannot be read, and why', async () => {
    const invoke = () => {
      throw new Error('Status=404 Code="ResourceNotFound"');
    };
    const { exitCode, errors } = await use({ clusterId: EXISTING_ID }, { invoke });
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toMatch(
      /AMR_EXISTING_NOT_READ clusterId: \/subscriptions\/.* could not be read: .*ResourceNotFound.*role Reader/,
    );
  });

  it('is previewed where the id is known only later, and asks nothing', async () => {
    const invoke = () => {
      throw new Error('nobody expected to be asked');
    };
    const { exitCode, errors, stackOutputs, resources } = await use({}, { invoke });
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(stackOutputs).toEqual({ profile: UNKNOWN, clusterId: UNKNOWN });
    expect(inAzure(resources).find(({ type }) => type.endsWith(':PrivateEndpoint'))?.inputs).toMatchObject({
      resourceGroupName: UNKNOWN,
    });
  });
});

describe('a program that takes a database over', () => {
  const config = {
    deployment: 'azure-oss',
    resourceGroupName: 'shop',
    users: [`shop=${USER.objectId}`],
    subnetId: SUBNET_ID,
    virtualNetworkIds: [NETWORK_ID],
    alertEmails: ['oncall@example.com'],
    importUsers: ['shop'],
    location: 'westeurope',
  };
  const { name } = azureOss.topology;
  const importClusterId = `/subscriptions/5b1f/resourceGroups/shop/providers/Microsoft.Cache/redisEnterprise/${name}`;
  const takeOver = (database: Record<string, unknown>) => {
    const invoke = answering(foundAs({ cluster: { id: importClusterId }, database }));
    return runProgram({ ...config, importClusterId }, { preview: true, outputsOf, invoke });
  };

  it('sends the ids of cluster, database and user, and of nothing else', async () => {
    const { exitCode, errors, resources } = await takeOver({ evictionPolicy: 'VolatileLRU' });
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    const imported = resources.filter(({ importId }) => importId !== '');
    expect(imported.map(({ type, importId }) => [type.split(':').at(-1), importId])).toEqual([
      ['RedisEnterprise', importClusterId],
      ['Database', `${importClusterId}/databases/default`],
      ['AccessPolicyAssignment', `${importClusterId}/databases/default/accessPolicyAssignments/shop`],
    ]);
  });

  it('is stopped in the preview where it is something else, and imports nothing', async () => {
    const { exitCode, errors, resources } = await takeOver({ clusteringPolicy: 'EnterpriseCluster', port: 10_001 });
    expect(exitCode).not.toBe(0);
    expect(errors.join('\n')).toMatch(
      /^AMR_EXISTING_POLICY_DIFFERS[\s\S]*AMR_EXISTING_PORT_DIFFERS[\s\S]*AMR_EXISTING_EVICTION_DIFFERS/,
    );
    expect(resources.filter(({ importId }) => importId !== '')).toEqual([]);
  });
});
