/** Makes the profile of a deployment that now exists, wherever it was provisioned: the policy-dependent fields follow from the topology. */
import { ProblemError } from '../base/problem.ts';
import { keyRightsOf } from '../topology/access-keys.ts';
import { askedOf } from '../topology/application-access.ts';
import { clientModeOf, replicasPerShardOf, type Topology } from '../topology/topology.ts';
import type { Count } from './count.ts';
import { profileOrThrow } from './parse.ts';
import { AZURE_SHARD_PORT_RANGE, crossSlotCommandsOf } from './policy.ts';
import {
  type ConnectionProfile,
  type ConnectionProfileInput,
  type GlobalRole,
  PROFILE_SCHEMA_VERSION,
  type SecretReference,
} from './profile.ts';

/** What provisioning knows and the topology does not say. */
export interface Provisioned {
  /** Name of the deployment. */
  readonly deployment: string;
  readonly topology: Topology;
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Leads to the replicas; ElastiCache without cluster mode only. */
  readonly readerEndpoint?: { readonly host: string; readonly port: number };
  /** The name in the certificates. Default: the endpoint's host. */
  readonly serverName?: string;
  /** PEM file of the authority. Absent: the system's trust store. */
  readonly caFile?: string;
  readonly secret: SecretReference;
  /** Default: what the topology says (the RBAC user, the Entra object id), none for a token or an access key. */
  readonly userName?: string;
  /** Where the shards listen, when not where the service documents it. Used with OSSCluster only; its default is 8500-8599. */
  readonly extraPortRange?: { readonly from: number; readonly to: number };
  /** Default `never`. */
  readonly replicaReads?: ConnectionProfile['replicaReads'];
  /** Default: the system's. */
  readonly nameResolution?: ConnectionProfile['nameResolution'];
  /** Major and minor that verify must find. Absent: any version will do (a lab runs the server that is installed). */
  readonly expectedEngineVersion?: string;
  /** Place in a Global Datastore. Default: in none. */
  readonly globalRole?: GlobalRole;
}

/**
 * @throws ProblemError `PROFILE_NEEDS_AUTHENTICATION` for a topology without authentication, or every problem of what was given
 */
export function profileFor(provisioned: Provisioned): ConnectionProfile {
  const { deployment, topology, endpoint, readerEndpoint, caFile, secret, expectedEngineVersion, nameResolution } =
    provisioned;
  const { globalRole } = provisioned;
  const policy = topology.platform === 'azure-managed-redis' ? topology.clusteringPolicy : undefined;
  const userName = provisioned.userName ?? userNameOf(topology);
  const input: ConnectionProfileInput = {
    schemaVersion: PROFILE_SCHEMA_VERSION,
    deployment,
    platform: topology.platform,
    ...(policy === undefined ? {} : { clusteringPolicy: policy }),
    clientMode: clientModeOf(topology),
    endpoint: { host: endpoint.host, port: endpoint.port },
    ...(readerEndpoint === undefined ? {} : { readerEndpoint: { ...readerEndpoint } }),
    ...(policy === 'OSSCluster'
      ? { extraPortRange: { ...(provisioned.extraPortRange ?? AZURE_SHARD_PORT_RANGE) } }
      : {}),
    tls: { serverName: provisioned.serverName ?? endpoint.host, ...(caFile === undefined ? {} : { caFile }) },
    authentication: { ...(userName === undefined ? {} : { userName }), secret },
    crossSlotCommands: crossSlotCommandsOf(policy, clientModeOf(topology)),
    replicaReads: provisioned.replicaReads ?? 'never',
    ...keyPrefixOf(topology),
    ...(nameResolution === undefined ? {} : { nameResolution }),
    expected: {
      ...countsOf(topology),
      ...(expectedEngineVersion === undefined ? {} : { engineVersion: expectedEngineVersion }),
      ...(globalRole === undefined ? {} : { globalRole }),
    },
  };
  return profileOrThrow(input);
}

/** With automatic scaling every count in its range is what was asked for. */
function countsOf(topology: Topology): { shardCount: Count; replicasPerShard: Count } {
  const exact = { shardCount: topology.shardCount, replicasPerShard: replicasPerShardOf(topology) };
  if (topology.platform !== 'elasticache') return exact;
  const { shards, replicas } = topology.scaling ?? {};
  return {
    shardCount: shards === undefined ? exact.shardCount : { min: shards.min, max: shards.max },
    replicasPerShard: replicas === undefined ? exact.replicasPerShard : { min: replicas.min, max: replicas.max },
  };
}

/** Where a declared access string lets its user put keys. */
function keyPrefixOf(topology: Topology): Pick<ConnectionProfileInput, 'keyPrefix'> {
  const asked = topology.platform === 'elasticache' ? askedOf(topology) : undefined;
  const { prefix = '' } = asked === undefined ? {} : keyRightsOf(asked.accessString);
  return prefix === '' ? {} : { keyPrefix: prefix };
}

function userNameOf({ authentication }: Topology): string | undefined {
  switch (authentication.kind) {
    case 'rbac':
      return authentication.userName;
    case 'entra':
      return authentication.objectId;
    case 'auth-token':
    case 'access-key':
      return undefined;
    case 'none':
      throw new ProblemError({
        code: 'PROFILE_NEEDS_AUTHENTICATION',
        path: 'topology.authentication.kind',
        message:
          'The topology has authentication "none", and a connection profile always carries a credential. Choose a kind of authentication.',
      });
  }
}
