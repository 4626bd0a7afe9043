/** The connection profile of a deployed database, as an output that is known once the database is. */
import { all, type Input, type Output } from '@pulumi/pulumi';
import { profileFor } from '../profile/from-topology.ts';
import { type ConnectionProfile, ENTRA_SCOPE } from '../profile/profile.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import { type KeyPlace, secretNameOf, vaultUrlOf } from './key-rotation/key-place.ts';

/** Where an application and `redoubt verify` look for the access key. */
export const SECRET_VARIABLE = 'REDIS_PASSWORD';

export interface ProfileParts {
  readonly deployment: string;
  readonly topology: AzureManagedRedisTopology;
  readonly hostName: Input<string>;
  /** Object id of the Entra user; undefined for the access key. */
  readonly objectId: Input<string> | undefined;
  /** Where clients read the access key; undefined where they are given it. */
  readonly keyPlace: KeyPlace | undefined;
}

export function profileOutput(parts: ProfileParts): Output<ConnectionProfile> {
  const { deployment, topology, hostName, objectId, keyPlace } = parts;
  const vaultUrl = keyPlace && vaultUrlOf(keyPlace);
  return all([hostName, objectId, vaultUrl]).apply(([host, userName, vault]) =>
    profileFor({
      deployment,
      topology,
      endpoint: { host, port: topology.port },
      secret:
        userName !== undefined
          ? { kind: 'azure-entra', scope: ENTRA_SCOPE }
          : vault !== undefined && keyPlace !== undefined
            ? { kind: 'azure-key-vault', vaultUrl: vault, secretName: secretNameOf(keyPlace, topology.name) }
            : { kind: 'environment', variable: SECRET_VARIABLE },
      ...(userName === undefined ? {} : { userName }),
    }),
  );
}
