/** From the arguments to the database that is meant, or every problem of them at once, before any resource is registered. */
import { type Problem, throwIfProblems } from '../base/problem.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import { parseTopology } from '../topology/parse.ts';
import { brokenRules } from '../topology/rules/rule.ts';
import type { ManagedRedisArgs } from './arguments.ts';
import { knownSettings, MANAGED_REDIS_RULES } from './rules.ts';

/** Whatever stands in the topology, it never throws; `intentOrThrow` is its throwing twin. */
export function problemsOf(args: ManagedRedisArgs): Problem[] {
  const result = parseTopology(describedTopology(args));
  const topology = 'problems' in result ? result.problems : wrongPlatform(result.topology.platform);
  const inTopology = topology.map((problem) => ({ ...problem, path: pathBelow('topology', problem.path) }));
  return [...inTopology, ...brokenRules(MANAGED_REDIS_RULES, knownSettings(args))];
}

/** @throws ProblemError with every problem of the arguments */
export function intentOrThrow(args: ManagedRedisArgs): AzureManagedRedisTopology {
  throwIfProblems(problemsOf(args));
  const result = parseTopology(describedTopology(args));
  // The problems above include those of another platform.
  return (result as { topology: AzureManagedRedisTopology }).topology;
}

/** Authentication as `users` and `accessKeys` say it; the real object id is known only once the identity exists. */
function describedTopology(args: ManagedRedisArgs): unknown {
  const keysOnly = args.accessKeys !== undefined && (args.users ?? []).length === 0;
  return { ...args.topology, authentication: { kind: keysOnly ? 'access-key' : 'entra' } };
}

function wrongPlatform(platform: string): Problem[] {
  if (platform === 'azure-managed-redis') return [];
  const message = `\`platform\` is "${platform}": this component provisions "azure-managed-redis". Use a topology of that platform.`;
  return [{ code: 'AMR_PLATFORM', message, path: 'platform' }];
}

function pathBelow(parent: string, path: string | undefined): string {
  return path === undefined || path === '' ? parent : `${parent}.${path}`;
}
