/**
 * What the arguments of a `ManagedRedis` must be beyond its topology. Only what is known while the program runs is judged: an
 * output of another resource has no value yet in a preview.
 */
import type { Input } from '@pulumi/pulumi';
import type { AzureManagedRedisInput } from '../topology/azure-managed-redis-input.ts';
import { describeGiven, listed } from '../topology/input/describe.ts';
import { type Rule, ruleMaker } from '../topology/rules/rule.ts';
import { DEFAULT_API_VERSION } from './api-version.ts';
import { API_VERSION_RULES } from './api-version-rules.ts';
import type { ManagedRedisArgs } from './arguments.ts';
import { receiverCountOf } from './receivers.ts';

export interface KnownSettings {
  readonly users: readonly { readonly name: string; readonly objectId: string | undefined }[];
  readonly accessKeys: boolean;
  readonly secretName: string | undefined;
  readonly privateEndpoint: boolean;
  readonly privateEndpointSubnetId: string | undefined;
  readonly linkedNetworkCount: number | undefined;
  /** Of those networks, as far as they are known. */
  readonly linkedNetworkIds: readonly string[];
  /** That the program gives them; none for a list. */
  readonly linkNames: readonly string[];
  readonly publicNetworkAccess: boolean;
  readonly securityRulePriority: number | undefined;
  readonly keyUrl: string | undefined;
  readonly keyIdentityId: string | undefined;
  readonly linkedDatabaseCount: number;
  readonly geoMemberCount: number | undefined;
  readonly apiVersion: string;
  readonly maintenanceWindowCount: number;
  readonly keyspaceEvents: string;
  readonly accessStrings: readonly { readonly user: string; readonly text: string }[];
  /** Of the clients, by the clustering policy. */
  readonly clientMode: 'cluster' | 'single';
  readonly zoneCount: number;
  /** Undefined: alerts are declined. */
  readonly alertReceiverCount: number | undefined;
  readonly emails: readonly string[];
}

export function knownSettings(args: ManagedRedisArgs): KnownSettings {
  const { privateEndpoint, encryptionKey, alerts } = args;
  const networks = privateEndpoint?.dns.kind === 'new-zone' ? privateEndpoint.dns.virtualNetworkIds : undefined;
  const geo: AzureManagedRedisInput['geoReplication'] = args.topology.geoReplication;
  return {
    users: (args.users ?? []).map(({ name, objectId }) => ({ name, objectId: known(objectId) })),
    accessKeys: args.accessKeys !== undefined,
    secretName: args.accessKeys?.secretName,
    privateEndpoint: privateEndpoint !== undefined,
    privateEndpointSubnetId: known(privateEndpoint?.subnetId),
    linkedNetworkCount: networks && Object.values(networks).length,
    linkedNetworkIds: Object.values(networks ?? []).flatMap((id) => known(id) ?? []),
    linkNames: Array.isArray(networks) ? [] : Object.keys(networks ?? {}),
    publicNetworkAccess: args.publicNetworkAccess ?? false,
    securityRulePriority: args.securityRule?.priority,
    keyUrl: known(encryptionKey?.keyUrl),
    keyIdentityId: known(encryptionKey?.identityId),
    linkedDatabaseCount: args.linkedDatabases?.length ?? 0,
    geoMemberCount: geo?.kind === 'active' ? geo.memberCount : undefined,
    apiVersion: args.apiVersion ?? DEFAULT_API_VERSION,
    maintenanceWindowCount: args.topology.maintenanceWindows?.length ?? 0,
    keyspaceEvents: args.topology.keyspaceEvents ?? '',
    accessStrings: (args.users ?? []).flatMap(({ name: user, accessString: text }) =>
      text === undefined ? [] : [{ user, text }],
    ),
    clientMode: args.topology.clusteringPolicy === 'OSSCluster' ? 'cluster' : 'single',
    zoneCount: args.topology.zones?.length ?? 0,
    alertReceiverCount: receiverCountOf(alerts),
    emails: alerts === 'none' ? [] : (alerts.emails ?? []),
  };
}

const rule = ruleMaker<KnownSettings>();

const ENTRA = 'https://learn.microsoft.com/azure/redis/entra-for-authentication';
const ENCRYPTION = 'https://learn.microsoft.com/azure/redis/how-to-encryption';
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EXAMPLE_GUID = '00000000-0000-0000-0000-000000000000';
const SUBNET = /^\/subscriptions\/.+\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;
const NETWORK = /^\/subscriptions\/.+\/virtualNetworks\/[^/]+$/i;
const LINK_NAME = /^[A-Za-z0-9_-]{1,30}$/;
const ASSIGNMENT_NAME = /^[A-Za-z0-9]{1,60}$/;

