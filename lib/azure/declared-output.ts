/** What was declared, as an output of the stack: `redoubt drift --from-pulumi` compares it with what the service says. */
import { all, type Input, type Output } from '@pulumi/pulumi';
import type { AzureDeclared } from '../topology/azure-declared.ts';
import { DEFAULT_API_VERSION, hasFeature } from './api-version.ts';
import type { ManagedRedisArgs } from './arguments.ts';
import { EVERYTHING } from './authentication.ts';

export function declaredOutput(args: ManagedRedisArgs, clusterId: Input<string>): Output<AzureDeclared> {
  const { users = [], accessKeys, publicNetworkAccess = false, encryptionKey, apiVersion = DEFAULT_API_VERSION } = args;
  // An older version says nothing of what users may do, and what somebody has set since is not for this program to judge.
  const hasStrings = hasFeature(apiVersion, 'accessStrings');
  return all([clusterId, all(users.map(({ objectId }) => objectId)), encryptionKey?.keyUrl]).apply(
    ([id, objectIds, keyUrl = null]) => ({
      clusterId: id,
      accessKeys: accessKeys !== undefined,
      publicNetworkAccess,
      encryptionKeyUrl: keyUrl,
      users: objectIds.map((objectId, index) => ({
        objectId,
        ...(hasStrings ? { accessString: users[index]?.accessString ?? EVERYTHING } : {}),
      })),
    }),
  );
}
