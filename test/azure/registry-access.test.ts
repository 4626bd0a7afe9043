/** What lets a runner pull its image: once for each identity and registry, and before anything is pulled. */
import type { Input, Resource } from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { createApplicationIdentity } from '../../lib/azure/managed-redis.ts';
import { registryAccess } from '../../lib/azure/registry-access.ts';
import { isAzureRegistry, isLoginServerOf, registryHostOf } from '../../lib/azure/runner/image.ts';
import { runMocked } from './mocks.ts';

const REGISTRIES = '/subscriptions/s/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries';
const IMAGE = 'shop.azurecr.io/redoubt:1';

interface Asked {
  readonly registryId?: string;
  readonly registryServer?: string;
}

/** Components, one after the other, with one identity; what each was given. */
async function granted(...components: readonly Asked[]) {
  const { result, resources } = await runMocked(() => {
    const { identity } = createApplicationIdentity('runner', { resourceGroupName: 'shop' });
    return components.map((asked, index) => registryAccess(`component-${index}`, { image: IMAGE, identity, ...asked }));
  });
  const servers = await Promise.all(result.map(({ server }) => settled(server)));
  const roles = resources.filter(({ type }) => type.endsWith(':RoleAssignment'));
  return { servers, ready: result.map(({ ready }): readonly Resource[] => ready), roles };
}

async function settled(server: Input<string> | undefined): Promise<unknown> {
  return typeof server === 'object' && 'promise' in server
    ? (server as { promise(): Promise<string> }).promise()
    : server;
}

describe('the access to a registry', () => {
  it('is the role AcrPull on that registry alone, for the identity, at the login server in the name of the image', async () => {
    const { servers, roles, ready } = await granted({ registryId: `${REGISTRIES}/shop` });
    expect(servers).toEqual(['shop.azurecr.io']);
    expect(roles).toMatchObject([
      {
        name: 'runner-pull',
        inputs: {
          scope: `${REGISTRIES}/shop`,
          roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d',
          principalId: '11111111-2222-4333-8444-555555555555',
          principalType: 'ServicePrincipal',
          roleAssignmentName: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        },
      },
    ]);
    expect(ready[0]).toHaveLength(1);
  });

  it('is granted once for every component of an identity, and all of them wait for it', async () => {
    const { roles, ready } = await granted({ registryId: `${REGISTRIES}/shop` }, { registryId: `${REGISTRIES}/Shop` });
    expect(roles).toHaveLength(1);
    expect(ready[1]).toEqual(ready[0]);
    expect(ready[1]).toHaveLength(1);
  });

  it('is a role of its own on another registry', async () => {
    const { roles } = await granted({ registryId: `${REGISTRIES}/shop` }, { registryId: `${REGISTRIES}/spare` });
    expect(roles.map(({ name }) => name)).toEqual(['runner-pull', 'runner-pull-1']);
    expect(new Set(roles.map(({ inputs }) => inputs.roleAssignmentName)).size).toBe(2);
  });

  it('grants nothing where the identity may pull already, or anybody may', async () => {
    const { servers, roles, ready } = await granted({ registryServer: 'shop.azurecr.io' }, {});
    expect(servers).toEqual(['shop.azurecr.io', undefined]);
    expect({ roles, ready }).toEqual({ roles: [], ready: [[], []] });
  });
});

describe('the name of an image', () => {
  it.each([
    ['shop.azurecr.io/redoubt:1', 'shop.azurecr.io'],
    ['localhost:5000/redoubt', 'localhost:5000'],
    ['library/redis', undefined],
    ['redis:7', undefined],
  ])('%s has the registry %s', (image, host) => {
    expect(registryHostOf(image)).toBe(host);
  });

  it.each([
    ['shop.azurecr.io', true],
    ['shop.azurecr.us', true],
    ['shop.azurecr.io.example.com', false],
    [undefined, false],
  ])('the registry %s is one of Azure: %s', (host, isAzure) => {
    expect(isAzureRegistry(host)).toBe(isAzure);
  });

  it.each([
    ['Shop.azurecr.io', 'shop', true],
    ['shop-a1b2.azurecr.io', 'shop', true],
    ['shopping.azurecr.io', 'shop', false],
    ['shop.example.com', 'shop', false],
  ])('%s is a login server of the registry %s: %s', (host, registry, isOf) => {
    expect(isLoginServerOf(host, registry)).toBe(isOf);
  });
});
