/**
 * The connection profile: what provisioning hands to everyone after it. An application, `verify` and `drill` need
 * nothing else. It never holds a secret, only a reference to one.
 */
import { z } from 'zod';
import { CLUSTERING_POLICIES } from '../topology/topology.ts';
import { countSchema } from './count.ts';

export const PROFILE_SCHEMA_VERSION = 1;

/** What a token for Azure Managed Redis is asked for. */
export const ENTRA_SCOPE = 'https://redis.azure.com/.default';

/** Such text survives a file, an environment variable and a log line unchanged. */
const text = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses, in a form that every JSON Schema validator reads
  .regex(/^[^\u0000-\u001f\u007f-\u009f]+$/)
  .describe('text of at least one character, without control characters');

const port = z.int().min(1).max(65_535).describe('a port: a whole number from 1 to 65535');

/** A name or an IPv4 address, or an IPv6 address without brackets. */
const host = z
  .string()
  .regex(/^(?:[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45})$/)
  .describe('a host name or an IP address, without scheme, user or port');

/** The public cloud's, China's and the US government's; on this machine for a stand-in. */
export const KEY_VAULT_URL =
  /^(?:https:\/\/[A-Za-z0-9-]{3,24}\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)|http:\/\/127\.0\.0\.1:\d+)$/;

/** Where the secret is, or how it is made. The value is read at connect time and is never written anywhere by this project. */
export const secretReferenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('environment'),
    variable: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
      .describe('the name of an environment variable: letters, digits and underscores'),
  }),
  /** The file's content without the trailing line break; refused when others may read it. */
  z.strictObject({ kind: z.literal('file'), path: text }),
  /** AWS Secrets Manager, as the CDK construct writes it; `field` when the secret is a JSON object. */
  z.strictObject({
    kind: z.literal('aws-secrets-manager'),
    secretId: text,
    region: text.optional(),
    field: text.optional(),
  }),
  /**
   * A token of AWS IAM for ElastiCache, signed with the AWS credentials of whoever connects. It lives for 15 minutes and the client
   * renews it. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
   */
  z.strictObject({
    kind: z.literal('aws-iam'),
    /** Id of the replication group, or name of the serverless cache; the service keeps both in small letters. */
    cacheName: text,
    region: text,
    serverless: z.boolean().default(false),
    /** Id of the ElastiCache user, which for IAM is its name as well: `authentication.userName` says the same. */
    userId: text,
  }),
  /**
   * A token of Microsoft Entra, fetched with the Azure credentials of whoever connects (environment, workload identity, managed
   * identity, Azure CLI). It lives for about an hour and the client renews it. `authentication.userName` is the object id.
   * https://learn.microsoft.com/azure/redis/entra-for-authentication
   */
  z.strictObject({
    kind: z.literal('azure-entra'),
    scope: text.default(ENTRA_SCOPE),
    /** Client id of a user-assigned managed identity, which is then the only credential that is tried. */
    managedIdentityClientId: text.optional(),
  }),
  /**
   * An access key in Azure Key Vault: its newest version, read with the Azure credentials of whoever connects, and again whenever
   * the server refuses the login. That is how a client takes up what a rotation has put there.
   */
  z.strictObject({
    kind: z.literal('azure-key-vault'),
    vaultUrl: z.string().regex(KEY_VAULT_URL).describe('the address of a Key Vault, https://NAME.vault.azure.net'),
    secretName: z
      .string()
      .regex(/^[0-9A-Za-z-]{1,127}$/)
      .describe('the name of a secret: 1 to 127 letters, digits and hyphens'),
    /** Client id of a user-assigned managed identity, which is then the only credential that is tried. */
    managedIdentityClientId: text.optional(),
  }),
]);
export type SecretReference = z.infer<typeof secretReferenceSchema>;

export const profileSchema = z.strictObject({
  schemaVersion: z.literal(PROFILE_SCHEMA_VERSION),
  deployment: text,
  platform: z.enum(['elasticache', 'azure-managed-redis']),
  /** Azure only. */
  clusteringPolicy: z.enum(CLUSTERING_POLICIES).optional(),
  /** Declared, never guessed from the number of addresses (the incident of the go-redis UniversalClient). */
  clientMode: z.enum(['cluster', 'single']),
  endpoint: z.strictObject({ host, port }),
  /**
   * Leads to the replicas (ElastiCache without cluster mode), for an application's reads that may be a little old: a client of
   * its own. Its certificate is verified against its own name.
   */
  readerEndpoint: z.strictObject({ host, port }).optional(),
  /** Further ports a client must be able to reach (Azure's OSS policy: 8500-8599). */
  extraPortRange: z.strictObject({ from: port, to: port }).optional(),
  tls: z.strictObject({
    /** The name every certificate is verified against, also when the server announces IP addresses. */
    serverName: host,
    /** PEM file of the certificate authority; absent: the system's trust store. */
    caFile: text.optional(),
    minimumVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
  }),
  authentication: z.strictObject({
    /** Absent: the `default` user (an AUTH token or an access key). */
    userName: text.optional(),
    secret: secretReferenceSchema,
  }),
  /** Multi-key commands that may cross slots: none, all, or exactly these (lower case). */
  crossSlotCommands: z
    .union([z.enum(['none', 'all']), z.array(z.string().regex(/^[a-z]+$/)).min(1)])
    .describe('"none", "all", or a list of command names in small letters'),
  /** Which replicas may serve reads. Azure's OSS policy has no READONLY, so there it is always `never`. */
  replicaReads: z.enum(['never', 'random', 'by-latency']).default('never'),
  /**
   * How names become addresses. `system` everywhere but in the lab, whose names exist in a hosts file
   * (`/etc/hosts` format; re-read at every look-up, so a node's new address is seen the way a DNS change is).
   */
  nameResolution: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('system') }),
      z.strictObject({ kind: z.literal('hosts-file'), path: text }),
    ])
    .default({ kind: 'system' }),
  /**
   * How every key begins that the user may touch, where its access string says so (`~shop:*`): verify and the drills begin theirs so.
   * No braces, which would put every key into one slot. Absent: any key will do.
   */
  keyPrefix: z
    .string()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses, in a form that every JSON Schema validator reads
    .regex(/^[^{}\u0000-\u0020\u007f-\u009f]+$/)
    .describe('the beginning of keys, without braces, blanks and control characters')
    .optional(),
  /** What verify compares the server with. */
  expected: z.strictObject({
    /** A range where the service adds and removes shards by itself (ElastiCache in cluster mode). */
    shardCount: countSchema(1),
    /** A range where the service adds and removes replicas by itself, in every shard alike. */
    replicasPerShard: countSchema(0),
    /** Major and minor, when pinned: `8.0`. */
    engineVersion: z
      .string()
      .regex(/^\d+\.\d+$/)
      .describe('major and minor version, like "8.0"')
      .optional(),
    /**
     * Its place in a Global Datastore of ElastiCache. `secondary`: it copies another region, serves reads and refuses writes.
     * `primary`: other regions copy it. Absent: it belongs to none. It moves with a failover to another region.
     */
    globalRole: z.enum(['primary', 'secondary']).optional(),
  }),
});
/** Place in a Global Datastore. */
export type GlobalRole = NonNullable<z.infer<typeof profileSchema>['expected']['globalRole']>;
export type ConnectionProfile = z.infer<typeof profileSchema>;
export type ConnectionProfileInput = z.input<typeof profileSchema>;
