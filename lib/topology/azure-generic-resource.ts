/**
 * The service's resources in the form of `azure-native:resources:Resource`, which takes any API version: identifiers become a path,
 * the fields of every Azure resource stay beside it, and all else goes below `properties`. Pure, both ways, so that whoever
 * provisions, governs or judges a change sees one shape.
 */

export const GENERIC_RESOURCE_TYPE = 'azure-native:resources:Resource';

/** With and without an API version in the module's name, and under the name that the module had before. */
const VERSION = /^(azure-native:\w+)\/v\w+:/;
/** Its `AccessPolicyAssignment` is of Azure Cache for Redis, and none of ours. */
const EARLIER_MODULE = /^azure-native:cache:(?=(?:RedisEnterprise|Database)$)/;

/** `azure-native:redisenterprise/v20250401:Database` and `azure-native:cache:Database` are `azure-native:redisenterprise:Database`. */
export function currentResourceType(type: string): string {
  return type.replace(VERSION, '$1:').replace(EARLIER_MODULE, 'azure-native:redisenterprise:');
}

/** Names of the typed resources in the module `azure-native:redisenterprise`. */
export type ServiceResource = 'RedisEnterprise' | 'Database' | 'AccessPolicyAssignment';

type Inputs = Readonly<Record<string, unknown>>;

const PROVIDER_NAMESPACE = 'Microsoft.Cache';

/** Types on the path from the cluster down, each with the typed input that names it. */
const PATHS: Readonly<Record<ServiceResource, readonly { readonly type: string; readonly input: string }[]>> = {
  RedisEnterprise: [{ type: 'redisEnterprise', input: 'clusterName' }],
  Database: [
    { type: 'redisEnterprise', input: 'clusterName' },
    { type: 'databases', input: 'databaseName' },
  ],
  AccessPolicyAssignment: [
    { type: 'redisEnterprise', input: 'clusterName' },
    { type: 'databases', input: 'databaseName' },
    { type: 'accessPolicyAssignments', input: 'accessPolicyAssignmentName' },
  ],
};

/** Fields that Azure resources have beside `properties`, as far as the generic form knows them: it has no `zones`. */
const ENVELOPE = ['location', 'tags', 'sku', 'identity', 'resourceGroupName'] as const;

export interface GenericInputs {
  readonly apiVersion: string;
  readonly resourceProviderNamespace: string;
  /** `redisEnterprise/sessions/databases/default`; empty for the cluster, and required all the same. */
  readonly parentResourcePath: string;
  readonly resourceType: string;
  readonly resourceName: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** @param inputs of the typed resource; the ones that name it must be plain texts */
export function genericInputs(
  kind: ServiceResource,
  inputs: Inputs,
  apiVersion: string,
): GenericInputs & Readonly<Record<string, unknown>> {
  const segments = PATHS[kind];
  const [own] = segments.slice(-1);
  const identifiers = segments.map(({ input }) => input);
  const parents = segments.slice(0, -1).flatMap(({ type, input }) => [type, String(inputs[input])]);
  return {
    ...only(inputs, (key) => isEnvelope(key)),
    apiVersion,
    resourceProviderNamespace: PROVIDER_NAMESPACE,
    parentResourcePath: parents.join('/'),
    resourceType: own?.type ?? '',
    resourceName: String(inputs[own?.input ?? '']),
    properties: only(inputs, (key) => !isEnvelope(key) && !identifiers.includes(key)),
  };
}

/** What the generic form is of, with the inputs that the typed resource would have; undefined for anything else's. */
export function typedInputs(inputs: Inputs): { readonly kind: ServiceResource; readonly inputs: Inputs } | undefined {
  if (String(inputs.resourceProviderNamespace ?? '').toLowerCase() !== PROVIDER_NAMESPACE.toLowerCase())
    return undefined;
  const path = [inputs.parentResourcePath, inputs.resourceType, inputs.resourceName];
  const parts = path.flatMap((part) => (typeof part === 'string' ? part.split('/') : [])).filter((part) => part !== '');
  const types = parts.filter((_, index) => index % 2 === 0).map((type) => type.toLowerCase());
  const names = parts.filter((_, index) => index % 2 === 1);
  const found = Object.entries(PATHS).find(
    ([, segments]) => segments.map(({ type }) => type.toLowerCase()).join('/') === types.join('/'),
  );
  if (found === undefined) return undefined;
  const [kind, segments] = found as [ServiceResource, (typeof PATHS)[ServiceResource]];
  const named = segments.flatMap(({ input }, index) => (names[index] === undefined ? [] : [[input, names[index]]]));
  const { properties, apiVersion } = inputs;
  const below = typeof properties === 'object' && properties !== null ? properties : {};
  return {
    kind,
    inputs: {
      ...only(inputs, isEnvelope),
      ...below,
      ...Object.fromEntries(named),
      ...(apiVersion === undefined ? {} : { apiVersion }),
    },
  };
}

function isEnvelope(key: string): boolean {
  return (ENVELOPE as readonly string[]).includes(key);
}

function only(inputs: Inputs, keep: (key: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => keep(key)));
}
