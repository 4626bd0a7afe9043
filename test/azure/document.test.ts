import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApplicationIdentity, ManagedRedis, VerifiedDeployment } from '../../lib/azure/index.ts';
import { MANAGEMENT_ENDPOINT } from '../../lib/azure/runner/management-api.ts';
import { NETWORK_ID, SUBNET_ID } from './arguments.ts';
import { runMocked, TOKEN } from './mocks.ts';
import { startManagementServer } from './runner/management-server.ts';

afterEach(() => vi.unstubAllGlobals());

describe('the program in docs/azure.md', () => {
  it('has fewer than 20 lines and makes a private, Entra-only, alerting database that is verified', async () => {
    const text = await readFile(resolve(import.meta.dirname, '../../docs/azure.md'), 'utf8');
    const [, program = ''] = /```ts\n(.*?)```/s.exec(text) ?? [];
    expect(program.trim().split('\n').length).toBeLessThan(20);
    const { endpoint, requests } = await startManagementServer(TOKEN, { exitCode: 0, log: '' });
    // The document names no address of Azure; what it asks there, this test answers.
    const realFetch = globalThis.fetch;
    vi.stubGlobal('fetch', (url: URL, options: RequestInit) =>
      realFetch(String(url).replace(MANAGEMENT_ENDPOINT, endpoint), options),
    );
    const { resources, result } = await runMocked(() => runDocument(program));
    expect(await result).toBe('pass');
    expect(requests.length).toBeGreaterThan(0);
    const one = (type: string) => resources.find((resource) => resource.type.endsWith(`:${type}`))?.inputs;
    expect(one('RedisEnterprise')).toMatchObject({ publicNetworkAccess: 'Disabled' });
    expect(one('Database')).toMatchObject({ accessKeysAuthentication: 'Disabled' });
    expect(one('ContainerGroup')).toMatchObject({ restartPolicy: 'Never', subnetIds: [{ id: RUNNER_SUBNET_ID }] });
    expect(one('AccessPolicyAssignment')).toMatchObject({ user: { objectId: expect.stringMatching(/^1111/) } });
    expect(one('PrivateEndpoint')).toMatchObject({ subnet: { id: SUBNET_ID } });
    expect(one('ActionGroup')).toMatchObject({ emailReceivers: [{ emailAddress: 'oncall@example.com' }] });
  });
});

const RUNNER_SUBNET_ID = `${NETWORK_ID}/subnets/runner`;

/** The text as a function's body: what it imports and what its surroundings know come as arguments. */
function runDocument(program: string): Promise<string> {
  const body = program.replace(/^import .*$/gm, '').replace(/^export /gm, '');
  const components = { createApplicationIdentity, ManagedRedis, VerifiedDeployment };
  const known = { ...components, subnetId: SUBNET_ID, networkId: NETWORK_ID, runnerSubnetId: RUNNER_SUBNET_ID };
  const verdict = new Function(...Object.keys(known), `${body}\nreturn verdict;`)(...Object.values(known));
  return (verdict as { promise(): Promise<string> }).promise();
}
