/** Where the nodes of Azure Managed Redis stand and when they are maintained. */
import { AZURE_KEYSPACE_EVENTS, AZURE_WINDOW_LIMITS, AZURE_ZONES } from '../azure-limits.ts';
import type { AzureManagedRedisTopology } from '../azure-managed-redis.ts';
import { describeGiven, listed } from '../input/describe.ts';
import { type Rule, ruleMaker } from './rule.ts';

const rule = ruleMaker<AzureManagedRedisTopology>();

const WINDOWS = 'https://github.com/Azure/azure-powershell/pull/29760';
const { windowsPerWeek, durationHours, hoursPerWeek, startHourUtc } = AZURE_WINDOW_LIMITS;

export const AZURE_UPKEEP_RULES: readonly Rule<AzureManagedRedisTopology>[] = [
  rule({
    code: 'AMR_ZONE_UNKNOWN',
    source: 'https://learn.microsoft.com/azure/reliability/availability-zones-overview',
    fields: ['zones'],
    when: ({ zones }) => unknownZones(zones).length > 0,
    message: ({ zones }) =>
      `\`zones\` names ${listed(unknownZones(zones))}: availability zones are the texts ${listed([...AZURE_ZONES])}. Name those, or leave the list out.`,
  }),
  rule({
    code: 'AMR_ZONE_TWICE',
    source: 'Redoubt: a list with the same zone twice is a slip of the pen.',
    fields: ['zones'],
    when: ({ zones }) => new Set(zones).size < zones.length,
    message: ({ zones }) =>
      `\`zones\` names ${listed(zones.filter((zone, index) => zones.indexOf(zone) !== index))} more than once. Name each zone once.`,
  }),
  rule({
    code: 'AMR_KEYSPACE_EVENTS_FORM',
    source: 'https://redis.io/docs/latest/develop/use/keyspace-notifications/',
    fields: ['keyspaceEvents'],
    when: ({ keyspaceEvents }) => keyspaceEvents !== '' && !AZURE_KEYSPACE_EVENTS.test(keyspaceEvents),
    message: ({ keyspaceEvents }) =>
      `\`keyspaceEvents\` is ${describeGiven(keyspaceEvents)}: it has letters of K, E, A, g, $, l, s, h, z, t, d, x, e, m and n, with K or E among them, for example "KEA". Correct it, or leave it empty for none.`,
  }),
  rule({
    code: 'AMR_WINDOWS_TOO_FEW',
    source: WINDOWS,
    fields: ['maintenanceWindows'],
    when: ({ maintenanceWindows: { length } }) => length > 0 && length < windowsPerWeek.min,
    message: ({ maintenanceWindows: { length } }) =>
      `\`maintenanceWindows\` has ${length} window: the service wants at least ${windowsPerWeek.min} a week. Add one, or leave the list out.`,
  }),
  rule({
    code: 'AMR_WINDOW_DURATION',
    source: WINDOWS,
    fields: ['maintenanceWindows'],
    when: ({ maintenanceWindows }) => maintenanceWindows.some(hasOddDuration),
    message: ({ maintenanceWindows }) =>
      `\`maintenanceWindows\` has a window of ${maintenanceWindows.find(hasOddDuration)?.durationHours} hours: each lasts ${durationHours.min} to ${durationHours.max}. Change it.`,
  }),
  rule({
    code: 'AMR_WINDOW_START_HOUR',
    source: WINDOWS,
    fields: ['maintenanceWindows'],
    when: ({ maintenanceWindows }) => maintenanceWindows.some(hasOddStart),
    message: ({ maintenanceWindows }) =>
      `\`maintenanceWindows\` has a window that starts at hour ${maintenanceWindows.find(hasOddStart)?.startHourUtc}: windows start on the hour, ${startHourUtc.min} to ${startHourUtc.max} UTC. Change it.`,
  }),
  rule({
    code: 'AMR_WINDOWS_TOTAL_TOO_SHORT',
    source: WINDOWS,
    fields: ['maintenanceWindows'],
    when: ({ maintenanceWindows: windows }) => windows.length > 0 && totalHours(windows) < hoursPerWeek.min,
    message: ({ maintenanceWindows: windows }) =>
      `\`maintenanceWindows\` add up to ${totalHours(windows)} hours: the service wants at least ${hoursPerWeek.min} a week. Lengthen them or add one.`,
  }),
];

type Windows = AzureManagedRedisTopology['maintenanceWindows'];

function unknownZones(zones: readonly string[]): string[] {
  return zones.filter((zone) => !AZURE_ZONES.includes(zone));
}

function hasOddDuration(window: Windows[number]): boolean {
  return window.durationHours < durationHours.min || window.durationHours > durationHours.max;
}

function hasOddStart(window: Windows[number]): boolean {
  return window.startHourUtc < startHourUtc.min || window.startHourUtc > startHourUtc.max;
}

function totalHours(windows: Windows): number {
  return windows.reduce((sum, window) => sum + window.durationHours, 0);
}
