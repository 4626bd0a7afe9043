/**
 * Who may do what on a lab node. The application's user meets the refusals of the managed service; the administrator is
 * the lab's own, exists on no service, and is also the user replicas authenticate with.
 *
 * Two ways to refuse: a command the service does not know at all is renamed (the server then answers
 * `ERR unknown command`, as the service does), and what cannot be renamed (subcommands, commands replicas send by their
 * own name) is taken from the user (`NOPERM`; the services' texts differ there, see docs/limits.md).
 */
import { createHash } from 'node:crypto';
import { accessMeaning } from '../topology/access-string.ts';
import { applicationAccess } from '../topology/application-access.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import type { Topology } from '../topology/topology.ts';

export const ADMINISTRATOR = 'lab-administrator';

/**
 * ElastiCache: "Restricted commands" (docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html)
 * and "Supported and restricted commands" (SupportedCommands.html).
 */
const ELASTICACHE = {
  unknown: [
    'bgrewriteaof',
    'bgsave',
    'config',
    'debug',
    'failover',
    'migrate',
    'module',
    'replicaof',
    'save',
    'shutdown',
    'slaveof',
  ],
  refused: [
    'psync',
    'sync',
    'replconf',
    'acl|deluser',
    'acl|load',
    'acl|save',
    'acl|setuser',
    'cluster|addslots',
    'cluster|addslotsrange',
    'cluster|bumpepoch',
    'cluster|delslots',
    'cluster|delslotsrange',
    'cluster|failover',
    'cluster|flushslots',
    'cluster|forget',
    'cluster|meet',
    'cluster|replicate',
    'cluster|reset',
    'cluster|saveconfig',
    'cluster|set-config-epoch',
    'cluster|setslot',
  ],
  allowedAgain: [] as string[],
};

/**
 * Azure Managed Redis is Redis Enterprise: its compatibility page of CLUSTER commands
 * (redis.io/docs, operate/rs/references/compatibility/commands/cluster) and what live databases answered
 * (`SWAPDB`, `FAILOVER`: unknown command).
 */
const AZURE = {
  unknown: [
    'asking',
    'bgrewriteaof',
    'bgsave',
    'config',
    'debug',
    'failover',
    'migrate',
    'module',
    'readonly',
    'readwrite',
    'replicaof',
    'save',
    'shutdown',
    'slaveof',
    'swapdb',
  ],
  refused: ['psync', 'sync', 'replconf', 'acl|deluser', 'acl|load', 'acl|save', 'acl|setuser', 'cluster'],
  allowedAgain: ['cluster|help', 'cluster|info', 'cluster|keyslot', 'cluster|nodes', 'cluster|slots'],
};

export interface Credentials {
  readonly applicationUser: string;
  readonly applicationPassword: string;
  readonly administratorPassword: string;
}

/** The user the application authenticates as. `default`: it gives a password only (AUTH token, access key). */
export function applicationUserOf(topology: Topology): string {
  const { authentication } = topology;
  if (authentication.kind === 'rbac') return authentication.userName;
  if (authentication.kind === 'entra') return authentication.objectId;
  return 'default';
}

/**
 * Lines of the server's ACL file. Passwords are in it as SHA-256 only.
 * @param reachable false for servers behind a proxy: the application's user does not exist there.
 */
export function aclLines(topology: Topology, credentials: Credentials, reachable: boolean): string[] {
  const { applicationUser } = credentials;
  const application = `user ${applicationUser} on #${sha256(credentials.applicationPassword)} ${rightsOf(topology)} ${refusals(topology).join(' ')}`;
  const administrator = `user ${ADMINISTRATOR} on #${sha256(credentials.administratorPassword)} ~* &* +@all`;
  const off = 'user default off resetpass resetkeys -@all';
  if (!reachable) return [off, administrator];
  return applicationUser === 'default' ? [application, administrator] : [off, application, administrator];
}

/** A user of ElastiCache has what the CDK would give it; a token, a key and Entra ID are everything. */
function rightsOf(topology: Topology): string {
  if (topology.platform !== 'elasticache' || topology.authentication.kind !== 'rbac') return '~* &* +@all';
  // One user is one line.
  const access = applicationAccess(topology).trim().replace(/\s+/g, ' ');
  return isOpenToChannels(topology, access) ? `&* ${access}` : access;
}

/** Before Redis OSS 7 whoever said nothing of channels had all of them; the lab's servers are newer. */
function isOpenToChannels({ engine, engineVersion }: ElastiCacheTopology, access: string): boolean {
  return engine === 'redis' && engineVersion.startsWith('6.') && accessMeaning(access).channels === undefined;
}

/** Commands to rename, so that they are unknown to everybody who does not know the lab's prefix. */
export function unknownCommands(topology: Topology): readonly string[] {
  return rulesOf(topology).unknown;
}

/** Words at the end of the application's access string that no service has there, because it refuses by itself. */
export function refusals(topology: Topology): string[] {
  const { unknown, refused, allowedAgain } = rulesOf(topology);
  // A renamed command is refused as well: COMMAND LIST would tell its new name.
  return [...[...unknown, ...refused].map((name) => `-${name}`), ...allowedAgain.map((name) => `+${name}`)];
}

function rulesOf(topology: Topology) {
  return topology.platform === 'elasticache' ? ELASTICACHE : AZURE;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
