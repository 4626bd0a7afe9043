/**
 * Policies for Pulumi (CrossGuard): the component's rules for programs that do not use the component. A pack of your own is
 * `new PolicyPack('redis', { policies: [...MANAGED_REDIS_POLICIES] })`; each can be switched off or made advisory by its name.
 */
import type { ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { problemLine } from '../base/problem.ts';
import { CLUSTER_TYPE, DATABASE_TYPE, known, typedForm, violationsIn } from './governed-resources.ts';

const ASSIGNMENT_TYPE = 'azure-native:redisenterprise:AccessPolicyAssignment';

const rules: StackValidationPolicy = {
  name: 'azure-managed-redis-rules',
  description: 'A database of Azure Managed Redis is one that the service accepts.',
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    for (const { resource, problem } of violationsIn(resources)) report(problemLine(problem), resource.urn);
  },
};

const isPrivate: ResourceValidationPolicy = {
  name: 'azure-managed-redis-private',
  description: 'A cluster of Azure Managed Redis is reached through private endpoints only.',
  enforcementLevel: 'mandatory',
  validateResource: (resource, report) => {
    const { type, props } = typedForm(resource);
    if (type !== CLUSTER_TYPE || known(() => props.publicNetworkAccess) !== 'Enabled') return;
    report('`publicNetworkAccess` is "Enabled": set "Disabled" and give the cluster a private endpoint.');
  },
};

const isEntraOnly: ResourceValidationPolicy = {
  name: 'azure-managed-redis-entra-only',
  description: 'A database of Azure Managed Redis takes Microsoft Entra tokens and no access keys.',
  enforcementLevel: 'advisory',
  validateResource: (resource, report) => {
    const { type, props } = typedForm(resource);
    if (type !== DATABASE_TYPE || known(() => props.accessKeysAuthentication) !== 'Enabled') return;
    report(
      '`accessKeysAuthentication` is "Enabled": give applications an access policy assignment and switch the keys off.',
    );
  },
};

const assignmentNames: ResourceValidationPolicy = {
  name: 'azure-managed-redis-assignment-names',
  description: 'An access policy assignment has a name of letters and digits, which all commands accept.',
  enforcementLevel: 'mandatory',
  validateResource: (resource, report) => {
    const { type, props } = typedForm(resource);
    const name = type === ASSIGNMENT_TYPE ? known(() => props.accessPolicyAssignmentName) : undefined;
    if (typeof name !== 'string' || /^[A-Za-z0-9]{1,60}$/.test(name)) return;
    report(
      `\`accessPolicyAssignmentName\` is "${name}": it must match '^[A-Za-z0-9]{1,60}$' (https://github.com/Azure/azure-cli/issues/33568). Leave out hyphens.`,
    );
  },
};

export const MANAGED_REDIS_POLICIES: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  rules,
  isPrivate,
  isEntraOnly,
  assignmentNames,
];
