/**
 * Which API version of the service the resources are registered with. The typed module of `@pulumi/azure-native` has 2025-07-01;
 * whatever is newer goes through the provider's generic resource, here and nowhere else.
 */
import type { AccessPolicyAssignmentArgs } from '@pulumi/azure-native/redisenterprise/accessPolicyAssignment.js';
import { AccessPolicyAssignment } from '@pulumi/azure-native/redisenterprise/accessPolicyAssignment.js';
import type { DatabaseArgs } from '@pulumi/azure-native/redisenterprise/database.js';
import { Database } from '@pulumi/azure-native/redisenterprise/database.js';
import type { RedisEnterpriseArgs } from '@pulumi/azure-native/redisenterprise/redisEnterprise.js';
import { RedisEnterprise } from '@pulumi/azure-native/redisenterprise/redisEnterprise.js';
import { Resource, type ResourceArgs } from '@pulumi/azure-native/resources/resource.js';
import type { CustomResource, CustomResourceOptions } from '@pulumi/pulumi';
import { genericInputs, type ServiceResource } from '../topology/azure-generic-resource.ts';

/** What a newer version has and the typed module has not. */
export type NewerFeature = 'maintenanceWindows' | 'accessStrings' | 'keyspaceEvents';

export const DEFAULT_API_VERSION = '2025-07-01';

const ALL = ['maintenanceWindows', 'accessStrings', 'keyspaceEvents'] as const;

/**
 * Versions that can be chosen, oldest first, each with what it adds to the default.
 * https://github.com/Azure/azure-rest-api-specs/tree/main/specification/redisenterprise
 */
export const API_VERSIONS = {
  [DEFAULT_API_VERSION]: [],
  '2026-02-01-preview': ['keyspaceEvents'],
  '2026-05-01-preview': ALL,
  '2026-06-01-preview': ALL,
  '2026-09-01': ALL,
} as const satisfies Readonly<Record<string, readonly NewerFeature[]>>;

export type ApiVersion = keyof typeof API_VERSIONS;

/** The newest that is no preview. */
export const NEWEST_API_VERSION: ApiVersion = '2026-09-01';

export function isApiVersion(text: string): text is ApiVersion {
  return Object.hasOwn(API_VERSIONS, text);
}

export function hasFeature(version: ApiVersion, feature: NewerFeature): boolean {
  return (API_VERSIONS[version] as readonly NewerFeature[]).includes(feature);
}

/** Inputs of the typed resources, and those that only a newer version takes. */
export interface ServiceInputs {
  readonly RedisEnterprise: RedisEnterpriseArgs & { readonly maintenanceConfiguration?: unknown };
  readonly Database: DatabaseArgs & { readonly notifyKeyspaceEvents?: string };
  readonly AccessPolicyAssignment: AccessPolicyAssignmentArgs & { readonly accessString?: string };
}

const TYPED: { readonly [Kind in ServiceResource]: Constructor<ServiceInputs[Kind]> } = {
  RedisEnterprise,
  Database,
  AccessPolicyAssignment,
};

type Constructor<Args> = new (name: string, args: Args, options: CustomResourceOptions) => CustomResource;

/**
 * Choosing another version of a resource that is deployed changes its type. The alias makes that a replacement, which
 * `protect` stops, and not a second resource that fails because the first is there.
 */
export function registerServiceResource<Kind extends ServiceResource>(
  kind: Kind,
  {
    name,
    apiVersion,
    inputs,
  }: { readonly name: string; readonly apiVersion: ApiVersion; readonly inputs: ServiceInputs[Kind] },
  options: CustomResourceOptions,
): CustomResource {
  if (apiVersion === DEFAULT_API_VERSION) return new TYPED[kind](name, inputs, options);
  const generic = genericInputs(kind, { ...inputs }, apiVersion);
  return new Resource(name, generic as unknown as ResourceArgs, {
    ...options,
    deleteBeforeReplace: true,
    aliases: [{ type: `azure-native:redisenterprise:${kind}` }],
  });
}

/** Where a property of the resource stands in its inputs: for `ignoreChanges` and `replaceOnChanges`. */
export function propertyPath(apiVersion: ApiVersion, property: string): string {
  return apiVersion === DEFAULT_API_VERSION ? property : `properties.${property}`;
}
