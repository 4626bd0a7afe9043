/** From the arguments to the database that is meant, or every problem of them at once, before any resource is registered. */
import { type Problem, throwIfProblems } from '../base/problem.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import type { AzureManagedRedisInput } from '../topology/azure-managed-redis-input.ts';
import { parseTopology } from '../topology/parse.ts';
import { brokenRules } from '../topology/rules/rule.ts';
import type { ManagedRedisArgs } from './arguments.ts';
import { importProblems } from './existing/import.ts';
import { knownSettings, MANAGED_REDIS_RULES } from './rules.ts';

/** Whatever stands in the topology, it never throws; `intentOrThrow` is its throwing twin. */
export function problemsOf(args: ManagedRedisArgs): Problem[] {
  return [
    ...problemsOfTopology(args.topology, kindOf(args)),
    ...brokenRules(MANAGED_REDIS_RULES, knownSettings(args)),
    ...importProblems(args),
  ];
}

/** @throws ProblemError with every problem of the arguments */
export function intentOrThrow(args: ManagedRedisArgs): AzureManagedRedisTopology {
  throwIfProblems(problemsOf(args));
  return parsedTopology(args.topology, kindOf(args));
}

/** How clients of this program sign in; the real object id is known only once the identity exists. */
export type SignIn = 'entra' | 'access-key';

export function problemsOfTopology(topology: AzureManagedRedisInput, signIn: SignIn): Problem[] {
  const result = parseTopology(described(topology, signIn));
  const problems = 'problems' in result ? result.problems : wrongPlatform(result.topology.platform);
  return problems.map((problem) => ({ ...problem, path: pathBelow('topology', problem.path) }));
}

/** Of a topology without problems. */
export function parsedTopology(topology: AzureManagedRedisInput, signIn: SignIn): AzureManagedRedisTopology {
  return (parseTopology(described(topology, signIn)) as { topology: AzureManagedRedisTopology }).topology;
}

function kindOf({ users = [], accessKeys }: ManagedRedisArgs): SignIn {
  return accessKeys !== undefined && users.length === 0 ? 'access-key' : 'entra';
}

/** Authentication as the other arguments say it. */
function described(topology: AzureManagedRedisInput, signIn: SignIn): unknown {
  return { ...topology, authentication: { kind: signIn } };
}

function wrongPlatform(platform: string): Problem[] {
  if (platform === 'azure-managed-redis') return [];
  const message = `\`platform\` is "${platform}": this component provisions "azure-managed-redis". Use a topology of that platform.`;
  return [{ code: 'AMR_PLATFORM', message, path: 'platform' }];
}

function pathBelow(parent: string, path: string | undefined): string {
  return path === undefined || path === '' ? parent : `${parent}.${path}`;
}
