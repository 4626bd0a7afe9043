/** What is about to be imported is read first: Pulumi would name properties that differ, and not say what follows from them. */
import { all, type Output, type Resource } from '@pulumi/pulumi';
import type { AzureManagedRedisTopology } from '../../topology/azure-managed-redis.ts';
import type { ManagedRedisArgs } from '../arguments.ts';
import { known } from '../rules.ts';
import { COMPARED_FIELDS } from './differences.ts';
import { readExisting } from './read.ts';

/** The group of the database, once it has been found to be what the arguments say: everything waits for it. */
export function groupOfImported(
  parent: Resource,
  topology: AzureManagedRedisTopology,
  args: ManagedRedisArgs,
): Output<string> {
  const existing = readExisting(
    args.import?.clusterId ?? '',
    {
      topology,
      compared: COMPARED_FIELDS,
      accessKeys: args.accessKeys === undefined ? 'off' : 'on',
      privateEndpoint: args.privateEndpoint !== undefined,
      owned: {
        publicNetworkAccess: args.publicNetworkAccess ?? false,
        location: known(args.location),
        keyUrl: args.encryptionKey === undefined ? null : known(args.encryptionKey.keyUrl),
      },
    },
    { parent },
  );
  return all([existing, args.resourceGroupName]).apply(([, given]) => given);
}
