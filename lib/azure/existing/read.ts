/** Reads a database that exists, and lets nothing be made before it has been found to be what was declared. */
import { getDatabase } from '@pulumi/azure-native/redisenterprise/getDatabase.js';
import { getRedisEnterprise } from '@pulumi/azure-native/redisenterprise/getRedisEnterprise.js';
import { type Input, type Output, output, type ProviderResource, type Resource, RunError } from '@pulumi/pulumi';
import { type Problem, ProblemError, throwIfProblems } from '../../base/problem.ts';
import { type AzureResourceId, parseResourceId } from '../../topology/azure-resource-id.ts';
import { DATABASE_NAME } from '../database.ts';
import { differences, type ExpectedRedis, type FoundRedis } from './differences.ts';
import { clusterIdProblems } from './rules.ts';

export interface ExistingRedis extends AzureResourceId {
  readonly hostName: string;
}

export interface Reading {
  readonly parent: Resource;
  /** Of the subscription in which it is. Default: the parent's. */
  readonly provider?: ProviderResource | undefined;
}

/**
 * Known once the id is. Where the database is something else than was expected, the output fails with every difference, and so does
 * whatever is made from it: in the preview already when the id is known there.
 */
export function readExisting(
  clusterId: Input<string>,
  expected: Omit<ExpectedRedis, 'id'>,
  reading: Reading,
): Output<ExistingRedis> {
  return output(clusterId).apply(async (given) => {
    try {
      throwIfProblems(clusterIdProblems(given, expected.topology.name));
      const id = parseResourceId(given);
      const found = await foundOrThrow(id, reading);
      throwIfProblems(differences(found, { ...expected, id }));
      return { ...id, hostName: found.cluster.hostName ?? '' };
    } catch (error) {
      throw error instanceof ProblemError ? refusal(error) : error;
    }
  });
}

/** Pulumi shows a RunError without a stack trace, but every property that waits for it would write its name in front of the sentences. */
function refusal({ message }: ProblemError): RunError {
  return Object.defineProperty(new RunError(), 'message', { get: () => `${message}\n`, set: () => undefined });
}

async function foundOrThrow(id: AzureResourceId, { parent, provider }: Reading): Promise<FoundRedis> {
  const { clusterName, resourceGroupName } = id;
  const options = { parent, ...(provider === undefined ? {} : { provider }) };
  try {
    const [cluster, database] = await Promise.all([
      getRedisEnterprise({ clusterName, resourceGroupName }, options),
      getDatabase({ clusterName, databaseName: DATABASE_NAME, resourceGroupName }, options),
    ]);
    return { cluster, database };
  } catch (error) {
    throw new ProblemError(notRead(id, error), { cause: error });
  }
}

function notRead({ clusterId }: AzureResourceId, error: unknown): Problem {
  const reason = (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
  const message = `${clusterId} could not be read: ${reason.replace(/\.?$/, '.')} It must exist with its database, in the subscription of the provider, and whoever deploys needs the right to read it (role Reader).`;
  return { code: 'AMR_EXISTING_NOT_READ', message, path: 'clusterId' };
}
