/** A Global Datastore over two labs, one for each region. Who is the primary is real: the other lab's servers refuse writes. */
import { sleep } from '../../../../lib/base/wait-until.ts';
import type {
  GlobalReplicationGroup,
  GlobalReplicationGroupInfo,
} from '../../../../lib/control/elasticache/description.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { type Account, inBackground } from './account.ts';
import { topologyOf } from './description.ts';
import { globalGroupNotFound, invalidGlobalState, invalidValue } from './fault.ts';
import type { Regions } from './regions.ts';

/** As lib/control takes them: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_GlobalReplicationGroup.html names none. */
type Status = 'available' | 'modifying' | 'primary-only';

export interface Member {
  readonly lab: Lab;
  readonly region: string;
  role: 'PRIMARY' | 'SECONDARY';
}

export interface Datastore {
  readonly id: string;
  members: readonly Member[];
  status: Status;
  /** How the data moves, and who takes writes. */
  readonly regions: Regions;
}

/** Minutes on the service. */
const CHANGE_MS = 500;

export function described({ id, members, status }: Datastore, withMembers: boolean): GlobalReplicationGroup {
  const [{ lab }] = members as readonly [Member];
  const { nodeType, engine, engineVersion, clusterMode } = topologyOf(lab);
  return {
    GlobalReplicationGroupId: id,
    Status: status,
    CacheNodeType: nodeType,
    Engine: engine,
    EngineVersion: engineVersion,
    ClusterEnabled: clusterMode !== 'disabled',
    ...(withMembers
      ? {
          Members: members.map((member) => ({
            ReplicationGroupId: groupIdOf(member),
            ReplicationGroupRegion: member.region,
            Role: member.role,
            AutomaticFailover: 'enabled' as const,
            // Also while it is being taken out: a member is associated until it is gone (aws-controllers-k8s/elasticache-controller).
            Status: 'associated',
          })),
        }
      : {}),
  };
}

export function membershipOf({ lab, datastore }: Account): GlobalReplicationGroupInfo {
  const member = datastore?.members.find((candidate) => candidate.lab === lab);
  if (datastore === undefined || member === undefined) return {};
  return { GlobalReplicationGroupId: datastore.id, GlobalReplicationGroupMemberRole: member.role };
}

export function datastoreNamed({ datastore }: Account, id: string | null): Datastore {
  if (datastore === undefined || datastore.id !== id) throw globalGroupNotFound(id ?? '');
  return datastore;
}

export function failOver(account: Account, parameters: URLSearchParams): Datastore {
  const datastore = datastoreNamed(account, parameters.get('GlobalReplicationGroupId'));
  // "The Global datastore is not available or in primary-only state."
  if (datastore.status !== 'available') throw invalidGlobalState(datastore.status);
  const next = secondaryAt(datastore, parameters.get('PrimaryReplicationGroupId'), parameters.get('PrimaryRegion'));
  const [former] = datastore.members.filter(({ role }) => role === 'PRIMARY') as [Member];
  changing(account, datastore, async () => {
    await datastore.regions.handOver(former.lab, next.lab, () => sleep(CHANGE_MS, account.closing));
    former.role = 'SECONDARY';
    next.role = 'PRIMARY';
  });
  return datastore;
}

export function disassociate(account: Account, parameters: URLSearchParams): Datastore {
  const datastore = datastoreNamed(account, parameters.get('GlobalReplicationGroupId'));
  if (datastore.status !== 'available') throw invalidGlobalState(datastore.status);
  const leaving = secondaryAt(
    datastore,
    parameters.get('ReplicationGroupId'),
    parameters.get('ReplicationGroupRegion'),
  );
  const [primary] = datastore.members.filter(({ role }) => role === 'PRIMARY') as [Member];
  changing(account, datastore, async () => {
    await datastore.regions.release(primary.lab, leaving.lab, () => sleep(CHANGE_MS, account.closing));
    datastore.members = datastore.members.filter((member) => member !== leaving);
  });
  return datastore;
}

function changing(account: Account, datastore: Datastore, change: () => Promise<void>): void {
  datastore.status = 'modifying';
  inBackground(account, {}, async () => {
    await change();
    datastore.status = datastore.members.length > 1 ? 'available' : 'primary-only';
  });
}

function secondaryAt({ members }: Datastore, groupId: string | null, region: string | null): Member {
  const found = members.find((member) => groupIdOf(member) === groupId && member.region === region);
  if (found?.role === 'SECONDARY') return found;
  throw invalidValue(`Replication group ${groupId} in ${region} is no secondary of the global replication group.`);
}

function groupIdOf({ lab }: Member): string {
  return topologyOf(lab).name.toLowerCase();
}
