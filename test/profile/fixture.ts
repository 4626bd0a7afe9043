import fc from 'fast-check';
import { profileFor } from '../../lib/profile/from-topology.ts';
import { profileOrThrow } from '../../lib/profile/parse.ts';
import { type ConnectionProfile, ENTRA_SCOPE } from '../../lib/profile/profile.ts';
import { topologyOrThrow } from '../../lib/topology/parse.ts';
import type { Topology, TopologyInput } from '../../lib/topology/topology.ts';

export const ELASTICACHE: Topology = topologyOrThrow({
  platform: 'elasticache',
  name: 'sessions',
  shardCount: 3,
  replicasPerShard: 1,
} satisfies TopologyInput);

/** Without cluster mode: behind a primary and a reader endpoint. */
export const SINGLE_ELASTICACHE: Topology = topologyOrThrow({
  platform: 'elasticache',
  name: 'sessions',
  clusterMode: 'disabled',
  shardCount: 1,
  replicasPerShard: 1,
} satisfies TopologyInput);

/** The service changes its counts by itself. */
export const SCALED_ELASTICACHE: Topology = topologyOrThrow({
  platform: 'elasticache',
  name: 'sessions',
  shardCount: 3,
  replicasPerShard: 1,
  scaling: { shards: { min: 3, max: 8 }, replicas: { min: 1, max: 3 } },
} satisfies TopologyInput);

export function azure(clusteringPolicy: 'OSSCluster' | 'EnterpriseCluster' | 'NoCluster'): Topology {
  const isSharded = clusteringPolicy !== 'NoCluster';
  return topologyOrThrow({
    platform: 'azure-managed-redis',
    name: 'sessions',
    clusteringPolicy,
    sku: 'Balanced_B10',
    shardCount: isSharded ? 3 : 1,
  } satisfies TopologyInput);
}

export const TOPOLOGIES: readonly Topology[] = [
  ELASTICACHE,
  SINGLE_ELASTICACHE,
  SCALED_ELASTICACHE,
  azure('OSSCluster'),
  azure('EnterpriseCluster'),
  azure('NoCluster'),
];

export function profileOf(topology: Topology): ConnectionProfile {
  return profileFor({
    deployment: 'sessions',
    topology,
    endpoint: { host: 'sessions.example.net', port: 10_000 },
    secret: { kind: 'environment', variable: 'SESSIONS_SECRET' },
  });
}

const printable = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => /^\P{Cc}+$/u.test(text));
const portNumber = fc.integer({ min: 1, max: 65_535 });
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());

/** Every profile that is valid, over all platforms and policies. */
export const anyProfile: fc.Arbitrary<ConnectionProfile> = fc
  .record({
    topology: fc.constantFrom(...TOPOLOGIES),
    deployment: printable,
    host,
    port: portNumber,
    serverName: host,
    caFile: fc.option(printable, { nil: undefined }),
    userName: fc.option(printable, { nil: undefined }),
    secret: fc.oneof(
      fc.record({ kind: fc.constant('file' as const), path: printable }),
      fc.record({
        kind: fc.constant('environment' as const),
        variable: fc.constantFrom('REDIS_PASSWORD', 'CACHE_SECRET', '_x9'),
      }),
      fc.record(
        {
          kind: fc.constant('aws-secrets-manager' as const),
          secretId: printable,
          region: printable,
          field: printable,
        },
        { requiredKeys: ['kind', 'secretId'] },
      ),
    ),
    withToken: fc.boolean(),
    replicaReads: fc.constantFrom('never' as const, 'random' as const, 'by-latency' as const),
    minimumVersion: fc.constantFrom('TLSv1.2' as const, 'TLSv1.3' as const),
    hostsFile: fc.option(printable, { nil: undefined }),
    engineVersion: fc.option(fc.constantFrom('7.0', '8.0'), { nil: undefined }),
    keyPrefix: fc.option(fc.constantFrom('shop:', 'a', 'Ümlaut/%'), { nil: undefined }),
    globalRole: fc.option(fc.constantFrom('primary' as const, 'secondary' as const), { nil: undefined }),
    ports: fc
      .tuple(portNumber, portNumber)
      .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) })),
  })
  .map((drawn) => {
    const made = profileFor({
      deployment: drawn.deployment,
      topology: drawn.topology,
      endpoint: { host: drawn.host, port: drawn.port },
      serverName: drawn.serverName,
      secret: drawn.secret,
      extraPortRange: drawn.ports,
      replicaReads: drawn.topology === ELASTICACHE ? drawn.replicaReads : 'never',
      ...(drawn.topology === SINGLE_ELASTICACHE
        ? { readerEndpoint: { host: drawn.serverName, port: drawn.port } }
        : {}),
      ...(drawn.caFile === undefined ? {} : { caFile: drawn.caFile }),
      ...(drawn.userName === undefined ? {} : { userName: drawn.userName }),
      ...(drawn.engineVersion === undefined ? {} : { expectedEngineVersion: drawn.engineVersion }),
      ...(drawn.globalRole === undefined || drawn.topology.platform !== 'elasticache'
        ? {}
        : { globalRole: drawn.globalRole }),
      ...(drawn.hostsFile === undefined ? {} : { nameResolution: { kind: 'hosts-file', path: drawn.hostsFile } }),
    });
    const authentication = drawn.withToken ? withToken(made) : made.authentication;
    const { keyPrefix, minimumVersion } = drawn;
    const beginning = keyPrefix === undefined ? {} : { keyPrefix };
    return profileOrThrow({ ...made, ...beginning, authentication, tls: { ...made.tls, minimumVersion } });
  });

/** The same user, signing in with a token of the platform's own. */
function withToken({ platform, deployment, authentication }: ConnectionProfile): ConnectionProfile['authentication'] {
  const userName = authentication.userName ?? 'somebody';
  if (platform === 'azure-managed-redis') {
    const clientId = authentication.userName === undefined ? {} : { managedIdentityClientId: deployment };
    const place = { vaultUrl: 'https://shop.vault.azure.net', secretName: 'sessions-key' };
    if (deployment.length % 2 === 0) return { secret: { kind: 'azure-key-vault', ...place, ...clientId } };
    return { userName, secret: { kind: 'azure-entra', scope: ENTRA_SCOPE, ...clientId } };
  }
  const serverless = authentication.userName === undefined;
  return {
    userName,
    secret: { kind: 'aws-iam', cacheName: deployment, region: 'eu-west-1', serverless, userId: userName },
  };
}
