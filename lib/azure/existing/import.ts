/** A database that exists becomes the stack's own: what its first deployment imports, and in which form it is named. */
import type { Problem } from '../../base/problem.ts';
import { tryParseResourceId } from '../../topology/azure-resource-id.ts';
import { describeGiven, listed } from '../../topology/input/describe.ts';
import { DEFAULT_API_VERSION } from '../api-version.ts';
import type { ImportedRedis, ManagedRedisArgs } from '../arguments.ts';
import { clusterIdProblems } from './rules.ts';

/** Resource ids as Azure's provider wants them, whose paths have a case where ARM's have none (pulumi-azure-native, issue 2010). */
export interface ImportIds {
  readonly cluster: string | undefined;
  readonly database: string | undefined;
  readonly assignment: (user: string) => string | undefined;
}

export function importIds(imported: ImportedRedis | undefined): ImportIds {
  const { clusterId, databaseId } = tryParseResourceId(imported?.clusterId ?? '') ?? {};
  return {
    cluster: clusterId,
    database: databaseId,
    assignment: (user) =>
      imported?.users?.includes(user) === true ? `${databaseId}/accessPolicyAssignments/${user}` : undefined,
  };
}

/** The option of a resource; none where it is made. */
export function importing(id: string | undefined): { readonly import?: string } {
  return id === undefined ? {} : { import: id };
}

/** What is known of the arguments while the program runs. */
export function importProblems(args: ManagedRedisArgs): Problem[] {
  const { import: imported, topology } = args;
  if (imported === undefined) return [];
  return [
    ...clusterIdProblems(imported.clusterId, String(topology.name), 'import.clusterId'),
    ...otherGroup(args, imported),
    ...noLocation(args),
    ...strangers(args, imported),
    ...otherApiVersion(args),
  ];
}

function otherGroup({ resourceGroupName: given }: ManagedRedisArgs, { clusterId }: ImportedRedis): Problem[] {
  const group = tryParseResourceId(clusterId)?.resourceGroupName;
  if (group === undefined || typeof given !== 'string' || given === group) return [];
  const message = `\`resourceGroupName\` is ${describeGiven(given)}, and \`import.clusterId\` is in ${describeGiven(group)}: what is taken over stays where it is. Give its group, spelled the same.`;
  return [{ code: 'AMR_IMPORT_OTHER_RESOURCE_GROUP', message, path: 'resourceGroupName' }];
}

/** The region of the group is not that of the database by necessity, and Pulumi replaces a cluster whose region changes. */
function noLocation({ location }: ManagedRedisArgs): Problem[] {
  if (location !== undefined) return [];
  const message =
    '`location` is left out, and `import` is given: the region of the resource group would be taken, and a database that stands in another one would be replaced, with its data. Name the region of the database, as `az redisenterprise show --query location` prints it.';
  return [{ code: 'AMR_IMPORT_LOCATION_MISSING', message, path: 'location' }];
}

function strangers({ users = [] }: ManagedRedisArgs, imported: ImportedRedis): Problem[] {
  const unknown = (imported.users ?? []).filter((name) => !users.some((user) => user.name === name));
  if (unknown.length === 0) return [];
  const message = `\`import.users\` names ${listed(unknown)}, who is not among \`users\`. Add the user, by the name that the access policy assignment has.`;
  return [{ code: 'AMR_IMPORT_USER_UNKNOWN', message, path: 'import.users' }];
}

/** https://github.com/pulumi/pulumi-azure-native/issues/4109 */
function otherApiVersion({ apiVersion = DEFAULT_API_VERSION }: ManagedRedisArgs): Problem[] {
  if (apiVersion === DEFAULT_API_VERSION) return [];
  const message = `\`apiVersion\` is ${describeGiven(apiVersion)}, and \`import\` is given: Pulumi reads what it imports with a version of its own there ("No registered resource provider found"). Leave \`apiVersion\` out.`;
  return [{ code: 'AMR_IMPORT_NEEDS_THE_DEFAULT_API', message, path: 'apiVersion' }];
}
