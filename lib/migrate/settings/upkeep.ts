/** When it is maintained, which version it has, and what it announces. */
import { AZURE_KEYSPACE_EVENTS, AZURE_WINDOW_LIMITS } from '../../topology/azure-limits.ts';
import { DAYS_OF_WEEK } from '../../topology/azure-managed-redis.ts';
import type { AzureManagedRedisInput } from '../../topology/azure-managed-redis-input.ts';
import type { ClassicCache, OldCache, PatchEntry } from '../old-cache.ts';
import { type Contribution, NEWER_API, type Setting } from '../setting.ts';
import { SOURCES } from '../sources.ts';

type Windows = NonNullable<AzureManagedRedisInput['maintenanceWindows']>;

export function upkeep(cache: OldCache): Contribution {
  const versions = [version(cache), ...deferral(cache)];
  if (cache.kind === 'enterprise') return { settings: versions, topology: { deferUpgrade: cache.deferUpgrade } };
  const windows = windowsOf(cache.patchSchedule ?? []);
  const kept = isEnough(windows) ? windows : [];
  const announces = AZURE_KEYSPACE_EVENTS.test(cache.keyspaceEvents);
  return {
    settings: [...versions, schedule(cache, windows), keyspaceEvents(cache)],
    topology: { maintenanceWindows: kept, ...(announces ? { keyspaceEvents: cache.keyspaceEvents } : {}) },
    stack: kept.length > 0 || announces ? [NEWER_API] : [],
  };
}

function version({ redisVersion, kind }: OldCache): Setting {
  return {
    setting: 'redisVersion',
    before: redisVersion || (kind === 'classic' ? '6' : '7.2'),
    after: '7.4',
    outcome: 'changed',
    code: 'MIGRATE_REDIS_VERSION_RISES',
    message: 'Azure Managed Redis runs Redis 7.4, which reads the RDB files of older versions.',
    action:
      'Run the tests of the application once against the new version: `redoubt lab up` boots the deployment on whatever server is installed.',
    source: SOURCES.understand,
  };
}

function deferral(cache: OldCache): Setting[] {
  if (cache.kind === 'enterprise') {
    const value = cache.deferUpgrade ? 'Deferred' : 'NotDeferred';
    const message = 'Whether a new version waits until it is asked for stays as it is.';
    return [
      {
        setting: 'deferUpgrade',
        before: value,
        after: value,
        outcome: 'kept',
        code: 'MIGRATE_DEFERRAL_KEPT',
        message,
        source: SOURCES.upgrade,
      },
    ];
  }
  if (cache.updateChannel.toLowerCase() !== 'preview') return [];
  return [
    {
      setting: 'updateChannel',
      before: 'Preview',
      after: 'none',
      outcome: 'unavailable',
      code: 'MIGRATE_PREVIEW_CHANNEL_NOT_AVAILABLE',
      message: 'There is no channel that gets updates earlier.',
      action:
        'Make a second, small database for trying; `deferUpgrade: true` in the deployment keeps a new version back on the others.',
      source: SOURCES.upgrade,
    },
  ];
}

function windowsOf(entries: readonly PatchEntry[]): Windows {
  return entries.flatMap(({ day, startHourUtc, durationHours }) =>
    daysOf(day).map((dayOfWeek) => ({ dayOfWeek, startHourUtc, durationHours })),
  );
}

function daysOf(day: string): (typeof DAYS_OF_WEEK)[number][] {
  if (day === 'Everyday') return [...DAYS_OF_WEEK];
  return DAYS_OF_WEEK.filter((known) => known === day || (day === 'Weekend' && /^S/.test(known)));
}

function isEnough(windows: Windows): boolean {
  const { windowsPerWeek, hoursPerWeek, durationHours, startHourUtc } = AZURE_WINDOW_LIMITS;
  return (
    windows.length >= windowsPerWeek.min &&
    windows.every((window) => window.durationHours >= durationHours.min && window.durationHours <= durationHours.max) &&
    windows.every((window) => window.startHourUtc <= startHourUtc.max) &&
    hoursOf(windows) >= hoursPerWeek.min
  );
}

function hoursOf(windows: Windows): number {
  return windows.reduce((sum, window) => sum + window.durationHours, 0);
}

function schedule(cache: ClassicCache, windows: Windows): Setting {
  const shared = { setting: 'patchSchedule', source: SOURCES.windows };
  const { patchSchedule } = cache;
  if (patchSchedule === undefined) {
    const url = `${cache.id ?? 'RESOURCE_ID'}/patchSchedules?api-version=2024-11-01`;
    return {
      ...shared,
      before: 'not given',
      after: 'by the service',
      outcome: 'unknown',
      code: 'MIGRATE_PATCH_SCHEDULE_NOT_GIVEN',
      message: 'Whether updates are scheduled stands in a document of its own.',
      action: `Give it with --patch-schedule, as \`az rest --method get --url "${url}"\` prints it.`,
    };
  }
  if (windows.length === 0) {
    return {
      ...shared,
      before: 'none',
      after: 'by the service',
      outcome: 'kept',
      code: 'MIGRATE_NO_SCHEDULE_KEPT',
      message: 'The service maintains whenever it sees fit, as before.',
    };
  }
  const before = `${windows.length} a week, ${hoursOf(windows)} hours`;
  if (isEnough(windows)) {
    return {
      ...shared,
      before,
      after: before,
      outcome: 'changed',
      code: 'MIGRATE_WINDOWS_CARRIED_OVER',
      message: 'The windows are in the deployment, as maintenance windows (API version 2026-09-01).',
      action:
        'Nothing but the setting apiVersion of the stack, which is among those below; it has to be there from the first deployment on.',
    };
  }
  return {
    ...shared,
    before,
    after: 'by the service',
    outcome: 'unavailable',
    code: 'MIGRATE_WINDOWS_TOO_SHORT',
    message: 'The service wants at least two windows a week, of 4 hours or more each and 18 together.',
    action:
      'Decide on more hours and write them into the deployment (`maintenanceWindows`), with apiVersion 2026-09-01 in the stack; without any, it maintains when it sees fit.',
  };
}

function keyspaceEvents({ keyspaceEvents: given }: ClassicCache): Setting {
  const shared = { setting: 'notify-keyspace-events', before: given || 'none', source: SOURCES.keyspaceEvents };
  if (given === '') {
    return {
      ...shared,
      after: 'none',
      outcome: 'kept',
      code: 'MIGRATE_NO_KEYSPACE_EVENTS',
      message: 'No changes of keys are announced.',
    };
  }
  if (!AZURE_KEYSPACE_EVENTS.test(given)) {
    const message =
      'Without K or E among its letters nothing was ever announced, and the new service refuses such a text.';
    return {
      ...shared,
      after: 'none',
      outcome: 'changed',
      code: 'MIGRATE_KEYSPACE_EVENTS_EMPTY',
      message,
      action: 'Add K or E if something listens, and write it into the deployment (`keyspaceEvents`).',
    };
  }
  return {
    ...shared,
    after: given,
    outcome: 'changed',
    code: 'MIGRATE_KEYSPACE_EVENTS_CARRIED_OVER',
    message:
      'Changes of keys are announced as before; it came with API version 2026-02-01-preview and is called a preview.',
    action:
      'Nothing but the setting apiVersion of the stack. In a cluster a server announces its own keys only: subscribe to every shard.',
  };
}
