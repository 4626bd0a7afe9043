/**
 * The connection profile: what provisioning hands to everyone after it. An application, `verify` and `drill` need
 * nothing else. It never holds a secret, only a reference to one.
 */
import { z } from 'zod';
import { CLUSTERING_POLICIES } from '../topology/topology.ts';

export const PROFILE_SCHEMA_VERSION = 1;

/** Where the secret is. The value is read at connect time and is never written anywhere by this project. */
export const secretReferenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('environment'), variable: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
  /** The file's content without the trailing line break; refused when others may read it. */
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1) }),
]);
export type SecretReference = z.infer<typeof secretReferenceSchema>;

export const profileSchema = z.strictObject({
  schemaVersion: z.literal(PROFILE_SCHEMA_VERSION),
  deployment: z.string().min(1),
  platform: z.enum(['elasticache', 'azure-managed-redis']),
  /** Azure only. */
  clusteringPolicy: z.enum(CLUSTERING_POLICIES).optional(),
  /** Declared, never guessed from the number of addresses (the incident of the go-redis UniversalClient). */
  clientMode: z.enum(['cluster', 'single']),
  endpoint: z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65_535) }),
  /** Further ports a client must be able to reach (Azure's OSS policy: 8500-8599). */
  extraPortRange: z.strictObject({ from: z.int().min(1).max(65_535), to: z.int().min(1).max(65_535) }).optional(),
  tls: z.strictObject({
    /** The name every certificate is verified against, also when the server announces IP addresses. */
    serverName: z.string().min(1),
    /** PEM file of the certificate authority; absent: the system's trust store. */
    caFile: z.string().min(1).optional(),
    minimumVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
  }),
  authentication: z.strictObject({
    /** Absent: the `default` user (an AUTH token or an access key). */
    userName: z.string().min(1).optional(),
    secret: secretReferenceSchema,
  }),
  /** Multi-key commands that may cross slots: none, all, or exactly these (lower case). */
  crossSlotCommands: z.union([z.enum(['none', 'all']), z.array(z.string().regex(/^[a-z]+$/)).min(1)]),
  /** Which replicas may serve reads. Azure's OSS policy has no READONLY, so there it is always `never`. */
  replicaReads: z.enum(['never', 'random', 'by-latency']).default('never'),
  /**
   * How names become addresses. `system` everywhere but in the lab, whose names exist in a hosts file
   * (`/etc/hosts` format; re-read at every look-up, so a node's new address is seen the way a DNS change is).
   */
  nameResolution: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('system') }),
      z.strictObject({ kind: z.literal('hosts-file'), path: z.string().min(1) }),
    ])
    .default({ kind: 'system' }),
  /** What verify compares the server with. */
  expected: z.strictObject({
    shardCount: z.int().positive(),
    replicasPerShard: z.int().nonnegative(),
    /** Major and minor, when pinned: `8.0`. */
    engineVersion: z.string().optional(),
  }),
});
export type ConnectionProfile = z.infer<typeof profileSchema>;
export type ConnectionProfileInput = z.input<typeof profileSchema>;
