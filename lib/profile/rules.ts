/** What has to fit together inside one connection profile. */
import { listed } from '../topology/input/describe.ts';
import { type Rule, ruleMaker } from '../topology/rules/rule.ts';
import { type Count, countText, mostOf } from './count.ts';
import { crossSlotCommandsOf, ENTERPRISE_CROSS_SLOT_COMMANDS } from './policy.ts';
import type { ConnectionProfile } from './profile.ts';

const rule = ruleMaker<ConnectionProfile>();

const AZURE_POLICIES = 'https://learn.microsoft.com/azure/redis/architecture#cluster-policies';

export const PROFILE_RULES: readonly Rule<ConnectionProfile>[] = [
  rule({
    code: 'PROFILE_ELASTICACHE_NEEDS_CLUSTER_MODE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html',
    fields: ['clientMode', 'platform', 'endpoint', 'expected'],
    when: (profile) =>
      profile.platform === 'elasticache' &&
      profile.clientMode === 'single' &&
      signsOfClusterMode(profile) !== undefined,
    message: (profile) =>
      `\`clientMode\` is "single", but ${signsOfClusterMode(profile)}: a plain client meets MOVED on every key another shard owns and CROSSSLOT on multi-key calls. Declare "cluster"; one address does not mean one server.`,
  }),
  rule({
    code: 'PROFILE_READER_ENDPOINT_NOT_HERE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html',
    fields: ['readerEndpoint', 'platform', 'clientMode'],
    when: ({ readerEndpoint, platform, clientMode }) =>
      readerEndpoint !== undefined && !(platform === 'elasticache' && clientMode === 'single'),
    message: ({ platform, clientMode }) =>
      `\`readerEndpoint\` is given for ${platform} with clientMode "${clientMode}", but only ElastiCache without cluster mode has one. Remove it.`,
  }),
  rule({
    code: 'PROFILE_OSS_POLICY_NEEDS_CLUSTER_MODE',
    source: AZURE_POLICIES,
    fields: ['clientMode', 'clusteringPolicy'],
    when: ({ clientMode, clusteringPolicy }) => clusteringPolicy === 'OSSCluster' && clientMode !== 'cluster',
    message: ({ clientMode }) =>
      `\`clientMode\` is "${clientMode}", but clusteringPolicy OSSCluster speaks the Redis Cluster protocol: a plain client meets MOVED, on one shard too. Declare "cluster".`,
  }),
  rule({
    code: 'PROFILE_POLICY_NEEDS_SINGLE_MODE',
    source: AZURE_POLICIES,
    fields: ['clientMode', 'clusteringPolicy'],
    when: ({ clientMode, clusteringPolicy }) =>
      (clusteringPolicy === 'EnterpriseCluster' || clusteringPolicy === 'NoCluster') && clientMode !== 'single',
    message: ({ clientMode, clusteringPolicy }) =>
      `\`clientMode\` is "${clientMode}", but clusteringPolicy ${clusteringPolicy} has one endpoint and refuses the CLUSTER commands, so a cluster client cannot even start. Declare "single".`,
  }),
  rule({
    code: 'PROFILE_CLUSTERING_POLICY_MISSING',
    source: AZURE_POLICIES,
    fields: ['clusteringPolicy', 'platform'],
    when: ({ clusteringPolicy, platform }) => platform === 'azure-managed-redis' && clusteringPolicy === undefined,
    message: () =>
      '`clusteringPolicy` is missing: on azure-managed-redis it must be "OSSCluster", "EnterpriseCluster" or "NoCluster", because it decides how a client has to talk.',
  }),
  rule({
    code: 'PROFILE_CLUSTERING_POLICY_NOT_FOR_ELASTICACHE',
    source: AZURE_POLICIES,
    fields: ['clusteringPolicy', 'platform'],
    when: ({ clusteringPolicy, platform }) => platform === 'elasticache' && clusteringPolicy !== undefined,
    message: ({ clusteringPolicy }) =>
      `\`clusteringPolicy\` is "${clusteringPolicy}", but only azure-managed-redis has clustering policies. Remove it, or correct \`platform\`.`,
  }),
  rule({
    code: 'PROFILE_PORT_RANGE_REVERSED',
    source: 'Redoubt: a range from high to low holds no port.',
    fields: ['extraPortRange'],
    when: ({ extraPortRange }) => extraPortRange !== undefined && extraPortRange.from > extraPortRange.to,
    message: ({ extraPortRange }) =>
      `\`extraPortRange\` goes from ${extraPortRange?.from} to ${extraPortRange?.to}: \`from\` must not be above \`to\`. Swap them.`,
  }),
  rule({
    code: 'PROFILE_COUNT_RANGE_REVERSED',
    source: 'Redoubt: a range from high to low holds no number.',
    fields: ['expected'],
    when: ({ expected }) => ranges(expected).some(({ min, max }) => min > max),
    message: ({ expected }) =>
      `${ranges(expected)
        .filter(({ min, max }) => min > max)
        .map(({ field, min, max }) => `\`expected.${field}\` goes from ${min} to ${max}`)
        .join(' and ')}: \`min\` must not be above \`max\`. Swap them.`,
  }),
  rule({
    code: 'PROFILE_COUNT_RANGE_NEEDS_CLUSTER_MODE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling.html',
    fields: ['expected', 'platform', 'clientMode'],
    when: ({ expected, platform, clientMode }) =>
      ranges(expected).length > 0 && !(platform === 'elasticache' && clientMode === 'cluster'),
    message: ({ expected, platform, clientMode }) =>
      `${ranges(expected)
        .map(({ field, ...range }) => `\`expected.${field}\` is a range (${countText(range)})`)
        .join(
          ' and ',
        )} for ${platform} with clientMode "${clientMode}", but only ElastiCache in cluster mode changes its counts by itself. Expect one number.`,
  }),
  rule({
    code: 'PROFILE_REPLICA_READS_NOT_ON_AZURE',
    source: 'https://redis.io/docs/latest/operate/rs/references/compatibility/commands/cluster/',
    fields: ['replicaReads', 'platform'],
    when: ({ replicaReads, platform }) => platform === 'azure-managed-redis' && replicaReads !== 'never',
    message: ({ replicaReads }) =>
      `\`replicaReads\` is "${replicaReads}", but Azure Managed Redis has no READONLY command and serves no reads from replicas. It must be "never".`,
  }),
  rule({
    code: 'PROFILE_REPLICA_READS_NEED_CLUSTER_MODE',
    source: 'Redoubt: a client of one endpoint knows no replicas.',
    fields: ['replicaReads', 'clientMode'],
    when: ({ replicaReads, clientMode }) => clientMode === 'single' && replicaReads !== 'never',
    message: ({ replicaReads }) =>
      `\`replicaReads\` is "${replicaReads}", but a client in single mode knows one endpoint and no replicas. It must be "never".`,
  }),
  rule({
    code: 'PROFILE_REPLICA_READS_WITHOUT_REPLICAS',
    source: 'Redoubt: nothing could serve them.',
    fields: ['replicaReads', 'expected'],
    when: ({ replicaReads, expected }) => replicaReads !== 'never' && expected.replicasPerShard === 0,
    message: ({ replicaReads }) =>
      `\`replicaReads\` is "${replicaReads}", but \`expected.replicasPerShard\` is 0. Read from primaries ("never"), or expect replicas.`,
  }),
  rule({
    code: 'PROFILE_CROSS_SLOT_COMMANDS_CONTRADICT_POLICY',
    source: 'https://learn.microsoft.com/azure/redis/best-practices-client-libraries',
    fields: ['crossSlotCommands', 'platform', 'clusteringPolicy', 'clientMode', 'endpoint', 'expected'],
    when: (profile) =>
      isPolicyKnown(profile) &&
      !sameCommands(profile.crossSlotCommands, crossSlotCommandsOf(profile.clusteringPolicy, profile.clientMode)),
    message: ({ crossSlotCommands, platform, clusteringPolicy, clientMode }) =>
      `\`crossSlotCommands\` is ${shownCommands(crossSlotCommands)}, but ${clusteringPolicy ?? `${platform} with clientMode "${clientMode}"`} lets ${shownCommands(crossSlotCommandsOf(clusteringPolicy, clientMode))} cross slots. Write it so; \`profileFor\` does.`,
  }),
  rule({
    code: 'PROFILE_NO_CLUSTER_HAS_ONE_SHARD',
    source: AZURE_POLICIES,
    fields: ['expected', 'clusteringPolicy'],
    when: ({ expected, clusteringPolicy }) =>
      clusteringPolicy === 'NoCluster' && countText(expected.shardCount) !== '1',
    message: ({ expected }) =>
      `\`expected.shardCount\` is ${countText(expected.shardCount)}, but clusteringPolicy NoCluster always has 1 shard. Expect 1, or correct the policy.`,
  }),
  rule({
    code: 'PROFILE_GLOBAL_ROLE_NEEDS_ELASTICACHE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastore.html',
    fields: ['expected', 'platform'],
    when: ({ expected, platform }) => expected.globalRole !== undefined && platform !== 'elasticache',
    message: ({ expected, platform }) =>
      `\`expected.globalRole\` is "${expected.globalRole}", but \`platform\` is "${platform}": only ElastiCache has Global Datastores, and every region of Azure's geo-replication takes writes. Remove it.`,
  }),
  rule({
    code: 'PROFILE_IAM_NEEDS_ELASTICACHE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html',
    fields: ['authentication', 'platform'],
    when: ({ authentication, platform }) => authentication.secret.kind === 'aws-iam' && platform !== 'elasticache',
    message: ({ platform }) =>
      `\`authentication.secret\` is a token of AWS IAM, but \`platform\` is "${platform}": only ElastiCache takes one. Use "azure-entra", or correct \`platform\`.`,
  }),
  rule({
    code: 'PROFILE_IAM_USER_NAMES_DIFFER',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html',
    fields: ['authentication'],
    when: ({ authentication: { secret, userName } }) => secret.kind === 'aws-iam' && secret.userId !== userName,
    message: ({ authentication: { secret, userName } }) =>
      `\`authentication.userName\` is ${userName === undefined ? 'missing' : `"${userName}"`}, but the token of AWS IAM is for the user "${(secret as { userId?: string }).userId}": id and name of such a user are the same. Write the id in both places.`,
  }),
  rule({
    code: 'PROFILE_ENTRA_NEEDS_AZURE',
    source: 'https://learn.microsoft.com/azure/redis/entra-for-authentication',
    fields: ['authentication', 'platform'],
    when: ({ authentication, platform }) =>
      authentication.secret.kind === 'azure-entra' && platform !== 'azure-managed-redis',
    message: ({ platform }) =>
      `\`authentication.secret\` is a token of Microsoft Entra, but \`platform\` is "${platform}": only Azure Managed Redis takes one. Use "aws-iam", or correct \`platform\`.`,
  }),
  rule({
    code: 'PROFILE_KEY_VAULT_NEEDS_AZURE',
    source: 'https://learn.microsoft.com/azure/redis/secure-azure-managed-redis',
    fields: ['authentication', 'platform'],
    when: ({ authentication, platform }) =>
      authentication.secret.kind === 'azure-key-vault' && platform !== 'azure-managed-redis',
    message: ({ platform }) =>
      `\`authentication.secret\` is an access key in Azure Key Vault, but \`platform\` is "${platform}": only Azure Managed Redis has access keys. Refer to where the password is, or correct \`platform\`.`,
  }),
  rule({
    code: 'PROFILE_ENTRA_NEEDS_OBJECT_ID',
    source: 'https://learn.microsoft.com/azure/redis/entra-for-authentication',
    fields: ['authentication'],
    when: ({ authentication: { secret, userName } }) => secret.kind === 'azure-entra' && userName === undefined,
    message: () =>
      '`authentication.userName` is missing: with a token of Microsoft Entra it must be the object id of the identity that signs in.',
  }),
];

