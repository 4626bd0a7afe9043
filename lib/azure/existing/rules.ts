/** What must be true of the name of a database that exists, before the service is asked. */
import type { Problem } from '../../base/problem.ts';
import { tryParseResourceId } from '../../topology/azure-resource-id.ts';
import { describeGiven } from '../../topology/input/describe.ts';

/** @param given undefined: not known yet */
export function clusterIdProblems(given: string | undefined, name: string, path = 'clusterId'): Problem[] {
  if (given === undefined) return [];
  const id = tryParseResourceId(given);
  if (id === undefined) {
    const message = `\`${path}\` is ${describeGiven(given)}: it is the resource id of an Azure Managed Redis, "/subscriptions/ID/resourceGroups/NAME/providers/Microsoft.Cache/redisEnterprise/NAME". \`az redisenterprise show --query id\` prints it.`;
    return [{ code: 'AMR_EXISTING_ID_FORM', message, path }];
  }
  if (id.clusterName === name) return [];
  const message = `\`${path}\` is of ${describeGiven(id.clusterName)}, and \`topology.name\` is ${describeGiven(name)}: both name the cluster. Make them the same.`;
  return [{ code: 'AMR_EXISTING_OTHER_NAME', message, path }];
}
