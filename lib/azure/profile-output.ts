/** The connection profile of a deployed database, as an output that is known once the database is. */
import { all, type Input, type Output } from '@pulumi/pulumi';
import { profileFor } from '../profile/from-topology.ts';
import { type ConnectionProfile, ENTRA_SCOPE } from '../profile/profile.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';

/** Where an application and `redoubt verify` look for the access key. */
export const SECRET_VARIABLE = 'REDIS_PASSWORD';

export interface ProfileParts {
  readonly deployment: string;
  readonly topology: AzureManagedRedisTopology;
  readonly hostName: Input<string>;
  /** Object id of the Entra user; undefined for the access key. */
  readonly objectId: Input<string> | undefined;
}

export function profileOutput({ deployment, topology, hostName, objectId }: ProfileParts): Output<ConnectionProfile> {
  return all([hostName, objectId]).apply(([host, userName]) =>
    profileFor({
      deployment,
      topology,
      endpoint: { host, port: topology.port },
      secret:
        userName === undefined
          ? { kind: 'environment', variable: SECRET_VARIABLE }
          : { kind: 'azure-entra', scope: ENTRA_SCOPE },
      ...(userName === undefined ? {} : { userName }),
    }),
  );
}
