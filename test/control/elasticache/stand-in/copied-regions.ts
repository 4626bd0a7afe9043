/**
 * Regions in cluster mode. Nodes of a cluster replicate nobody outside it, so the data is copied when a role moves and when a member
 * leaves, not before; and a secondary refuses writes with Redis' NOREPLICAS, because a node that owns slots has no other way to
 * refuse writes and serve reads.
 */
import type { Lab, LabNode } from '../../../../lib/lab/lab.ts';
import { readState } from '../../../../lib/lab/state.ts';
import { asAdministrator } from './administered.ts';
import type { Regions } from './regions.ts';

/** More replicas than any shard has. */
const TOO_MANY = '100';

/** @param isLate keys that asynchronous replication has not brought to the secondary when it takes over */
export function copiedRegions(isLate: (key: string) => boolean): Regions {
  return {
    begin: (_primary, secondary) => takeWrites(secondary, false),
    handOver: async (former, next, during) => {
      await takeWrites(former, false);
      await during();
      await takeOver(former, next, isLate);
    },
    release: async (primary, leaving, during) => {
      await during();
      await takeOver(primary, leaving, isLate);
    },
    end: async (members) => {
      for (const member of members) await takeWrites(member, true);
    },
  };
}

/** Whether this lab's servers accept writes. The same for primaries and replicas, so that a failover within the lab changes nothing. */
export async function takeWrites(lab: Lab, isTaking: boolean): Promise<void> {
  const { commandPrefix } = readState(lab.runDirectory);
  await asAdministrator(lab, async (ask) => {
    for (const node of lab.nodes())
      await ask(node, [[`${commandPrefix}-config`, 'SET', 'min-replicas-to-write', isTaking ? '0' : TOO_MANY]]);
  });
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
