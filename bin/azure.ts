/**
 * The Pulumi program (Pulumi.yaml): provisions one declared deployment on Azure. What stands in the stack configuration is
 * documented in docs/azure.md; a connection profile is among the outputs.
 */
import { resolve } from 'node:path';
import { ResourceGroup } from '@pulumi/azure-native/resources/resourceGroup.js';
import { Config, getRootDirectory, RunError } from '@pulumi/pulumi';
import { allConfig } from '@pulumi/pulumi/runtime/config.js';
import { loadDeployment } from '../deployments/index.ts';
import { problemsOf } from '../lib/azure/intent.ts';
import { createApplicationIdentity, ManagedRedis } from '../lib/azure/managed-redis.ts';
import { verificationProblems } from '../lib/azure/runner/runner-rules.ts';
import { argumentsFrom, stackConfigurationOrThrow, verificationFrom } from '../lib/azure/stack-configuration.ts';
import { VerifiedDeployment } from '../lib/azure/verified-deployment.ts';
import { ProblemError, throwIfProblems } from '../lib/base/problem.ts';
import { isDeploymentPath } from '../lib/topology/deployment-file.ts';

export default async function program(): Promise<Record<string, unknown>> {
  try {
    return await provision();
  } catch (error) {
    // Pulumi shows a RunError as it is; a stack trace would bury the sentences.
    if (error instanceof ProblemError) throw new RunError(`${error.message}\n`);
    throw error;
  }
}

async function provision(): Promise<Record<string, unknown>> {
  const config = new Config('redoubt');
  const configuration = stackConfigurationOrThrow((key) => config.get(key), keysOf(config.name));
  const { name, topology } = await loadDeployment(fromProject(configuration.deployment));
  if (topology.platform !== 'azure-managed-redis') {
    const message = `The deployment ${name} is for ${topology.platform}, and this program provisions Azure Managed Redis. Set redoubt:deployment to one of the azure- deployments.`;
    throw new ProblemError({ code: 'DEPLOYMENT_OTHER_PLATFORM', message, path: 'deployment' });
  }
  const argumentsIn = (resourceGroupName: string) => ({
    ...argumentsFrom(configuration, { topology, resourceGroupName }),
    deployment: name,
  });
  // Also before the resource group is made.
  const verification = verificationFrom(configuration);
  throwIfProblems([
    ...problemsOf(argumentsIn(configuration.resourceGroupName)),
    ...(verification === undefined ? [] : verificationProblems(verification)),
  ]);
  const resourceGroupName = configuration.resourceGroupName || resourceGroupFor(name, configuration.location);
  const place = { resourceGroupName, ...(configuration.location === '' ? {} : { location: configuration.location }) };
  const runner = verification && createApplicationIdentity('verifier', place);
  const args = argumentsIn('');
  const users = [...(args.users ?? []), ...(runner === undefined ? [] : [runner.user])];
  const redis = new ManagedRedis(name, { ...args, users, resourceGroupName });
  const verified =
    verification &&
    runner &&
    new VerifiedDeployment(name, {
      ...verification,
      deployment: redis,
      resourceGroupName,
      identity: runner.identity,
      tags: args.tags ?? {},
    });
  return {
    profile: redis.profile,
    declared: redis.declared,
    ...(verified === undefined ? {} : { verdict: verified.verdict }),
    hostName: redis.hostName,
    clusterId: redis.clusterId,
    databaseId: redis.databaseId,
  };
}

function keysOf(namespace: string): string[] {
  const start = `${namespace}:`;
  return Object.keys(allConfig()).flatMap((key) => (key.startsWith(start) ? key.slice(start.length) : []));
}

/** Pulumi runs the program in the folder of `main`; a relative path is meant from where Pulumi.yaml is. */
function fromProject(nameOrPath: string): string {
  return isDeploymentPath(nameOrPath) ? resolve(getRootDirectory(), nameOrPath) : nameOrPath;
}

function resourceGroupFor(name: string, location: string) {
  return new ResourceGroup(name, location === '' ? {} : { location }).name;
}
