/**
 * The stack configuration of bin/azure.ts, as rows of a table. Pulumi.yaml declares the same keys with the same types and defaults,
 * because the `pulumi` command reads only that; a test holds the two together.
 */
import type { Input } from '@pulumi/pulumi';
import { type Problem, ProblemError } from '../base/problem.ts';
import { type AzureManagedRedisTopology, CLUSTERING_POLICIES } from '../topology/azure-managed-redis.ts';
import { closestTo } from '../topology/input/closest.ts';
import { describeGiven } from '../topology/input/describe.ts';
import type { ApiVersion } from './api-version.ts';
import type { EntraUser, ManagedRedisArgs } from './arguments.ts';
import { pairs } from './pairs.ts';
import { contradictions } from './stack-contradictions.ts';

interface Fields {
  /** `text`: empty means not given. `list`: texts. */
  readonly text: string;
  readonly flag: boolean;
  readonly list: readonly string[];
}

const KEYS = {
  deployment: { kind: 'text', default: 'azure-oss' },
  resourceGroupName: { kind: 'text', default: '' },
  location: { kind: 'text', default: '' },
  apiVersion: { kind: 'text', default: '' },
  users: { kind: 'list', default: [] },
  accessStrings: { kind: 'list', default: [] },
  accessKeyVault: { kind: 'text', default: '' },
  subnetId: { kind: 'text', default: '' },
  virtualNetworkIds: { kind: 'list', default: [] },
  privateZoneId: { kind: 'text', default: '' },
  networkSecurityGroup: { kind: 'text', default: '' },
  publicNetworkAccess: { kind: 'flag', default: false },
  encryptionKeyUrl: { kind: 'text', default: '' },
  encryptionIdentityId: { kind: 'text', default: '' },
  linkedDatabaseIds: { kind: 'list', default: [] },
  alertEmails: { kind: 'list', default: [] },
  alertActionGroupIds: { kind: 'list', default: [] },
  withoutAlerts: { kind: 'flag', default: false },
  workspaceId: { kind: 'text', default: '' },
  workbook: { kind: 'flag', default: true },
  runnerImage: { kind: 'text', default: '' },
  runnerRegistryId: { kind: 'text', default: '' },
  runnerRegistryServer: { kind: 'text', default: '' },
  runnerAnonymousPull: { kind: 'flag', default: false },
  runnerSubnetId: { kind: 'text', default: '' },
  managementEndpoint: { kind: 'text', default: '' },
  givenUpPolicy: { kind: 'text', default: '' },
  importClusterId: { kind: 'text', default: '' },
  importUsers: { kind: 'list', default: [] },
  protect: { kind: 'flag', default: true },
  deletionLock: { kind: 'flag', default: false },
  tags: { kind: 'list', default: [] },
} as const satisfies { readonly [key: string]: { [K in keyof Fields]: { kind: K; default: Fields[K] } }[keyof Fields] };

export const STACK_KEYS: Readonly<Record<string, { readonly kind: keyof Fields; readonly default: unknown }>> = KEYS;

export type StackConfiguration = { readonly [Key in keyof typeof KEYS]: Fields[(typeof KEYS)[Key]['kind']] };

/**
 * @param read the value of a key as Pulumi hands it out: text, with lists as JSON; undefined when it is not set
 * @param given names of all keys that are set: one that nobody reads would change nothing, and nobody would notice
 * @throws ProblemError with every malformed and every unknown key
 */
export function stackConfigurationOrThrow(
  read: (key: string) => string | undefined,
  given: readonly string[] = [],
): StackConfiguration {
  const problems: Problem[] = given.filter((key) => !Object.hasOwn(STACK_KEYS, key)).map(unknown);
  const entries = Object.entries(STACK_KEYS).map(([key, field]) => {
    const given = read(key);
    if (given === undefined) return [key, field.default];
    const value = READERS[field.kind](given);
    if (value === undefined) problems.push(malformed(key, field.kind, given));
    return [key, value];
  });
  const configuration = Object.fromEntries(entries) as StackConfiguration;
  if (problems.length === 0) problems.push(...contradictions(configuration));
  if (problems.length > 0) throw new ProblemError(problems);
  return configuration;
}

