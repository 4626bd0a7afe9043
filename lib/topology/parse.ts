/** Reads topologies and deployments: every problem at once, malformed fields and broken rules alike, and the defaults filled in. */
import { type Problem, ProblemError } from '../base/problem.ts';
import { type Deployment, deploymentSchema } from './deployment.ts';
import { checkInput, wellFormedFields } from './input/check-input.ts';
import { AZURE_MANAGED_REDIS_RULES } from './rules/azure-managed-redis.ts';
import { ELASTICACHE_RULES } from './rules/elasticache.ts';
import { brokenRules, type Rule } from './rules/rule.ts';
import { type Platform, type Topology, topologySchema } from './topology.ts';

export type TopologyResult = { readonly topology: Topology } | { readonly problems: readonly Problem[] };
export type DeploymentResult = { readonly deployment: Deployment } | { readonly problems: readonly Problem[] };

type TopologyOf<P extends Platform> = Extract<Topology, { platform: P }>;

/** The rule table of every platform: a new platform does not compile without one. */
export const TOPOLOGY_RULES: { readonly [P in Platform]: readonly Rule<TopologyOf<P>>[] } = {
  elasticache: ELASTICACHE_RULES,
  'azure-managed-redis': AZURE_MANAGED_REDIS_RULES,
};

/** Never throws, whatever the input is; `topologyOrThrow` is its throwing twin. */
export function parseTopology(input: unknown): TopologyResult {
  const checked = checkInput(topologySchema, input);
  const problems = [...checked.problems, ...rulesBrokenBy(checked.copy)];
  if (checked.value === undefined || problems.length > 0) return { problems };
  return { topology: checked.value };
}

/** @throws ProblemError with every problem of the input */
export function topologyOrThrow(input: unknown): Topology {
  const result = parseTopology(input);
  if ('problems' in result) throw new ProblemError(result.problems);
  return result.topology;
}

/** Never throws, whatever the input is; `deploymentOrThrow` is its throwing twin. Paths in its topology begin with `topology.`. */
export function parseDeployment(input: unknown): DeploymentResult {
  const checked = checkInput(deploymentSchema, input);
  const problems = [...checked.problems, ...rulesBrokenBy(topologyIn(checked.copy), 'topology')];
  if (checked.value === undefined || problems.length > 0) return { problems };
  return { deployment: checked.value };
}

/** @throws ProblemError with every problem of the input */
export function deploymentOrThrow(input: unknown): Deployment {
  const result = parseDeployment(input);
  if ('problems' in result) throw new ProblemError(result.problems);
  return result.deployment;
}

function rulesBrokenBy(copy: unknown, at = ''): Problem[] {
  const judged = wellFormedFields(topologySchema, copy);
  if (judged?.fields.platform === undefined) return [];
  // The table and the fields belong to the same platform, which the compiler cannot follow through the look-up.
  const rules = TOPOLOGY_RULES[judged.fields.platform] as readonly Rule<Topology>[];
  return brokenRules(rules, judged.fields as Topology, { at, malformed: judged.malformed });
}

function topologyIn(copy: unknown): unknown {
  return typeof copy === 'object' && copy !== null ? (copy as { topology?: unknown }).topology : undefined;
}
