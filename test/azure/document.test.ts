import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createApplicationIdentity,
  ExistingManagedRedis,
  ManagedRedis,
  VerifiedDeployment,
} from '../../lib/azure/index.ts';
import { MANAGEMENT_ENDPOINT } from '../../lib/azure/runner/management-api.ts';
import { NETWORK_ID, SUBNET_ID } from './arguments.ts';
import { EXISTING_ID, foundAs, USER } from './existing/found.ts';
import { runMocked, TOKEN } from './mocks.ts';
import { startManagementServer } from './runner/management-server.ts';

afterEach(() => vi.unstubAllGlobals());

describe('the program in docs/azure.md', () => {
  it('has fewer than 20 lines and makes a private, Entra-only, alerting database that is verified', async () => {
    const program = await programBelow('# Azure Managed Redis with Pulumi');
    expect(program.trim().split('\n').length).toBeLessThan(20);
    const { endpoint, requests } = await startManagementServer(TOKEN, { exitCode: 0, log: '' });
    // The document names no address of Azure; what it asks there, this test answers.
    const realFetch = globalThis.fetch;
    vi.stubGlobal('fetch', (url: URL, options: RequestInit) =>
      realFetch(String(url).replace(MANAGEMENT_ENDPOINT, endpoint), options),
    );
    const components = { createApplicationIdentity, ManagedRedis, VerifiedDeployment };
    const places = { subnetId: SUBNET_ID, networkId: NETWORK_ID, runnerSubnetId: RUNNER_SUBNET_ID };
    const known = { ...components, ...places, registryId: REGISTRY_ID };
    const { resources, result } = await runMocked(() => run(program, known).verdict.promise());
    expect(await result).toBe('pass');
    expect(requests.length).toBeGreaterThan(0);
    const one = (type: string) => resources.find((resource) => resource.type.endsWith(`:${type}`))?.inputs;
    expect(one('RedisEnterprise')).toMatchObject({ publicNetworkAccess: 'Disabled' });
    expect(one('Database')).toMatchObject({ accessKeysAuthentication: 'Disabled' });
    expect(one('ContainerGroup')).toMatchObject({ restartPolicy: 'Never', subnetIds: [{ id: RUNNER_SUBNET_ID }] });
    expect(one('RoleAssignment')).toMatchObject({ scope: REGISTRY_ID });
    expect(one('AccessPolicyAssignment')).toMatchObject({ user: { objectId: expect.stringMatching(/^1111/) } });
    expect(one('PrivateEndpoint')).toMatchObject({ subnet: { id: SUBNET_ID } });
    expect(one('ActionGroup')).toMatchObject({ emailReceivers: [{ emailAddress: 'oncall@example.com' }] });
  });

  it('that uses a database that exists makes its own way there, and nothing of the database', async () => {
    const program = await programBelow('## A database that exists already');
    const clusterId = EXISTING_ID.replace(/sessions$/, 'shop-sessions');
    const answers = foundAs({ cluster: { id: clusterId }, database: { clusteringPolicy: 'EnterpriseCluster' } });
    const network = { subnetId: SUBNET_ID, networkId: NETWORK_ID };
    const known = { ExistingManagedRedis, clusterId, checkout: { user: USER }, ...network };
    const { resources, result } = await runMocked(() => run(program, known, 'redis').redis.profile.promise(), {
      answers,
    });
    expect(await result).toMatchObject({ deployment: 'shop-sessions', clientMode: 'single' });
    const types = resources.map(({ type }) => type.split(':').at(-1));
    expect(types).toEqual(expect.arrayContaining(['AccessPolicyAssignment', 'PrivateEndpoint']));
    expect(types.filter((type) => type === 'RedisEnterprise' || type === 'Database')).toEqual([]);
  });
});

const REGISTRY_ID = '/subscriptions/s/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries/shop';
const RUNNER_SUBNET_ID = `${NETWORK_ID}/subnets/runner`;

/** The first program after a heading. */
async function programBelow(heading: string): Promise<string> {
  const text = await readFile(resolve(import.meta.dirname, '../../docs/azure.md'), 'utf8');
  const [, below = ''] = text.split(`${heading}\n`);
  const [, program = ''] = /```ts\n(.*?)```/s.exec(below) ?? [];
  return program;
}

// biome-ignore lint/suspicious/noExplicitAny: what a text defines has no types
type Defined = any;

/** The text as a function's body: what it imports and what its surroundings know come as arguments. */
function run(program: string, known: Record<string, unknown>, result = 'verdict'): Defined {
  const body = program.replace(/^import .*$/gm, '').replace(/^export /gm, '');
  return new Function(...Object.keys(known), `${body}\nreturn { ${result} };`)(...Object.values(known));
}
