/** How many shards a replication group has, wherever its template says it: a number, a layout, or nothing (one by default). */
import { entryOf, type JsonRecord, numberOf } from '../../json.ts';
import type { PropertyChange } from '../../row.ts';
import { isWrittenOut } from '../values.ts';

/** Both can be read from the templates alone, and are the same. */
export function staysAsMany({ beforeProperties, afterProperties }: PropertyChange): boolean {
  return sameCount(shardsOf(beforeProperties), shardsOf(afterProperties));
}

/** The same with the parameters at their defaults, which a deployment may override and the CDK does not apply again. */
export function staysAsManyByDefault(change: PropertyChange): boolean {
  return sameCount(
    shardsOf(withDefault(change.beforeProperties, change.beforeParameters)),
    shardsOf(withDefault(change.afterProperties, change.afterParameters)),
  );
}

function sameCount(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && one === other;
}

/** Without a number and a layout there is one shard, except where what the group is made from says how many there are. */
const SAID_ELSEWHERE = ['SnapshotArns', 'SnapshotName', 'GlobalReplicationGroupId'];

/** Undefined: the template does not say it in a way that can be read. */
function shardsOf(properties: JsonRecord): number | undefined {
  const { NumNodeGroups: count, NodeGroupConfiguration: groups } = properties;
  if (count !== undefined) return positive(count);
  if (groups !== undefined) return layoutLength(groups);
  return SAID_ELSEWHERE.some((name) => properties[name] !== undefined) ? undefined : 1;
}

function positive(count: unknown): number | undefined {
  const number = numberOf(count);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function layoutLength(groups: unknown): number | undefined {
  const readable = Array.isArray(groups) && groups.length > 0 && groups.every(isWrittenOut);
  return readable ? groups.length : undefined;
}

function withDefault(properties: JsonRecord, parameters: JsonRecord): JsonRecord {
  const { NumNodeGroups: count } = properties;
  const name = entryOf(count, 'Ref');
  if (typeof name !== 'string') return properties;
  // Without a default it stays the reference, which is no number.
  return { ...properties, NumNodeGroups: entryOf(entryOf(parameters, name), 'Default') ?? count };
}

/** An `Fn::If` of which a branch is `AWS::NoValue`, which has been taken out of it. */
export function mayBeLeftOut(value: unknown): boolean {
  const branches = entryOf(value, 'Fn::If');
  return Array.isArray(branches) && (branches.length < 3 || branches.some(mayBeLeftOut));
}
