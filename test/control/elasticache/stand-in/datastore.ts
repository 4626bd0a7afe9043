/**
 * A Global Datastore over two labs, one for each region. Who is the primary is real: the other lab's servers refuse writes. What is
 * not: nodes of a cluster replicate nobody outside it, so the data is copied when a role moves and when a member leaves, not
 * before; and the refusal is Redis' NOREPLICAS, because a node that owns slots has no other way to refuse writes and serve reads.
 */
import { sleep } from '../../../../lib/base/wait-until.ts';
import type {
  GlobalReplicationGroup,
  GlobalReplicationGroupInfo,
} from '../../../../lib/control/elasticache/description.ts';
import { administratorOf } from '../../../../lib/lab/administrator.ts';
import type { Lab, LabNode } from '../../../../lib/lab/lab.ts';
import { readState } from '../../../../lib/lab/state.ts';
import { type Account, inBackground } from './account.ts';
import { topologyOf } from './description.ts';
import { globalGroupNotFound, invalidGlobalState, invalidValue } from './fault.ts';

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
  /** Keys that asynchronous replication has not brought to the secondary when it takes over. */
  readonly isLate: (key: string) => boolean;
}

/** Minutes on the service. */
const CHANGE_MS = 500;
/** More replicas than any shard has. */
const TOO_MANY = '100';

export function described({ id, members, status }: Datastore, withMembers: boolean): GlobalReplicationGroup {
  const [{ lab }] = members as readonly [Member];
  const { nodeType, engine, engineVersion } = topologyOf(lab);
  return {
    GlobalReplicationGroupId: id,
    Status: status,
    CacheNodeType: nodeType,
    Engine: engine,
    EngineVersion: engineVersion,
    ClusterEnabled: true,
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
    await takeWrites(former.lab, false);
    await sleep(CHANGE_MS, account.closing);
    await takeOver(former.lab, next.lab, datastore.isLate);
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
    await sleep(CHANGE_MS, account.closing);
    await takeOver(primary.lab, leaving.lab, datastore.isLate);
    datastore.members = datastore.members.filter((member) => member !== leaving);
  });
  return datastore;
}

/** Whether this lab's servers accept writes. The same for primaries and replicas, so that a failover within the lab changes nothing. */
export async function takeWrites(lab: Lab, isTaking: boolean): Promise<void> {
  const { commandPrefix } = readState(lab.runDirectory);
  await asAdministrator(lab, async (ask) => {
    for (const node of lab.nodes())
      await ask(node, [[`${commandPrefix}-config`, 'SET', 'min-replicas-to-write', isTaking ? '0' : TOO_MANY]]);
  });
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

/**
 * Opens the second lab, and makes it hold what the first holds: texts only, which is all that a drill writes. What differs is told
 * before it is opened, so that nothing that its own clients write from then on is taken from them. Both have the same slots.
 */
async function takeOver(from: Lab, to: Lab, isLate: (key: string) => boolean): Promise<void> {
  const [sources, targets] = await Promise.all([textsOf(from), textsOf(to)]);
  await takeWrites(to, true);
  await asAdministrator(to, async (ask) => {
    for (const [index, { texts: present, primary }] of targets.entries()) {
      const wanted = new Map([...(sources[index]?.texts ?? [])].filter(([key]) => !isLate(key)));
      const gone = [...present.keys()].filter((key) => !wanted.has(key));
      const different = [...wanted].filter(([key, { value }]) => present.get(key)?.value !== value);
      await ask(primary, [
        ...gone.map((key) => ['DEL', key]),
        ...different.map(([key, { value, expiry }]) => ['SET', key, value, ...expiry]),
      ]);
    }
  });
}

interface Text {
  readonly value: string;
  readonly expiry: readonly string[];
}

/** Shard by shard. */
function textsOf(lab: Lab): Promise<{ readonly primary: LabNode; readonly texts: ReadonlyMap<string, Text> }[]> {
  return asAdministrator(lab, async (ask) =>
    Promise.all(
      (await primariesOf(lab)).map(async (primary) => {
        const [keys] = (await ask(primary, [['KEYS', '*']])) as [string[]];
        const values = await ask(
          primary,
          keys.map((key) => ['GET', key]),
        );
        const timesToLiveMs = await ask(
          primary,
          keys.map((key) => ['PTTL', key]),
        );
        const texts = keys.flatMap((key, index): [string, Text][] => {
          const timeToLiveMs = Number(timesToLiveMs[index]);
          const expiry = timeToLiveMs > 0 ? ['PX', String(timeToLiveMs)] : [];
          const value = values[index];
          // One that has expired since it was listed is not there.
          return typeof value === 'string' ? [[key, { value, expiry }]] : [];
        });
        return { primary, texts: new Map(texts) };
      }),
    ),
  );
}

async function primariesOf(lab: Lab): Promise<LabNode[]> {
  const { shards } = await lab.serverView();
  const byIndex = shards.toSorted((one, other) => one.shardIndex - other.shardIndex);
  return byIndex.map(({ primaryNodeId }) => lab.nodes().find(({ id }) => id === primaryNodeId) as LabNode);
}

type Ask = (node: LabNode, commands: readonly (readonly string[])[]) => Promise<unknown[]>;

async function asAdministrator<Result>(
  { runDirectory, profile }: Lab,
  use: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const administrator = administratorOf(runDirectory, profile.tls.serverName);
  try {
    return await use(async (node, commands) => {
      // Without a command there is no answer to wait for.
      const replies = commands.length === 0 ? [] : await administrator.ask(node, commands, 10_000);
      const refusal = replies.find((reply) => reply instanceof Error);
      if (refusal !== undefined) throw refusal;
      return replies;
    });
  } finally {
    administrator.close();
  }
}
