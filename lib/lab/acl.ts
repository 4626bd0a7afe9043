/**
 * Who may do what on a lab node. The application's user meets the refusals of the managed service; the administrator is
 * the lab's own, exists on no service, and is also the user replicas authenticate with.
 *
 * Two ways to refuse: a command the service does not know at all is renamed (the server then answers
 * `ERR unknown command`, as the service does), and what cannot be renamed (subcommands, commands replicas send by their
 * own name) is taken from the user (`NOPERM`; the services' texts differ there, see docs/limits.md).
 */
import { createHash } from 'node:crypto';
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
  const application = `user ${applicationUser} on #${sha256(credentials.applicationPassword)} ${rightsOf(topology)} ${refusals(topology)}`;
  const administrator = `user ${ADMINISTRATOR} on #${sha256(credentials.administratorPassword)} ~* &* +@all`;
  const off = 'user default off resetpass resetkeys -@all';
  if (!reachable) return [off, administrator];
  return applicationUser === 'default' ? [application, administrator] : [off, application, administrator];
}

/** As declared, and everything where nothing is. */
function rightsOf({ authentication }: Topology): string {
  const everything = '~* &* +@all';
  if (authentication.kind !== 'rbac' || authentication.accessString === undefined) return everything;
  // One user is one line.
  return authentication.accessString.trim().replace(/\s+/g, ' ');
}

/** Commands to rename, so that they are unknown to everybody who does not know the lab's prefix. */
export function unknownCommands(topology: Topology): readonly string[] {
  return rulesOf(topology).unknown;
}

function refusals(topology: Topology): string {
  const { unknown, refused, allowedAgain } = rulesOf(topology);
  // A renamed command is refused as well: COMMAND LIST would tell its new name.
  return [...[...unknown, ...refused].map((name) => `-${name}`), ...allowedAgain.map((name) => `+${name}`)].join(' ');
}

function rulesOf(topology: Topology) {
  return topology.platform === 'elasticache' ? ELASTICACHE : AZURE;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
