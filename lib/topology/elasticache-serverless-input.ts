/**
 * What an author writes of a serverless cache, field by field, as an editor shows it. The schema in elasticache-serverless.ts is what judges it;
 * the two are held together by test/topology/documented-inputs.test.ts.
 */
import type { RbacInput } from './elasticache-input.ts';

export interface ServerlessCacheInput {
  /** One of its kind in an account and region: 1 to 40 letters, digits and single hyphens, a letter first. It cannot be changed later. */
  readonly name: string;
  /** Default: `valkey`. */
  readonly engine?: 'valkey' | 'redis' | undefined;
  /** Major version only: `7` or later of Valkey, `7` of Redis OSS; the service applies every minor one by itself. Default: `8`. */
  readonly majorEngineVersion?: string | undefined;
  /** Data stored, in GB, 1 to 5,000. Above the upper limit keys are evicted or writes fail. Default: what the account may have. */
  readonly storageGigabytes?: UsageInput | undefined;
  /** ElastiCache processing units in a second, 1,000 to 15,000,000. Above the upper limit commands are refused. Default: what the account may have. */
  readonly ecpuPerSecond?: UsageInput | undefined;
  /** The subnets must have such addresses; `ipv6` needs IPv6-only ones. It cannot be changed later. Default: `ipv4`. */
  readonly networkType?: 'ipv4' | 'ipv6' | 'dual_stack' | undefined;
  /** Who may sign in; there are no tokens. Default: one user, `application`, with a generated password. */
  readonly authentication?: Omit<RbacInput, 'accessString'> | undefined;
  /** Days that the daily snapshot is kept, 1 to 35. Default: 15. */
  readonly snapshotRetentionDays?: number | undefined;
  /** Of the daily snapshot, UTC: `03:00`. Default: the service chooses. */
  readonly snapshotTime?: string | undefined;
  /** Up to 255 characters without `<` and `>`. Default: made from the name. */
  readonly description?: string | undefined;
}

export interface UsageInput {
  /** Kept ready, and billed. Default: none. */
  readonly min?: number | undefined;
  /** Default: what the account may have. */
  readonly max?: number | undefined;
}
