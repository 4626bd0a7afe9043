/** From the arguments to the database that is expected, or every problem of them at once, before anything is asked or registered. */
import { type Problem, throwIfProblems } from '../../base/problem.ts';
import type { AzureManagedRedisTopology } from '../../topology/azure-managed-redis.ts';
import type { AzureManagedRedisInput } from '../../topology/azure-managed-redis-input.ts';
import { brokenRules } from '../../topology/rules/rule.ts';
import { parsedTopology, problemsOfTopology, type SignIn } from '../intent.ts';
import { type KnownSettings, knownSettings, MANAGED_REDIS_RULES } from '../rules.ts';
import type { ExistingManagedRedisArgs } from './arguments.ts';
import { CLIENTS_DEPEND_ON, COMPARED_FIELDS, type ComparedField, type ExpectedRedis } from './differences.ts';
import { clusterIdProblems } from './rules.ts';

export function problemsOfExisting(args: ExistingManagedRedisArgs): Problem[] {
  const { topology, clusterId } = args;
  return [
    ...clusterIdProblems(typeof clusterId === 'string' ? clusterId : undefined, String(topology.name)),
    ...problemsOfTopology(topology, signInOf(args)),
    ...brokenRules(MANAGED_REDIS_RULES, settingsOf(args)),
    ...nobodyConnects(args),
  ];
}

/** @throws ProblemError with every problem of the arguments */
export function expectedOrThrow(args: ExistingManagedRedisArgs): Omit<ExpectedRedis, 'id'> {
  throwIfProblems(problemsOfExisting(args));
  const topology: AzureManagedRedisTopology = parsedTopology(args.topology, signInOf(args));
  return {
    topology,
    compared: comparedIn(args.topology),
    accessKeys: args.accessKeys === undefined ? 'off' : args.accessKeys === 'used-by-others' ? args.accessKeys : 'on',
    privateEndpoint: args.privateEndpoint !== undefined,
  };
}

/** A default that nobody wrote is no expectation of somebody else's database, unless clients depend on it. */
function comparedIn(topology: AzureManagedRedisInput): ComparedField[] {
  const always: readonly string[] = CLIENTS_DEPEND_ON;
  return COMPARED_FIELDS.filter((field) => always.includes(field) || topology[field] !== undefined);
}

function signInOf({ users = [], assignedObjectId }: ExistingManagedRedisArgs): SignIn {
  return users.length === 0 && assignedObjectId === undefined ? 'access-key' : 'entra';
}

/** What is made here is judged as a `ManagedRedis` is; what only its owner decides is not. */
function settingsOf(args: ExistingManagedRedisArgs): KnownSettings {
  const { topology, resourceGroupName, users = [], apiVersion, privateEndpoint, securityRule, alerts = 'none' } = args;
  const settings = knownSettings({
    topology: { ...topology, zones: [], maintenanceWindows: [], keyspaceEvents: '' },
    resourceGroupName,
    users,
    publicNetworkAccess: true,
    alerts,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(privateEndpoint === undefined ? {} : { privateEndpoint }),
    ...(securityRule === undefined ? {} : { securityRule }),
    ...(typeof args.accessKeys === 'object' ? { accessKeys: args.accessKeys } : {}),
  });
  // Whether anybody can connect has a sentence of its own.
  return { ...settings, accessKeys: true };
}

function nobodyConnects({ users = [], assignedObjectId, accessKeys }: ExistingManagedRedisArgs): Problem[] {
  if (users.length > 0 || assignedObjectId !== undefined || typeof accessKeys === 'object') return [];
  const message =
    '`users`, `assignedObjectId` and the vault in `accessKeys` are all left out, so nobody could authenticate. Name who is to be assigned, who is assigned already, or where the access key is.';
  return [{ code: 'AMR_EXISTING_NOBODY_CONNECTS', message, path: 'users' }];
}
