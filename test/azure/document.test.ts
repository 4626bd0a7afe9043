import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApplicationIdentity, ManagedRedis } from '../../lib/azure/managed-redis.ts';
import { NETWORK_ID, SUBNET_ID } from './arguments.ts';
import { runMocked } from './mocks.ts';

describe('the program in docs/azure.md', () => {
  it('has fewer than 20 lines and makes a private, Entra-only, alerting database', async () => {
    const text = await readFile(resolve(import.meta.dirname, '../../docs/azure.md'), 'utf8');
    const [, program = ''] = /```ts\n(.*?)```/s.exec(text) ?? [];
    expect(program.trim().split('\n').length).toBeLessThan(20);
    const { resources } = await runMocked(() => runDocument(program));
    const one = (type: string) => resources.find((resource) => resource.type.endsWith(`:${type}`))?.inputs;
    expect(one('RedisEnterprise')).toMatchObject({ publicNetworkAccess: 'Disabled' });
    expect(one('Database')).toMatchObject({ accessKeysAuthentication: 'Disabled' });
    expect(one('AccessPolicyAssignment')).toMatchObject({ user: { objectId: expect.stringMatching(/^1111/) } });
    expect(one('PrivateEndpoint')).toMatchObject({ subnet: { id: SUBNET_ID } });
    expect(one('ActionGroup')).toMatchObject({ emailReceivers: [{ emailAddress: 'oncall@example.com' }] });
  });
});

/** The text as a function's body: what it imports and what its surroundings know come as arguments. */
function runDocument(program: string): void {
  const body = program.replace(/^import .*$/gm, '').replace(/^export /gm, '');
  const known = { createApplicationIdentity, ManagedRedis, subnetId: SUBNET_ID, networkId: NETWORK_ID };
  new Function(...Object.keys(known), body)(...Object.values(known));
}
