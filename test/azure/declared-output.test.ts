import { describe, expect, it } from 'vitest';
import type { ManagedRedisArgs } from '../../lib/azure/arguments.ts';
import { declaredOutput } from '../../lib/azure/declared-output.ts';
import { declaredFromPulumiOrThrow } from '../../lib/profile/from-pulumi.ts';
import { OBJECT_ID, PRIVATE_OSS } from './arguments.ts';
import { deployed, unknownYet } from './mocks.ts';

const CLUSTER =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shop/providers/Microsoft.Cache/redisEnterprise/sessions';
const READER = 'b0a1c2d3-0000-4000-8000-000000000010';
const KEY_URL = 'https://v.vault.azure.net/keys/redis/0123';

const settled = (output: unknown) => (output as { promise(): Promise<unknown> }).promise();
const declaredOf = async (changes: Partial<ManagedRedisArgs>) =>
  declaredFromPulumiOrThrow({
    text: JSON.stringify({ declared: await settled(declaredOutput({ ...PRIVATE_OSS, ...changes }, CLUSTER)) }),
  });

describe('what a ManagedRedis declares beside its topology', () => {
  it('is the cluster, keys off, closed to the public, the key of Microsoft, and all its users', async () => {
    expect(await declaredOf({})).toEqual({
      clusterId: CLUSTER,
      accessKeys: false,
      publicNetworkAccess: false,
      encryptionKeyUrl: null,
      users: [{ objectId: OBJECT_ID }],
    });
  });

  it('is what was given', async () => {
    const changes = {
      users: [],
      accessKeys: { vaultName: 'shop-vault' },
      publicNetworkAccess: true,
      encryptionKey: { keyUrl: KEY_URL, identityId: '/identity' },
    };
    expect(await declaredOf(changes)).toEqual({
      clusterId: CLUSTER,
      accessKeys: true,
      publicNetworkAccess: true,
      encryptionKeyUrl: KEY_URL,
      users: [],
    });
  });

  it('is what each user may do, where the version of the API has it', async () => {
    const users = [
      { name: 'shop', objectId: OBJECT_ID },
      { name: 'reader', objectId: READER, accessString: '+@read ~cache:*' },
    ];
    expect((await declaredOf({ users, apiVersion: '2026-09-01' })).users).toEqual([
      { objectId: OBJECT_ID, accessString: '+@all ~*' },
      { objectId: READER, accessString: '+@read ~cache:*' },
    ]);
  });

  it('is an output of the component, not known before all of it is', async () => {
    const { result } = await deployed(PRIVATE_OSS);
    expect(await settled(result.declared)).toMatchObject({ clusterId: expect.any(String), publicNetworkAccess: false });
    const users = [{ name: 'shop', objectId: unknownYet() }];
    const declared = declaredOutput({ ...PRIVATE_OSS, users }, CLUSTER) as unknown as { isKnown: Promise<boolean> };
    expect(await declared.isKnown).toBe(false);
  });
});
