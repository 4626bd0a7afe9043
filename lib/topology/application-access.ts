/**
 * What the application's user may do: every command on every key and channel, without those of administration (CONFIG, DEBUG, ACL,
 * CLUSTER FAILOVER, ...) and the dangerous ones (FLUSHALL, KEYS, SORT, ...), and again with those that clients read the topology with.
 * `redoubt verify` holds a deployment to the same (its check admin-commands-refused), and so does the lab.
 */
import type { AskedAccess } from './access-needs.ts';
import type { ElastiCacheTopology } from './elasticache.ts';

/**
 * INFO and ROLE count as dangerous in every version, and all of CLUSTER and CLIENT as administration in Redis OSS 6,
 * yet cluster clients cannot do without.
 */
const READ_BY_CLIENTS = [
  'info',
  'role',
  'cluster|info',
  'cluster|keyslot',
  'cluster|nodes',
  'cluster|slots',
  'client|getname',
  'client|id',
  'client|setname',
];

type Asked = Pick<ElastiCacheTopology, 'engine' | 'engineVersion'> &
  Partial<Pick<ElastiCacheTopology, 'authentication'>>;

/** As declared, or what this project gives where nothing is declared. */
export function applicationAccess({ engine, engineVersion, authentication }: Asked): string {
  if (authentication?.kind === 'rbac' && authentication.accessString !== undefined) return authentication.accessString;
  // Redis OSS 6.0 knows no channel patterns.
  const channels = engine === 'redis' && engineVersion === '6.0' ? [] : ['&*'];
  const allowedAgain = READ_BY_CLIENTS.map((command) => `+${command}`);
  return ['on', '~*', ...channels, '+@all', '-@admin', '-@dangerous', ...allowedAgain].join(' ');
}

export type DeclaredAccess = Pick<ElastiCacheTopology, 'authentication' | 'clusterMode' | 'engine' | 'engineVersion'>;

/** A declared access string with what decides its meaning; undefined where none is declared. */
export function askedOf({
  authentication,
  clusterMode,
  engine,
  engineVersion,
}: DeclaredAccess): AskedAccess | undefined {
  const accessString = authentication.kind === 'rbac' ? authentication.accessString : undefined;
  if (accessString === undefined) return undefined;
  return {
    accessString,
    clientMode: clusterMode === 'disabled' ? 'single' : 'cluster',
    ...(clusterMode === 'compatible' ? { maySingleClientsStay: true as const } : {}),
    isRedis6: engine === 'redis' && engineVersion.startsWith('6.'),
  };
}

/** The topology as if it had declared the access string that was given to a construct. */
export function withAccess(topology: ElastiCacheTopology, accessString: string | undefined): ElastiCacheTopology {
  const { authentication } = topology;
  if (accessString === undefined || authentication.kind !== 'rbac') return topology;
  return { ...topology, authentication: { ...authentication, accessString } };
}

/** Nobody signs in as `default`: a client that forgot its user name is refused. */
export const DEFAULT_USER_ACCESS = 'off ~* -@all';
