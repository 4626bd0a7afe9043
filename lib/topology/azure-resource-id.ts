/** The ARM id of an Azure Managed Redis, taken apart: everything that is asked for lies below it. ARM takes any case, Pulumi only its own. */
import { ProblemError } from '../base/problem.ts';

export interface AzureResourceId {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly clusterName: string;
  /** `/subscriptions/.../redisEnterprise/shop` */
  readonly clusterId: string;
  /** Its one database, which is always named `default`. */
  readonly databaseId: string;
}

const PATTERN =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Cache\/redisEnterprise\/([A-Za-z0-9-]{1,60})(?:\/databases\/default)?\/?$/i;

/** @throws ProblemError `AZURE_RESOURCE_ID_INVALID`; the id of the cluster and that of its database are both taken */
export function parseResourceId(resourceId: string): AzureResourceId {
  const id = tryParseResourceId(resourceId);
  if (id === undefined) {
    const message = `"${resourceId}" is not the resource id of an Azure Managed Redis. It looks like /subscriptions/ID/resourceGroups/NAME/providers/Microsoft.Cache/redisEnterprise/NAME; \`az redisenterprise show --query id\` prints it.`;
    throw new ProblemError({ code: 'AZURE_RESOURCE_ID_INVALID', message });
  }
  return id;
}

export function tryParseResourceId(resourceId: string): AzureResourceId | undefined {
  const [, subscriptionId, resourceGroupName, clusterName] = PATTERN.exec(resourceId) ?? [];
  if (subscriptionId === undefined || resourceGroupName === undefined || clusterName === undefined) return undefined;
  const clusterId = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.Cache/redisEnterprise/${clusterName}`;
  return {
    subscriptionId,
    resourceGroupName,
    clusterName,
    clusterId,
    databaseId: `${clusterId}/databases/default`,
  };
}

/** ARM compares ids without regard to case. */
export function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
