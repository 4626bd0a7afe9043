/** The resources of a deployment as they are asked for, and the questions that more than one standard asks of them. */
import { DEPLOYMENTS } from '../../../deployments/index.ts';
import type { ManagedRedisArgs } from '../../../lib/azure/arguments.ts';
import type { AzureManagedRedisInput } from '../../../lib/topology/azure-managed-redis-input.ts';
import { PRIVATE_OSS } from '../../azure/arguments.ts';
import { deployed } from '../../azure/mocks.ts';
import type { Condition, Standard } from '../control.ts';

export interface RegisteredResource {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a rule reads properties by name, at any depth, and must bear what is not there
  readonly inputs: Record<string, any>;
}
export type DeployedResources = RegisteredResource[];

export interface Asked {
  readonly topology?: Partial<AzureManagedRedisInput>;
  readonly args?: Partial<Omit<ManagedRedisArgs, 'topology'>>;
}
export type AzureStandard = Standard<DeployedResources, Asked>;
export type AzureCondition = Condition<DeployedResources>;

/** Of each shipped deployment of Azure Managed Redis, with the arguments that docs/azure.md begins with. */
export async function shippedResources({ topology = {}, args = {} }: Asked = {}): Promise<DeployedResources[]> {
  const made: DeployedResources[] = [];
  // One after the other: Pulumi's mocks are of the whole process.
  for (const shipped of DEPLOYMENTS) {
    if (shipped.topology.platform !== 'azure-managed-redis') continue;
    const { resources } = await deployed({
      ...PRIVATE_OSS,
      ...args,
      topology: { ...shipped.topology, ...topology },
    });
    made.push(resources.map(({ type, inputs }) => ({ type: shortType(type), inputs: structuredClone(inputs) })));
  }
  return made;
}

function shortType(type: string): string {
  return type.split(':').at(-1) ?? type;
}

export function ofType(resources: DeployedResources, type: string): RegisteredResource['inputs'][] {
  return resources.flatMap((resource) => (resource.type === type ? [resource.inputs] : []));
}

/** What holds of every resource of the type, and of one at least: of nothing, nothing is shown. */
export function every(type: string, holds: (inputs: RegisteredResource['inputs']) => boolean) {
  return (resources: DeployedResources): boolean => {
    const found = ofType(resources, type);
    return found.length > 0 && found.every(holds);
  };
}

export function withInputs(type: string, inputs: Readonly<Record<string, unknown>>) {
  return (copy: DeployedResources): void => {
    for (const found of ofType(copy, type)) Object.assign(found, inputs);
  };
}

export function without(type: string) {
  return (copy: DeployedResources): void => {
    copy.splice(0, copy.length, ...copy.filter((resource) => resource.type !== type));
  };
}

/** An input that is to have one value; another breaks it, and so does its absence. */
export function isSet(type: string, input: string, value: unknown, other: unknown): AzureCondition {
  return {
    holds: every(type, (inputs) => inputs[input] === value),
    brokenBy: {
      [`\`${input}\` ${String(other)}`]: withInputs(type, { [input]: other }),
      [`no \`${input}\``]: withInputs(type, { [input]: undefined }),
    },
  };
}

/** All of them, each with its own ways to be broken. */
export function all(...conditions: readonly AzureCondition[]): AzureCondition {
  return {
    holds: (resources) => conditions.every(({ holds }) => holds(resources)),
    brokenBy: Object.assign({}, ...conditions.map(({ brokenBy }) => brokenBy)),
  };
}

export const NOT_PUBLIC = isSet('RedisEnterprise', 'publicNetworkAccess', 'Disabled', 'Enabled');
export const TLS_1_2 = isSet('RedisEnterprise', 'minimumTlsVersion', '1.2', '1.1');
export const TLS_ONLY = isSet('Database', 'clientProtocol', 'Encrypted', 'Plaintext');
export const HIGHLY_AVAILABLE = isSet('RedisEnterprise', 'highAvailability', 'Enabled', 'Disabled');
export const KEYS_OFF = isSet('Database', 'accessKeysAuthentication', 'Disabled', 'Enabled');

export const ENTRA_USERS: AzureCondition = {
  holds: every('AccessPolicyAssignment', ({ user }) => Boolean(user?.objectId)),
  brokenBy: {
    'no user': without('AccessPolicyAssignment'),
    'a user that is nobody': withInputs('AccessPolicyAssignment', { user: {} }),
  },
};

export const PRIVATE_LINK: AzureCondition = {
  holds: every('PrivateEndpoint', ({ privateLinkServiceConnections }) =>
    privateLinkServiceConnections?.some(({ groupIds }: { groupIds: string[] }) => groupIds.includes('redisEnterprise')),
  ),
  brokenBy: {
    'no private endpoint': without('PrivateEndpoint'),
    'a private endpoint to something else': withInputs('PrivateEndpoint', {
      privateLinkServiceConnections: [{ groupIds: ['redisCache'] }],
    }),
  },
};

export const OWN_KEY: AzureCondition = {
  holds: every('RedisEnterprise', ({ encryption }) => Boolean(encryption?.customerManagedKeyEncryption)),
  brokenBy: { 'a key that the service manages': withInputs('RedisEnterprise', { encryption: undefined }) },
};
export const ASKED_FOR_OWN_KEY: Asked = {
  args: {
    encryptionKey: {
      keyUrl: 'https://shop.vault.azure.net/keys/redis/0123',
      identityId:
        '/subscriptions/s/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/redis',
    },
  },
};

export const THREE_ZONES: AzureCondition = {
  holds: every('RedisEnterprise', ({ zones }) => zones?.length >= 3),
  brokenBy: { 'two zones': withInputs('RedisEnterprise', { zones: ['1', '2'] }) },
};
export const ASKED_FOR_ZONES: Asked = { topology: { zones: ['1', '2', '3'] } };
export const SPREAD_BY_ITSELF =
  'The service spreads the nodes over the zones of a region by itself; the rule counts the zones that are named.';

export const CONNECTIONS_LOGGED: AzureCondition = {
  holds: (resources) =>
    ofType(resources, 'DiagnosticSetting').some(({ workspaceId, logs = [] }) =>
      logs.some(
        ({ category, enabled }: Record<string, unknown>) =>
          Boolean(workspaceId) && category === 'ConnectionEvents' && enabled === true,
      ),
    ),
  brokenBy: {
    'no diagnostic setting': without('DiagnosticSetting'),
    'no log in it': withInputs('DiagnosticSetting', { logs: [] }),
  },
};
export const ASKED_FOR_LOGS: Asked = { args: { workspaceId: '/subscriptions/s/workspaces/w' } };

export const PERSISTED: AzureCondition = {
  holds: every('Database', ({ persistence }) => persistence?.aofEnabled === true || persistence?.rdbEnabled === true),
  brokenBy: { 'no persistence': withInputs('Database', { persistence: undefined }) },
};
