/** What the rehearsal may ask of the service: a role made for its scenario, on the one cluster. */
import { RoleAssignment } from '@pulumi/azure-native/authorization/roleAssignment.js';
import { RoleDefinition } from '@pulumi/azure-native/authorization/roleDefinition.js';
import { all, type Input, type Output } from '@pulumi/pulumi';
import type { Placement } from '../placement.ts';
import { guidOf } from '../stable-names.ts';
import { actionsFor, type RehearsalScenario } from './scenarios.ts';

export interface OperatorArgs {
  readonly scenario: RehearsalScenario;
  readonly clusterId: Output<string>;
  readonly principalId: Input<string>;
}

export function createOperatorRole(
  { name, parent }: Placement,
  { scenario, clusterId, principalId }: OperatorArgs,
): RoleAssignment {
  // A role can be defined no closer than for a resource group; it is assigned on the cluster.
  const resourceGroupId = clusterId.apply((id) => id.replace(/\/providers\/.*$/i, ''));
  const definition = new RoleDefinition(
    `${name}-operator`,
    {
      scope: resourceGroupId,
      roleDefinitionId: clusterId.apply((id) => guidOf(id, name, 'operator')),
      roleName: clusterId.apply((id) => `Redis rehearsal ${name} (${guidOf(id, name, 'operator').slice(0, 8)})`),
      roleType: 'CustomRole',
      description: `What a rehearsal of ${scenario} asks of the service, and nothing else.`,
      assignableScopes: [resourceGroupId],
      permissions: [{ actions: actionsFor(scenario), notActions: [] }],
    },
    { parent },
  );
  return new RoleAssignment(
    `${name}-operator-assignment`,
    {
      roleAssignmentName: all([clusterId, principalId]).apply(([id, principal]) => guidOf(id, principal, 'operator')),
      scope: clusterId,
      roleDefinitionId: definition.id,
      principalId,
      principalType: 'ServicePrincipal',
    },
    { parent },
  );
}