/** What the component is given. */
export function argumentsFrom(
  configuration: StackConfiguration,
  place: { readonly topology: AzureManagedRedisTopology; readonly resourceGroupName: Input<string> },
): ManagedRedisArgs {
  const { location, accessKeyVault, subnetId, privateZoneId, networkSecurityGroup, workspaceId } = configuration;
  const { publicNetworkAccess, protect, deletionLock, workbook, virtualNetworkIds, givenUpPolicy } = configuration;
  const { apiVersion, encryptionKeyUrl, encryptionIdentityId, linkedDatabaseIds } = configuration;
  const { importClusterId, importUsers } = configuration;
  const given = CLUSTERING_POLICIES.find((policy) => policy === givenUpPolicy);
  return {
    ...place,
    users: usersOf(configuration),
    publicNetworkAccess,
    protect,
    deletionLock,
    workbook,
    alerts: configuration.withoutAlerts
      ? 'none'
      : { emails: configuration.alertEmails, actionGroupIds: configuration.alertActionGroupIds },
    ...(location === '' ? {} : { location }),
    // The component has the sentence for a version that there is none of.
    ...(apiVersion === '' ? {} : { apiVersion: apiVersion as ApiVersion }),
    ...(linkedDatabaseIds.length === 0 ? {} : { linkedDatabases: linkedDatabaseIds }),
    ...(encryptionKeyUrl === ''
      ? {}
      : { encryptionKey: { keyUrl: encryptionKeyUrl, identityId: encryptionIdentityId } }),
    ...(accessKeyVault === '' ? {} : { accessKeys: { vaultName: accessKeyVault } }),
    ...(networkSecurityGroup === '' ? {} : { securityRule: { networkSecurityGroupName: networkSecurityGroup } }),
    ...(workspaceId === '' ? {} : { workspaceId }),
    ...(configuration.tags.length === 0 ? {} : { tags: Object.fromEntries(pairs(configuration.tags)) }),
    ...(importClusterId === '' ? {} : { import: { clusterId: importClusterId, users: importUsers } }),
    ...(given === undefined ? {} : { policyChange: { from: given, allDataIsLost: true } }),
    ...(subnetId === '' ? {} : { privateEndpoint: { subnetId, dns: dnsOf(privateZoneId, virtualNetworkIds) } }),
  };
}

/** What `VerifiedDeployment` is given; undefined where no image is named, and then nothing is verified. */
export function verificationFrom({
  runnerImage: image,
  runnerRegistryId: registryId,
  runnerRegistryServer: registryServer,
  runnerAnonymousPull: anonymousPull,
  runnerSubnetId: subnetId,
  managementEndpoint,
  location,
}: StackConfiguration) {
  if (image === '') return undefined;
  return {
    image,
    subnetId,
    ...(registryId === '' ? {} : { registryId }),
    ...(registryServer === '' ? {} : { registryServer }),
    ...(anonymousPull ? { anonymousPull } : {}),
    ...(managementEndpoint === '' ? {} : { managementEndpoint }),
    ...(location === '' ? {} : { location }),
  };
}

function usersOf({ users, accessStrings }: StackConfiguration): EntraUser[] {
  const strings = new Map(pairs(accessStrings));
  return pairs(users).map(([name, objectId]) => {
    const accessString = strings.get(name);
    return { name, objectId, ...(accessString === undefined ? {} : { accessString }) };
  });
}

const READERS: { readonly [Kind in keyof Fields]: (given: string) => Fields[Kind] | undefined } = {
  text: (given) => given,
  flag: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
  list: readList,
};

const FORMS: Readonly<Record<keyof Fields, string>> = {
  text: 'text',
  flag: 'true or false',
  list: 'a list of texts: `pulumi config set --path "redoubt:KEY[0]" VALUE`',
};

function readList(given: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(given);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

function unknown(key: string): Problem {
  const closest = closestTo(key, Object.keys(STACK_KEYS));
  const meant = closest === undefined ? '' : ` Did you mean \`${closest}\`?`;
  const message = `\`redoubt:${key}\` is no setting of this program.${meant} Pulumi.yaml lists them; \`pulumi config rm ${key}\` removes it.`;
  return { code: 'STACK_CONFIGURATION_UNKNOWN', message, path: key };
}

function malformed(key: string, kind: keyof Fields, given: string): Problem {
  const message = `\`redoubt:${key}\` is ${describeGiven(given)}: it must be ${FORMS[kind].replace('KEY', key)}.`;
  return { code: 'STACK_CONFIGURATION_MALFORMED', message, path: key };
}

function dnsOf(zoneId: string, virtualNetworkIds: readonly string[]) {
  if (zoneId !== '') return { kind: 'existing-zone', zoneId } as const;
  return { kind: 'new-zone', virtualNetworkIds } as const;
}