/** The counts that are not one number, each with its field. */
function ranges(expected: ConnectionProfile['expected']) {
  const counts: Record<string, Count> = {
    shardCount: expected.shardCount,
    replicasPerShard: expected.replicasPerShard,
  };
  return Object.entries(counts).flatMap(([field, count]) => (typeof count === 'number' ? [] : [{ field, ...count }]));
}

/** What only a group in cluster mode has. */
function signsOfClusterMode({
  endpoint,
  expected,
}: Pick<ConnectionProfile, 'endpoint' | 'expected'>): string | undefined {
  if (mostOf(expected.shardCount) !== 1)
    return `\`expected.shardCount\` is ${countText(expected.shardCount)}, and ElastiCache has several shards in cluster mode only`;
  if (/(^|\.)clustercfg\./i.test(endpoint.host))
    return `${endpoint.host} is a configuration endpoint of ElastiCache, and behind one is cluster mode`;
  return undefined;
}

/** Platform, policy and mode fit together, so that what may cross slots follows from them. */
function isPolicyKnown(
  profile: Pick<ConnectionProfile, 'platform' | 'clusteringPolicy' | 'clientMode' | 'endpoint' | 'expected'>,
): boolean {
  if (profile.platform !== 'elasticache') return profile.clusteringPolicy !== undefined;
  return (
    profile.clusteringPolicy === undefined &&
    (profile.clientMode === 'cluster' || signsOfClusterMode(profile) === undefined)
  );
}

type CrossSlotCommands = 'none' | 'all' | readonly string[];

function sameCommands(one: CrossSlotCommands, other: CrossSlotCommands): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one.length === other.length && other.every((command) => one.includes(command));
}

function shownCommands(commands: CrossSlotCommands): string {
  if (commands === 'none') return 'no command ("none")';
  if (commands === 'all') return 'every command ("all")';
  return sameCommands(commands, ENTERPRISE_CROSS_SLOT_COMMANDS) ? commands.join(', ') : listed(commands);
}
