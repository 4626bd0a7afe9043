/** What was declared, as an output of the stack: `redoubt drift --from-pulumi` compares it with what the service says. */
import { all, type Input, type Output } from '@pulumi/pulumi';
import type { AzureDeclared } from '../topology/azure-declared.ts';
import type { ManagedRedisArgs } from './arguments.ts';

export function declaredOutput(args: ManagedRedisArgs, clusterId: Input<string>): Output<AzureDeclared> {
  const { users = [], accessKeys, publicNetworkAccess = false, encryptionKey } = args;
  return all([clusterId, all(users.map(({ objectId }) => objectId)), encryptionKey?.keyUrl]).apply(
    ([id, objectIds, keyUrl = null]) => ({
      clusterId: id,
      accessKeys: accessKeys !== undefined,
      publicNetworkAccess,
      encryptionKeyUrl: keyUrl,
      users: objectIds.map((objectId) => ({ objectId })),
    }),
  );
}
