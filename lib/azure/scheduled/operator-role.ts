/** What a scheduled job may ask of the service: a role made for it, on the one cluster. */
import { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import { RoleDefinition } from '@pulumi/azure-native/authorization/roleDefinition.js';
import { all, type Input, type Output } from '@pulumi/pulumi';
import type { Placement } from '../placement.ts';
import { guidOf } from '../stable-names.ts';

export interface OperatorArgs {
  /** Ending of the resources' names, and of what the role's id is made from. */
  readonly ending: string;
  /** What the role is called before the component's name. */
  readonly title: string;
  readonly description: string;
  readonly actions: readonly string[];
  readonly clusterId: Output<string>;
  readonly principalId: Input<string>;
}

export function createOperatorRole(
  { name, parent }: Placement,
  { ending, title, description, actions, clusterId, principalId }: OperatorArgs,
): RoleAssignment {
  // A role can be defined no closer than for a resource group; it is assigned on the cluster.
  const resourceGroupId = clusterId.apply((id) => id.replace(/\/providers\/.*$/i, ''));
  const definition = new RoleDefinition(
    `${name}-${ending}`,
    {
      scope: resourceGroupId,
      roleDefinitionId: clusterId.apply((id) => guidOf(id, name, ending)),
      roleName: clusterId.apply((id) => `${title} ${name} (${guidOf(id, name, ending).slice(0, 8)})`),
      roleType: 'CustomRole',
      description,
      assignableScopes: [resourceGroupId],
      permissions: [{ actions: [...actions], notActions: [] }],
    },
    { parent },
  );
  return new RoleAssignment(
    `${name}-${ending}-assignment`,
    {
      roleAssignmentName: all([clusterId, principalId]).apply(([id, principal]) => guidOf(id, principal, ending)),
      scope: clusterId,
      roleDefinitionId: definition.id,
      principalId,
      principalType: 'ServicePrincipal',
    },
    { parent },
  );
}