export const MANAGED_REDIS_RULES: readonly Rule<KnownSettings>[] = [
  rule({
    code: 'AMR_NOBODY_MAY_CONNECT',
    source: 'Redoubt: with access keys off and no Entra user, nobody can authenticate.',
    fields: ['users', 'accessKeys'],
    when: ({ users, accessKeys }) => users.length === 0 && !accessKeys,
    message: () =>
      '`users` is empty and `accessKeys` is left out, so nobody could authenticate. Name a Microsoft Entra user or managed identity, or ask for access keys with the Key Vault they go to.',
  }),
  rule({
    code: 'AMR_ASSIGNMENT_NAME_FORM',
    source: 'https://github.com/Azure/azure-cli/issues/33568',
    fields: ['users'],
    when: ({ users }) => users.some(({ name }) => !ASSIGNMENT_NAME.test(name)),
    message: ({ users }) =>
      `\`users\` names ${listed(users.map(({ name }) => name).filter((name) => !ASSIGNMENT_NAME.test(name)))}: an access policy assignment has 1 to 60 letters and digits, or later commands fail with "does not fully match regular expression pattern '^[A-Za-z0-9]{1,60}$'". Leave out hyphens and the like.`,
  }),
  rule({
    code: 'AMR_USER_TWICE',
    source: ENTRA,
    fields: ['users'],
    when: ({ users }) => repeated(users.flatMap(identifiersOf)).length > 0,
    message: ({ users }) =>
      `\`users\` has ${listed(repeated(users.flatMap(identifiersOf)))} more than once: names and object ids are unique. Remove one.`,
  }),
  rule({
    code: 'AMR_USER_OBJECT_ID_FORM',
    source: ENTRA,
    fields: ['users'],
    when: ({ users }) =>
      users.some(({ objectId }) => objectId !== undefined && (!GUID.test(objectId) || objectId === EXAMPLE_GUID)),
    message: () =>
      `\`users\` has an \`objectId\` that is no GUID like "${EXAMPLE_GUID}", or that very example: it is the object id of the user, group or managed identity (not its client id). \`az ad signed-in-user show --query id\` prints yours.`,
  }),
  rule({
    code: 'AMR_UNREACHABLE',
    source: 'https://learn.microsoft.com/azure/redis/private-link',
    fields: ['privateEndpoint', 'publicNetworkAccess'],
    when: ({ privateEndpoint, publicNetworkAccess }) => !privateEndpoint && !publicNetworkAccess,
    message: () =>
      '`privateEndpoint` is left out and `publicNetworkAccess` is off, so nothing could ever connect. Give a subnet for a private endpoint, or allow public access.',
  }),
  rule({
    code: 'AMR_ENDPOINT_SUBNET_FORM',
    source: 'https://learn.microsoft.com/azure/templates/microsoft.network/privateendpoints',
    fields: ['privateEndpointSubnetId'],
    when: ({ privateEndpointSubnetId: id }) => id !== undefined && !SUBNET.test(id),
    message: ({ privateEndpointSubnetId }) =>
      `\`privateEndpoint.subnetId\` is ${describeGiven(privateEndpointSubnetId)}: it is the resource id of a subnet, "/subscriptions/.../virtualNetworks/NAME/subnets/NAME". \`az network vnet subnet show --query id\` prints it.`,
  }),
  rule({
    code: 'AMR_ZONE_LINK_NETWORK_FORM',
    source: 'https://learn.microsoft.com/azure/templates/microsoft.network/privatednszones/virtualnetworklinks',
    fields: ['linkedNetworkIds'],
    when: ({ linkedNetworkIds }) => linkedNetworkIds.some((id) => !NETWORK.test(id)),
    message: ({ linkedNetworkIds }) =>
      `\`privateEndpoint.dns.virtualNetworkIds\` has ${listed(linkedNetworkIds.filter((id) => !NETWORK.test(id)))}: it holds resource ids of virtual networks, "/subscriptions/.../virtualNetworks/NAME". \`az network vnet show --query id\` prints one.`,
  }),
  rule({
    code: 'AMR_ZONE_LINKS_NOTHING',
    source: 'https://learn.microsoft.com/azure/redis/private-link',
    fields: ['linkedNetworkCount'],
    when: ({ linkedNetworkCount }) => linkedNetworkCount === 0,
    message: () =>
      '`privateEndpoint.dns.virtualNetworkIds` is empty: nobody would resolve the name to the private address. Name the virtual networks of the clients.',
  }),
  rule({
    code: 'AMR_ZONE_LINKS_TWICE',
    source: 'https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links',
    fields: ['linkedNetworkIds'],
    when: ({ linkedNetworkIds }) => repeated(linkedNetworkIds.map((id) => id.toLowerCase())).length > 0,
    message: ({ linkedNetworkIds }) =>
      `\`privateEndpoint.dns.virtualNetworkIds\` has ${listed(repeated(linkedNetworkIds.map((id) => id.toLowerCase())))} more than once: a network has one link to a zone. Remove one.`,
  }),
  rule({
    code: 'AMR_ZONE_LINK_NAME_FORM',
    source: 'https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork',
    fields: ['linkNames'],
    when: ({ linkNames }) => linkNames.some((name) => !LINK_NAME.test(name)),
    message: ({ linkNames }) =>
      `\`privateEndpoint.dns.virtualNetworkIds\` has the names ${listed(linkNames.filter((name) => !LINK_NAME.test(name)))}: links are called after them, so they have 1 to 30 letters, digits, hyphens and underscores. Rename them.`,
  }),
  rule({
    code: 'AMR_SECURITY_RULE_PRIORITY',
    source: 'https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview',
    fields: ['securityRulePriority'],
    when: ({ securityRulePriority: priority }) =>
      priority !== undefined && !(Number.isInteger(priority) && priority >= 100 && priority <= 4096),
    message: ({ securityRulePriority }) =>
      `\`securityRule.priority\` is ${securityRulePriority}: it is a whole number from 100 to 4096. Choose one that no other rule of the group has.`,
  }),
  rule({
    code: 'AMR_KEY_URL_VERSION',
    source: ENCRYPTION,
    fields: ['keyUrl'],
    when: ({ keyUrl }) => keyUrl !== undefined && !/^https:\/\/[^/]+\/keys\/[^/]+\/[^/]+$/.test(keyUrl),
    message: ({ keyUrl }) =>
      `\`encryptionKey.keyUrl\` is ${describeGiven(keyUrl)}: the service wants the key with its version, "https://VAULT.vault.azure.net/keys/NAME/VERSION". Add the version.`,
  }),
  rule({
    code: 'AMR_KEY_IDENTITY_USER_ASSIGNED',
    source: ENCRYPTION,
    fields: ['keyIdentityId'],
    when: ({ keyIdentityId }) =>
      keyIdentityId !== undefined &&
      !/\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/i.test(keyIdentityId),
    message: ({ keyIdentityId }) =>
      `\`encryptionKey.identityId\` is ${describeGiven(keyIdentityId)}: only a user-assigned identity can unwrap the key, given by its resource id "/subscriptions/.../providers/Microsoft.ManagedIdentity/userAssignedIdentities/NAME". Use one.`,
  }),
  rule({
    code: 'AMR_SECRET_NAME_FORM',
    source: 'https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates',
    fields: ['secretName'],
    when: ({ secretName }) => secretName !== undefined && !/^[A-Za-z0-9-]{1,127}$/.test(secretName),
    message: ({ secretName }) =>
      `\`accessKeys.secretName\` is ${describeGiven(secretName)}: a secret's name has 1 to 127 letters, digits and hyphens. Rename it.`,
  }),
  rule({
    code: 'AMR_LINKS_NEED_A_GROUP',
    source: 'https://learn.microsoft.com/azure/redis/how-to-active-geo-replication',
    fields: ['linkedDatabaseCount', 'geoMemberCount'],
    when: ({ linkedDatabaseCount, geoMemberCount }) => linkedDatabaseCount > (geoMemberCount ?? 1) - 1,
    message: ({ linkedDatabaseCount, geoMemberCount }) =>
      geoMemberCount === undefined
        ? `\`linkedDatabases\` has ${linkedDatabaseCount}, but the topology has no geo-replication. Set \`topology.geoReplication\`: it can be asked for at creation only.`
        : `\`linkedDatabases\` has ${linkedDatabaseCount}, but the group is to have ${geoMemberCount} members, this one included. Remove some or raise \`topology.geoReplication.memberCount\`.`,
  }),
  ...API_VERSION_RULES,
  rule({
    code: 'AMR_ALERTS_TELL_NOBODY',
    source: 'Redoubt: an alert without a receiver looks like care and is none.',
    fields: ['alertReceiverCount'],
    when: ({ alertReceiverCount }) => alertReceiverCount === 0,
    message: () =>
      '`alerts` has neither `emails` nor `actionGroupIds`, so they would tell nobody. Name a receiver, or say "none".',
  }),
  rule({
    code: 'AMR_ALERT_EMAIL_FORM',
    source: 'https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups',
    fields: ['emails'],
    when: ({ emails }) => emails.some((email) => !isEmail(email)),
    message: ({ emails }) =>
      `\`alerts.emails\` has ${listed(emails.filter((email) => !isEmail(email)))}, which is no address like "team@example.com". Correct it.`,
  }),
];

/** Undefined for an output of another resource, which has no value yet. */
export function known(value: Input<string> | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function identifiersOf({ name, objectId }: KnownSettings['users'][number]): string[] {
  return objectId === undefined ? [name] : [name, objectId.toLowerCase()];
}

function repeated(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}
