/** Where reports are kept: a storage account without keys and without a public address, and who may write there. */
import { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import { BlobContainer } from '@pulumi/azure-native/storage/blobContainer.js';
import { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import { all, type Input, interpolate, type Output } from '@pulumi/pulumi';
import type { PrivateEndpointArgs } from '../arguments.ts';
import { createEndpointTo } from '../network.ts';
import type { Placement } from '../placement.ts';
import { guidOf, storageAccountNameOf } from '../stable-names.ts';

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage#storage-blob-data-contributor */
const BLOB_DATA_CONTRIBUTOR = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';

const BLOB_SERVICE = { group: 'blob', zoneName: 'privatelink.blob.core.windows.net' };
const CONTAINER = 'rehearsals';

export interface ReportsArgs {
  /** Private endpoint of the account: nothing else leads to it. */
  readonly privateEndpoint: PrivateEndpointArgs;
  /** Who writes. */
  readonly principalId: Input<string>;
  /** Of the cluster, which makes the account's name one of its own. */
  readonly clusterId: Output<string>;
}

export interface Reports {
  readonly containerUrl: Output<string>;
  /** What must be there before anything can be written. */
  readonly ready: readonly RoleAssignment[];
}

export function createReports(placement: Placement, { privateEndpoint, principalId, clusterId }: ReportsArgs): Reports {
  const { name, parent, resourceGroupName, location, tags } = placement;
  const account = new StorageAccount(
    `${name}-reports`,
    {
      accountName: clusterId.apply((id) => storageAccountNameOf(name, id)),
      resourceGroupName,
      location,
      tags,
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      allowBlobPublicAccess: false,
      // Identities only: there is no key that could leak.
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
      publicNetworkAccess: 'Disabled',
      networkRuleSet: { defaultAction: 'Deny', bypass: 'None' },
    },
    { parent },
  );
  const container = new BlobContainer(
    `${name}-reports-container`,
    { accountName: account.name, containerName: CONTAINER, resourceGroupName, publicAccess: 'None' },
    { parent },
  );
  createEndpointTo({ ...placement, name: `${name}-reports` }, privateEndpoint, { ...BLOB_SERVICE, target: account });
  const role = new RoleAssignment(
    `${name}-reports-writer`,
    {
      roleAssignmentName: all([container.id, principalId]).apply(([id, principal]) => guidOf(id, principal, 'writer')),
      scope: container.id,
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_CONTRIBUTOR}`,
      principalId,
      principalType: 'ServicePrincipal',
    },
    { parent },
  );
  return { containerUrl: interpolate`https://${account.name}.blob.core.windows.net/${CONTAINER}`, ready: [role] };
}
