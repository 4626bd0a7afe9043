import type { Feature } from './feature.ts';

const NONE = 'The service has no such thing.';

const CLUSTER = 'test/aws/elasticache-cluster.test.ts';
const REDIS = 'test/azure/managed-redis.test.ts';
const AZURE_KEYS = 'test/azure/authentication.test.ts';
const NEWER_API = 'test/azure/api-version.test.ts';

/** What a deployment is made of: shape, network, encryption, authentication. */
export const PROVISIONED: readonly Feature[] = [
  {
    number: 1,
    feature: 'Sharded cluster',
    aws: {
      how: '`ElastiCacheCluster` from a topology with `shardCount`.',
      shownBy: [
        `${CLUSTER} › has the shards, replicas, failover and zones that were asked for`,
        'test/aws/every-topology.test.ts › makes a template that CloudFormation would take, with the group that was asked for',
      ],
    },
    azure: {
      how: "`ManagedRedis` with `clusteringPolicy: 'OSSCluster'`.",
      shownBy: [`${REDIS} › is provisioned as it is declared`],
    },
  },
  {
    number: 2,
    feature: 'One endpoint for clients without cluster support',
    aws: {
      how: "`clusterMode: 'disabled'`: a primary endpoint, a reader endpoint, and the same lab, verify, drift and drills.",
      shownBy: [
        `${CLUSTER} › counts its nodes together without cluster mode`,
        'test/aws/profile-output.test.ts › give a plain client the primary endpoint without cluster mode',
        'test/lab/elasticache-single.lab.test.ts › promotes a replica after a crash, leads the names there',
        'test/verify/single-faults.lab.test.ts › fails where the replica that was promised is missing',
        'test/control/elasticache/single.lab.test.ts › a test of its failover kills the primary',
      ],
    },
    azure: {
      how: "`clusteringPolicy: 'EnterpriseCluster'`.",
      shownBy: [`${REDIS} › is provisioned as it is declared`],
    },
  },
  {
    number: 3,
    feature: 'No clustering at all (Azure `NoCluster`)',
    aws: { notApplicable: 'A policy of Azure; see row 2.' },
    azure: {
      how: "`clusteringPolicy: 'NoCluster'`.",
      shownBy: [`${REDIS} › is provisioned as it is declared`],
    },
  },
  {
    number: 4,
    feature: 'The way from cluster mode disabled to enabled (`ClusterMode: compatible`)',
    aws: {
      how: "`clusterMode: 'disabled'` with `nodeGroups: [{}]`, then `'compatible'`, then `'enabled'`; `redoubt plan` calls it in place.",
      shownBy: [
        'test/aws/migrations.test.ts › goes from disabled to compatible in place',
        'test/aws/migrations.test.ts › goes on to enabled in place where the nodes are said in a layout',
      ],
    },
    azure: { notApplicable: NONE },
  },
  {
    number: 5,
    feature: 'Serverless',
    aws: {
      how: '`ServerlessCache`, with the same profile and authentication, verified as a cluster is.',
      shownBy: [
        'test/aws/serverless-cache.test.ts › has users, a key, private subnets and snapshots',
        'test/aws/verified-deployment.test.ts › asks with its profile, over both of its ports',
        'test/verify/serverless.test.ts › is what its profile says, and only how replication goes is not told',
      ],
    },
    azure: { notApplicable: NONE },
  },
  {
    number: 6,
    feature: 'Several regions',
    aws: {
      how: '`GlobalDatastore` and `ElastiCacheCluster` with `globalDatastore`.',
      shownBy: [
        'test/aws/global-datastore.test.ts › begins with its primary, and stays when it is taken out of the template',
        'test/aws/global-datastore.test.ts › is a group in another region',
      ],
    },
    azure: {
      how: '`GeoReplicatedRedis`.',
      shownBy: ['test/azure/geo-replicated-redis.test.ts › is a member in each, called after its key'],
    },
  },
  {
    number: 7,
    feature: 'Explicit shard layout: slots and zones',
    aws: {
      how: '`nodeGroups`.',
      shownBy: [`${CLUSTER} › has an explicit layout in place of a common replica count`],
    },
    azure: { notApplicable: 'The service decides.' },
  },
  {
    number: 8,
    feature: 'Dual stack and IPv6',
    aws: {
      how: "`networkType`, `ipDiscovery`; the app's own VPC follows, and subnets of the app with other addresses are refused.",
      shownBy: [
        `${CLUSTER} › has %s when asked for`,
        'test/aws/address-families.test.ts › of the network type %s is refused in subnets of %s, which are named',
      ],
    },
    azure: { notApplicable: NONE },
  },
  {
    number: 9,
    feature: 'TLS by default',
    aws: {
      how: 'Always; there is no way to switch it off.',
      shownBy: ['test/aws/rules-by-construction.test.ts › A12: TransitEncryptionEnabled is written'],
    },
    azure: {
      how: 'Always, 1.2 or newer.',
      shownBy: [`${REDIS} › has TLS 1.2, high availability and no public access`],
    },
  },
  {
    number: 10,
    feature: 'TLS for a group that has none, in two steps',
    aws: {
      how: "`transitEncryption: 'preferred'`, then `'required'`; `redoubt plan` refuses the shortcut.",
      shownBy: [
        'test/aws/migrations.test.ts › is switched on as preferred first',
        'test/aws/migrations.test.ts › is not made required at once on a group that has none',
      ],
    },
    azure: { notApplicable: 'Plain text is refused from the start.' },
  },
  {
    number: 11,
    feature: 'Encryption at rest by default',
    aws: {
      how: 'Always.',
      shownBy: ['test/aws/rules-by-construction.test.ts › A14: encryption at rest is on, with a key'],
    },
    azure: {
      how: 'The service encrypts always; see row 12 for the key.',
      shownBy: [`${REDIS} › has one database named default on port 10000, encrypted`],
    },
  },
  {
    number: 12,
    feature: "A key of the customer's own",
    aws: { how: '`encryptionKey`.', shownBy: [`${CLUSTER} › uses a given key for data, logs and secrets`] },
    azure: {
      how: '`encryptionKey`, with a user-assigned identity.',
      shownBy: [`${REDIS} › encrypts with a key of the customer`],
    },
  },
  {
    number: 13,
    feature: 'AUTH token, access keys',
    aws: {
      how: "`authentication: { kind: 'auth-token' }`.",
      shownBy: ['test/aws/authentication.test.ts › is generated and reaches ElastiCache by dynamic reference'],
    },
    azure: {
      how: '`accessKeys`, into a Key Vault; off unless asked for.',
      shownBy: [`${AZURE_KEYS} › go into the Key Vault`, `${AZURE_KEYS} › are off, and nobody asks the service`],
    },
  },
  {
    number: 14,
    feature: 'Makes the secret',
    aws: {
      how: 'In Secrets Manager, never in a template.',
      shownBy: ['test/aws/authentication.test.ts › has a generated password of 64 letters and digits'],
    },
    azure: { how: 'The service makes it; see row 13.', shownBy: [`${AZURE_KEYS} › stand in nothing else`] },
  },
  {
    number: 15,
    feature: 'Rotates the secret',
    aws: {
      how: 'Every 30 days unless said otherwise, by a function of ours, without a failed operation.',
      shownBy: ['test/aws/functions/rotation/handler.lab.test.ts › is rotated twice under load and nothing fails'],
    },
    azure: {
      how: '`AccessKeyRotation`, on a schedule, without a failed operation.',
      shownBy: [
        'test/azure/runner/rotation/rotation.lab.test.ts › three rotations under load fail nothing',
        'test/azure/access-key-rotation.test.ts › is a job on a schedule, two roles and an alert',
      ],
    },
  },
  {
    number: 16,
    feature: 'Users and their group; Entra assignments',
    aws: {
      how: 'By default, with the `default` user switched off.',
      shownBy: ['test/aws/authentication.test.ts › is in the group together with the switched-off default user'],
    },
    azure: {
      how: '`users`.',
      shownBy: [`${AZURE_KEYS} › is assigned the default access policy, under a name of letters and digits`],
    },
  },
  {
    number: 17,
    feature: 'An access string per user',
    aws: {
      how: '`accessString`; one that no client can use is refused; `redoubt drift` compares it by meaning.',
      shownBy: [
        'test/verify/narrow-user.lab.test.ts › the access string of docs/aws.md connects, reads its keys, and may neither write them nor read others',
        'test/aws/authentication.test.ts › may be given a secret and an access string',
        'test/control/elasticache/control-plane.lab.test.ts › of what the application may do is drift that names it',
      ],
    },
    azure: {
      how: '`accessString` of a user, with a newer `apiVersion`.',
      shownBy: [`${NEWER_API} › a user may do what the access string says`],
    },
  },
  {
    number: 18,
    feature: 'The right to connect, granted',
    aws: {
      how: '`grantConnect(grantee)`.',
      shownBy: ['test/aws/authentication.test.ts › is signed in as by those who may connect'],
    },
    azure: {
      how: '`users` takes the identity of an application.',
      shownBy: [`${AZURE_KEYS} › can be the managed identity of an application`],
    },
  },
  {
    number: 19,
    feature: 'A parameter group with `cluster-enabled`',
    aws: {
      how: 'Made of the right family.',
      shownBy: [`${CLUSTER} › has cluster mode on, the eviction policy and the given parameters`],
    },
    azure: { notApplicable: 'The policy decides.' },
  },
  {
    number: 20,
    feature: 'Private network',
    aws: {
      how: 'Subnet group in private or isolated subnets, security group with `connections`.',
      shownBy: ['test/aws/network.test.ts › lets nobody in and nothing out by itself'],
    },
    azure: {
      how: 'Private endpoint; public access is off.',
      shownBy: ['test/azure/network.test.ts › leads to the cluster from the subnet'],
    },
  },
  {
    number: 21,
    feature: 'A name in the private DNS',
    aws: { how: '`CacheAlias`.', shownBy: ['test/aws/cache-alias.test.ts › an alias is kept by clients'] },
    azure: {
      how: 'The zone `privatelink.redis.azure.net`, made and linked.',
      shownBy: ["test/azure/network.test.ts › is found by name: the service's own private zone"],
    },
  },
  {
    number: 22,
    feature: 'Several zones',
    aws: {
      how: '`multiAz`, on by default.',
      shownBy: [`${CLUSTER} › has the shards, replicas, failover and zones that were asked for`],
    },
    azure: { how: '`zones`, `highAvailability`.', shownBy: [`${REDIS} › reaches the service`] },
  },
];
