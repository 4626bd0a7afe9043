/** The topology in a line, for the log. */
import { type ClusterMap, identityOf, type Shard } from './topology-view.ts';

const MOST_SHOWN = 6;

/** `cluster, 3 shards, 6 nodes: 0-5460 10.0.0.1:6379 (1 replica), ...` */
export function topologyLine(map: ClusterMap): string {
  const shown = map.shards
    .slice(0, MOST_SHOWN)
    .map((shard) => `${slotsText(shard)} ${shard.primary.key} (${replicasText(shard.replicas.length)})`);
  const rest = map.shards.length > MOST_SHOWN ? `, and ${map.shards.length - MOST_SHOWN} more` : '';
  return `cluster, ${count(map.shards.length, 'shard')}, ${count(map.members.size, 'node')}: ${shown.join(', ')}${rest}`;
}

/** One line for each shard whose primary is another one now, and one for nodes that came and went. */
export function changesBetween(before: ClusterMap, after: ClusterMap): string[] {
  const lines: string[] = [];
  for (const shard of after.shards) {
    const slot = shard.slots[0]?.[0] ?? 0;
    const previous = before.shards.find((each) => each.slots.some(([first, last]) => first <= slot && slot <= last));
    if (previous === undefined) lines.push(`slots ${slotsText(shard)} are served by ${shard.primary.key}`);
    else if (identityOf(previous.primary) !== identityOf(shard.primary)) {
      lines.push(`slots ${slotsText(shard)} moved from ${previous.primary.key} to ${shard.primary.key}`);
    }
  }
  const came = [...after.members.keys()].filter((key) => !before.members.has(key));
  const went = [...before.members.keys()].filter((key) => !after.members.has(key));
  if (came.length > 0) lines.push(`new: ${came.join(', ')}`);
  if (went.length > 0) lines.push(`gone: ${went.join(', ')}`);
  return lines;
}

function slotsText(shard: Shard): string {
  const ranges = shard.slots.slice(0, 3).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return `${ranges.join(',')}${shard.slots.length > 3 ? ',...' : ''}`;
}

function replicasText(replicas: number): string {
  return count(replicas, 'replica');
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
