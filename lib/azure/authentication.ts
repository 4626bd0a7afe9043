/** Who may connect: Microsoft Entra identities, and access keys only into a Key Vault. */
import { Secret } from '@pulumi/azure-native/keyvault/secret.js';
import { UserAssignedIdentity } from '@pulumi/azure-native/managedidentity/userAssignedIdentity.js';
import { listDatabaseKeysOutput } from '@pulumi/azure-native/redisenterprise/listDatabaseKeys.js';
import {
  type CustomResource,
  type CustomResourceOptions,
  type Input,
  type ProviderResource,
  secret,
} from '@pulumi/pulumi';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import { DEFAULT_API_VERSION, hasFeature, registerServiceResource } from './api-version.ts';
import type { AccessKeyStore, EntraUser, ManagedRedisArgs } from './arguments.ts';
import { DATABASE_NAME } from './database.ts';
import { importIds, importing } from './existing/import.ts';
import { secretNameOf } from './key-rotation/key-place.ts';
import type { Placement } from './placement.ts';

/** The only access policy there is; what it allows is every command on every key, or the user's access string. */
const ACCESS_POLICY = 'default';

/** What the service allows where nothing is said. */
export const EVERYTHING = '+@all ~*';

export interface AssignedUsers extends Pick<ManagedRedisArgs, 'users' | 'apiVersion' | 'import'> {
  /** Of the subscription of the database, where that is not the component's. */
  readonly provider?: ProviderResource;
}

/**
 * Assigned one after the other: two at once fail each other (https://github.com/Azure/bicep-registry-modules/issues/5621).
 * @param database undefined where it is not made here
 */
export function assignUsers(
  { name, parent, resourceGroupName }: Placement,
  topology: AzureManagedRedisTopology,
  { users = [], apiVersion = DEFAULT_API_VERSION, import: imported, provider }: AssignedUsers,
  database: CustomResource | undefined,
): CustomResource[] {
  const assignments: CustomResource[] = [];
  const hasStrings = hasFeature(apiVersion, 'accessStrings');
  const replaceWith = database === undefined ? [] : [database];
  let dependsOn = replaceWith;
  for (const user of users) {
    const assignment = registerServiceResource(
      'AccessPolicyAssignment',
      {
        name: `${name}-user-${user.name}`,
        apiVersion,
        inputs: {
          accessPolicyAssignmentName: user.name,
          accessPolicyName: ACCESS_POLICY,
          clusterName: topology.name,
          databaseName: DATABASE_NAME,
          resourceGroupName,
          user: { objectId: user.objectId },
          ...(hasStrings ? { accessString: user.accessString ?? EVERYTHING } : {}),
        },
      },
      // They go with the database in Azure; without this the engine would go on believing in them, and nobody could sign in.
      {
        parent,
        dependsOn,
        replaceWith,
        deleteBeforeReplace: true,
        ...importing(importIds(imported).assignment(user.name)),
        ...(provider === undefined ? {} : { provider }),
      },
    );
    assignments.push(assignment);
    dependsOn = [assignment];
  }
  return assignments;
}

/** The key goes from the service to the vault, as a secret all the way; the component does not show it. */
export function storeAccessKey(
  { name, parent, resourceGroupName, tags }: Placement,
  topology: AzureManagedRedisTopology,
  store: AccessKeyStore,
  database: CustomResource,
): Secret {
  const { vaultName, vaultResourceGroupName = resourceGroupName, rotated = false } = store;
  const keys = listDatabaseKeysOutput(
    {
      // Known once the database exists: before that there is no key to ask for.
      clusterName: database.id.apply(() => topology.name),
      databaseName: DATABASE_NAME,
      resourceGroupName,
    },
    { parent },
  );
  return new Secret(
    `${name}-access-key`,
    {
      resourceGroupName: vaultResourceGroupName,
      vaultName,
      secretName: secretNameOf(store, topology.name),
      tags,
      properties: { value: secret(keys.primaryKey), contentType: 'Azure Managed Redis primary access key' },
    },
    {
      parent,
      dependsOn: [database],
      // Also a change of the tags would write the value that the stack remembers.
      ...(rotated ? { ignoreChanges: ['properties', 'tags'] } : {}),
    },
  );
}

export interface ApplicationIdentity {
  readonly identity: UserAssignedIdentity;
  /** For `users` of a `ManagedRedis`. */
  readonly user: EntraUser;
}

/**
 * A managed identity for an application, and the user it is to the database.
 * @param name letters and digits, because the access policy assignment is called the same
 */
export function createApplicationIdentity(
  name: string,
  place: { readonly resourceGroupName: Input<string>; readonly location?: Input<string> },
  options: CustomResourceOptions = {},
): ApplicationIdentity {
  const identity = new UserAssignedIdentity(name, { ...place }, options);
  return { identity, user: { name, objectId: identity.principalId } };
}
