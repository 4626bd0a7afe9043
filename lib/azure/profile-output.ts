/** The connection profile of a deployed database, as an output that is known once the database is. */
import { all, type Input, type Output } from '@pulumi/pulumi';
import { profileFor } from '../profile/from-topology.ts';
import { type ConnectionProfile, ENTRA_SCOPE } from '../profile/profile.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import type { AccessKeyStore } from './arguments.ts';
import { secretNameOf, vaultUrlOf } from './key-rotation/key-place.ts';

/** Where an application and `redoubt verify` look for the access key. */
export const SECRET_VARIABLE = 'REDIS_PASSWORD';

export interface ProfileParts {
  readonly deployment: string;
  readonly topology: AzureManagedRedisTopology;
  readonly hostName: Input<string>;
  /** Object id of the Entra user; undefined for the access key. */
  readonly objectId: Input<string> | undefined;
  readonly accessKeys: AccessKeyStore | undefined;
}

export function profileOutput(parts: ProfileParts): Output<ConnectionProfile> {
  const { deployment, topology, hostName, objectId, accessKeys } = parts;
  const rotated = accessKeys?.rotated === true ? accessKeys : undefined;
  const vaultUrl = rotated && vaultUrlOf(rotated);
  return all([hostName, objectId, vaultUrl]).apply(([host, userName, vault]) =>
    profileFor({
      deployment,
      topology,
      endpoint: { host, port: topology.port },
      secret:
        userName !== undefined
          ? { kind: 'azure-entra', scope: ENTRA_SCOPE }
          : vault !== undefined && rotated !== undefined
            ? { kind: 'azure-key-vault', vaultUrl: vault, secretName: secretNameOf(rotated, topology.name) }
            : { kind: 'environment', variable: SECRET_VARIABLE },
      ...(userName === undefined ? {} : { userName }),
    }),
  );
}
