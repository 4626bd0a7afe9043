/** What the rotation may do in the Key Vault: read and write the one secret. */
import { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import { all, type Input, type Output } from '@pulumi/pulumi';
import type { Placement } from '../placement.ts';
import { guidOf } from '../stable-names.ts';

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security#key-vault-secrets-officer */
const SECRETS_OFFICER = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';

export interface VaultRoleArgs {
  /** Resource id of the secret. */
  readonly secretId: Output<string>;
  readonly principalId: Input<string>;
}

export function createVaultRole({ name, parent }: Placement, { secretId, principalId }: VaultRoleArgs): RoleAssignment {
  return new RoleAssignment(
    `${name}-key-writer`,
    {
      roleAssignmentName: all([secretId, principalId]).apply(([id, principal]) => guidOf(id, principal, 'key-writer')),
      scope: secretId,
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_OFFICER}`,
      principalId,
      principalType: 'ServicePrincipal',
    },
    { parent },
  );
}
