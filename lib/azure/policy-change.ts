/**
 * The clustering policy cannot be changed between OSS and Enterprise, and the service says so only after Pulumi has planned a
 * harmless-looking update. So the change is stopped where Pulumi knows the deployed policy and the new one: in resource
 * hooks, which run in a preview too.
 */
import type { CustomResourceOptions, ResourceHookArgs } from '@pulumi/pulumi';
import { ResourceHook } from '@pulumi/pulumi';
import { type Problem, ProblemError } from '../base/problem.ts';
import type { ClusteringPolicy } from '../topology/azure-managed-redis.ts';
import { type ApiVersion, propertyPath } from './api-version.ts';
import type { PolicyChange } from './arguments.ts';

/** The deployed and the wanted policy, as they stand in the inputs of the resource. */
export interface PolicyStep {
  readonly resource: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Undefined where the service makes the change in place, or where there is none. */
export function policyChangeProblem({ resource, from, to }: PolicyStep): Problem | undefined {
  if (from === undefined || from === to || from === 'NoCluster') return undefined;
  const message = `The clustering policy of ${resource} cannot be changed from ${String(from)} to ${String(to)}: the service updates it "only if the current value is NoCluster. If the value is OSSCluster or EnterpriseCluster, it cannot be updated without deleting the database". There are two ways on. Recreate: lift the protection (\`pulumi state unprotect\`) and set policyChange: { from: '${String(from)}', allDataIsLost: true }; the database is deleted with all its data and is away until the new one is ready. Side by side: put it back to ${String(from)}, add a second ManagedRedis of another name with ${String(to)}, move the clients, then remove this one. Either way the clients must change too: ${clientAdvice(to)}.`;
  return { code: 'AMR_POLICY_IMMUTABLE', message, path: 'topology.clusteringPolicy' };
}

/** Undefined where the database that is about to be deleted has the policy that was given up by name. */
export function acknowledgementProblem({ resource, from, to: acknowledged }: PolicyStep): Problem | undefined {
  if (from === acknowledged) return undefined;
  const message = `${resource} would be deleted with all its data, but policyChange.from is ${String(acknowledged)} and the deployed policy is ${String(from)}. ${from === 'NoCluster' ? 'From NoCluster the policy is changed in place: remove policyChange.' : 'Name the policy that is really given up, or remove policyChange.'}`;
  return { code: 'AMR_POLICY_CHANGE_MISNAMED', message, path: 'policyChange.from' };
}

/** The options of the database resource that make a policy change what was decided, and nothing else. */
export function policyChangeOptions(
  name: string,
  policy: ClusteringPolicy,
  { change, apiVersion }: { readonly change: PolicyChange | undefined; readonly apiVersion: ApiVersion },
): Pick<CustomResourceOptions, 'hooks' | 'replaceOnChanges'> {
  // What is acknowledged has happened already, or happens in place: nothing is left to allow.
  if (change === undefined || change.from === policy || change.from === 'NoCluster') {
    return { hooks: { beforeUpdate: [refusal(name)] } };
  }
  return {
    replaceOnChanges: [propertyPath(apiVersion, 'clusteringPolicy')],
    hooks: { beforeDelete: [misnamed(name, change.from)] },
  };
}

function refusal(name: string): ResourceHook {
  const stop = ({ name: resource, oldInputs, newInputs }: ResourceHookArgs) =>
    throwIfProblem(policyChangeProblem({ resource, from: policyIn(oldInputs), to: policyIn(newInputs) }));
  return new ResourceHook(`${name}-policy-is-immutable`, stop, { onDryRun: true });
}

function misnamed(name: string, acknowledged: ClusteringPolicy): ResourceHook {
  const stop = ({ name: resource, oldInputs }: ResourceHookArgs) =>
    throwIfProblem(acknowledgementProblem({ resource, from: policyIn(oldInputs), to: acknowledged }));
  return new ResourceHook(`${name}-policy-given-up`, stop, { onDryRun: true });
}

/** In the typed resource, or below the properties of the generic one. */
function policyIn(inputs: Readonly<Record<string, unknown>> | undefined): unknown {
  const below = inputs?.properties as { readonly clusteringPolicy?: unknown } | undefined;
  return below?.clusteringPolicy ?? inputs?.clusteringPolicy;
}

function clientAdvice(policy: unknown): string {
  return policy === 'OSSCluster'
    ? 'OSSCluster needs a cluster client that follows the shards'
    : `${String(policy)} has one endpoint and needs a plain client, not a cluster client`;
}

function throwIfProblem(problem: Problem | undefined): void {
  if (problem !== undefined) throw new ProblemError(problem);
}
