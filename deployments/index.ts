/** The shipped deployments, one file each, and how a name or a path on the command line becomes one. */
import { ProblemError } from '../lib/base/problem.ts';
import type { Deployment } from '../lib/topology/deployment.ts';
import { isDeploymentPath, readDeploymentFile } from '../lib/topology/deployment-file.ts';
import { closestTo } from '../lib/topology/input/closest.ts';
import { describeGiven } from '../lib/topology/input/describe.ts';
import { deploymentOrThrow } from '../lib/topology/parse.ts';
import azureEnterprise from './azure-enterprise.ts';
import azureNocluster from './azure-nocluster.ts';
import azureOss from './azure-oss.ts';
import azureOssOneShard from './azure-oss-one-shard.ts';
import elasticache from './elasticache.ts';
import elasticacheSingle from './elasticache-single.ts';

export const DEPLOYMENTS: readonly Deployment[] = [
  elasticache,
  elasticacheSingle,
  azureOss,
  azureOssOneShard,
  azureEnterprise,
  azureNocluster,
].map(deploymentOrThrow);

/** The shipped deployment of this name, or undefined. `deploymentNamed` is its throwing twin. */
export function tryDeploymentNamed(name: string): Deployment | undefined {
  return DEPLOYMENTS.find((deployment) => deployment.name === name);
}

/** @throws ProblemError `DEPLOYMENT_UNKNOWN`, naming the shipped ones and the closest */
export function deploymentNamed(name: string): Deployment {
  const deployment = tryDeploymentNamed(name);
  if (deployment !== undefined) return deployment;
  const names = DEPLOYMENTS.map((shipped) => shipped.name);
  const closest = closestTo(name, names);
  const meant = closest === undefined ? '' : ` Did you mean ${closest}?`;
  const message = `There is no deployment named ${describeGiven(name)}.${meant} Shipped: ${names.join(', ')}. For your own, give the path of its file.`;
  throw new ProblemError({ code: 'DEPLOYMENT_UNKNOWN', message });
}

/**
 * What stands on the command line: the name of a shipped deployment, or the path of a file (.ts, .mts, .js, .mjs, .json).
 * @param signal ends the wait for a file that waits for something itself
 * @throws ProblemError `DEPLOYMENT_UNKNOWN`, or what `readDeploymentFile` throws
 */
export async function loadDeployment(nameOrPath: string, signal?: AbortSignal): Promise<Deployment> {
  return isDeploymentPath(nameOrPath) ? readDeploymentFile(nameOrPath, signal) : deploymentNamed(nameOrPath);
}
