/** Copies on disk: RDB and AOF, how often, and where. */
import type { AzureManagedRedisInput } from '../../topology/azure-managed-redis-input.ts';
import { isReplicated, type OldCache, type OldPersistence } from '../old-cache.ts';
import type { Contribution, Setting } from '../setting.ts';
import { SOURCES } from '../sources.ts';

type NewPersistence = NonNullable<AzureManagedRedisInput['persistence']>;

/**
 * Minutes of the classic tiers, to the nearest that Azure Managed Redis has.
 * https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-premium-persistence and
 * https://learn.microsoft.com/azure/redis/how-to-persistence
 */
const RDB_FREQUENCIES: Readonly<Record<string, '1h' | '6h' | '12h'>> = {
  15: '1h',
  30: '1h',
  60: '1h',
  360: '6h',
  720: '12h',
  1440: '12h',
  '1h': '1h',
  '6h': '6h',
  '12h': '12h',
};

const SAME = ['60', '360', '720', '1h', '6h', '12h'];

export function persistence(cache: OldCache): Contribution {
  const { persistence: old } = cache;
  if (old.kind === 'none') return { settings: [none()] };
  if (isReplicated(cache)) return { settings: [notWithGeoReplication(old)] };
  const storage = cache.kind === 'classic' ? [storageAccount()] : [];
  if (old.kind === 'aof') {
    return { settings: [aof(old.frequency), ...storage], topology: { persistence: { kind: 'aof', frequency: '1s' } } };
  }
  const frequency = RDB_FREQUENCIES[old.frequency] ?? '1h';
  const topology: NewPersistence = { kind: 'rdb', frequency };
  return { settings: [rdb(old.frequency, frequency), ...storage], topology: { persistence: topology } };
}

function shown(old: OldPersistence): string {
  if (old.kind === 'none') return 'none';
  const frequency = /^\d+$/.test(old.frequency) ? `${old.frequency} minutes` : old.frequency || 'not said';
  return `${old.kind}, ${frequency}`;
}

function none(): Setting {
  return {
    setting: 'persistence',
    before: 'none',
    after: 'none',
    outcome: 'kept',
    code: 'MIGRATE_NO_PERSISTENCE_KEPT',
    message: 'Nothing is kept on disk; every size could now.',
    source: SOURCES.persistence,
  };
}

function notWithGeoReplication(old: OldPersistence): Setting {
  return {
    setting: 'persistence',
    before: shown(old),
    after: 'none',
    outcome: 'unavailable',
    code: 'MIGRATE_PERSISTENCE_NOT_WITH_REGIONS',
    message: 'A database of a geo-replication group has no persistence: the other regions are its copy.',
    action:
      'Export on a schedule instead (`az redisenterprise database export`), or leave the cache alone in its region.',
    source: SOURCES.geoReplication,
  };
}

function aof(frequency: string): Setting {
  const shared = {
    setting: 'persistence',
    before: shown({ kind: 'aof', frequency }),
    after: 'aof, 1s',
    source: SOURCES.persistence,
  };
  if (frequency !== 'always') {
    return {
      ...shared,
      outcome: 'kept',
      code: 'MIGRATE_AOF_KEPT',
      message: 'Every write is logged, and at most a second of them is lost.',
    };
  }
  return {
    ...shared,
    outcome: 'changed',
    code: 'MIGRATE_AOF_EVERY_SECOND',
    message: 'The log is written every second, and no longer with every write.',
    action: 'See that the loss of a second of writes is bearable.',
  };
}

function rdb(before: string, after: '1h' | '6h' | '12h'): Setting {
  const shared = {
    setting: 'persistence',
    before: shown({ kind: 'rdb', frequency: before }),
    after: `rdb, ${after}`,
    source: SOURCES.persistence,
  };
  if (SAME.includes(before)) {
    return { ...shared, outcome: 'kept', code: 'MIGRATE_RDB_KEPT', message: 'Snapshots are as frequent as before.' };
  }
  const isRarer = before === '15' || before === '30';
  return {
    ...shared,
    outcome: 'changed',
    code: isRarer ? 'MIGRATE_RDB_RARER' : 'MIGRATE_RDB_NEAREST',
    message: 'Snapshots are made every 1, 6 or 12 hours; the nearest is taken.',
    action: isRarer
      ? `Up to an hour of writes may be lost, not ${before} minutes: if that is too much, write \`persistence: { kind: 'aof' }\` in the deployment.`
      : 'Choose another in the deployment if it should be.',
  };
}

function storageAccount(): Setting {
  return {
    setting: 'storageAccount',
    before: 'your storage account',
    after: "the service's own disks",
    outcome: 'changed',
    code: 'MIGRATE_STORAGE_IS_THE_SERVICES',
    message: 'The files are on disks that only the service sees, and are no backup that you could take elsewhere.',
    action:
      'If somebody restores from that storage account, export on a schedule instead (`az redisenterprise database export`). The connection string is not needed any more.',
    source: SOURCES.persistence,
  };
}
