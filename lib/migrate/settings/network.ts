/** Who can reach it: public address, private endpoints, a subnet, firewall rules. */
import { groupOf } from '../commands.ts';
import type { ClassicCache, OldCache } from '../old-cache.ts';
import type { Contribution, Setting, StackSetting } from '../setting.ts';
import { SOURCES } from '../sources.ts';

const ENDPOINT: readonly StackSetting[] = [
  { key: 'subnetId', value: 'SUBNET_ID' },
  { key: 'virtualNetworkIds[0]', value: 'VIRTUAL_NETWORK_ID' },
];

export function network(cache: OldCache): Contribution {
  const injected = cache.kind === 'classic' && cache.subnetId !== '';
  // There are no firewall rules any more: what they closed is not opened to everybody.
  const isGuarded = cache.kind === 'classic' && (cache.firewallRuleNames ?? []).length > 0;
  const isPrivate = injected || isGuarded || cache.privateEndpointCount > 0 || !cache.publicNetworkAccess;
  const isPublic = cache.publicNetworkAccess && !injected && !isGuarded;
  return {
    settings: [
      ...(isGuarded ? [] : [publicAccess(isPublic)]),
      ...(injected ? [injection()] : []),
      ...(cache.kind === 'classic' && cache.staticIp !== '' ? [staticAddress()] : []),
      ...(cache.privateEndpointCount > 0 ? [privateEndpoints(cache)] : []),
      ...(cache.kind === 'classic' ? firewall(cache) : []),
    ],
    stack: [...(isPrivate ? ENDPOINT : []), ...(isPublic ? [{ key: 'publicNetworkAccess', value: 'true' }] : [])],
  };
}

function publicAccess(isPublic: boolean): Setting {
  const value = isPublic ? 'Enabled' : 'Disabled';
  return {
    setting: 'publicNetworkAccess',
    before: value,
    after: value,
    outcome: 'kept',
    code: 'MIGRATE_PUBLIC_ACCESS_KEPT',
    message: isPublic
      ? 'The public address stays open to whoever has a credential; a deployment of this project has it closed unless asked.'
      : 'It is reached through private endpoints only.',
    source: SOURCES.privateLink,
  };
}

function injection(): Setting {
  return {
    setting: 'subnetId',
    before: 'inside a virtual network',
    after: 'private endpoint',
    outcome: 'changed',
    code: 'MIGRATE_INJECTION_TO_PRIVATE_ENDPOINT',
    message: 'Nothing is placed inside a virtual network; a private endpoint brings it there.',
    action:
      'Take another subnet of the same network for the endpoint (the old one holds caches only), link the zone privatelink.redis.azure.net to the networks of the clients, and carry the rules of the old security group over.',
    source: SOURCES.understand,
  };
}

function staticAddress(): Setting {
  return {
    setting: 'staticIP',
    before: 'set',
    after: "the endpoint's address",
    outcome: 'changed',
    code: 'MIGRATE_STATIC_ADDRESS_GOES',
    message: 'The address is that of the private endpoint, and another one.',
    action: 'Take the old address out of clients and firewalls: use the name, which is also what TLS verifies.',
    source: SOURCES.privateLink,
  };
}

function privateEndpoints({ kind, privateEndpointCount }: OldCache): Setting {
  const zone =
    kind === 'classic' ? 'privatelink.redis.cache.windows.net' : 'privatelink.redisenterprise.cache.azure.net';
  return {
    setting: 'privateEndpointConnections',
    before: `${privateEndpointCount}, ${zone}`,
    after: 'one, privatelink.redis.azure.net',
    outcome: 'changed',
    code: 'MIGRATE_PRIVATE_ENDPOINT_ANEW',
    message:
      'Endpoint and zone are made anew for the new resource (group redisEnterprise), and may stand beside the old ones.',
    action:
      'Name subnet and networks in the stack; whoever has a hub for DNS adds the zone there. Remove the old endpoint and zone at the end.',
    source: SOURCES.privateLink,
  };
}

function firewall(cache: ClassicCache): Setting[] {
  const { firewallRuleNames: names, name } = cache;
  const shared = { setting: 'firewallRules', source: SOURCES.understand };
  if (names === undefined) {
    return [
      {
        ...shared,
        before: 'not given',
        after: 'none',
        outcome: 'unknown',
        code: 'MIGRATE_FIREWALL_RULES_NOT_GIVEN',
        message:
          'Azure Managed Redis has no firewall rules, and whether the old cache has any stands in a document of its own.',
        action: `Give it with --firewall-rules, as \`az redis firewall-rules list --name ${name} --resource-group ${groupOf(cache)}\` prints it.`,
      },
    ];
  }
  if (names.length === 0) {
    return [
      {
        ...shared,
        before: 'none',
        after: 'none',
        outcome: 'kept',
        code: 'MIGRATE_NO_FIREWALL_RULES',
        message: 'There are none to carry over.',
      },
    ];
  }
  return [
    {
      ...shared,
      before: `${names.length}`,
      after: 'none',
      outcome: 'unavailable',
      code: 'MIGRATE_FIREWALL_RULES_NOT_AVAILABLE',
      message: 'Azure Managed Redis has no firewall rules: a public address is open to whoever has a credential.',
      action:
        'Set a private endpoint (subnetId) and leave publicNetworkAccess off; a network security group on its subnet does what the rules did.',
    },
  ];
}
