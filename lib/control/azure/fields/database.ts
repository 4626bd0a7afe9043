/** The database and the cluster it is alone in: policy, protocol, memory, disk, modules, upgrades. */
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import { onOff } from '../../field.ts';
import type { DatabaseProperties } from '../description.ts';
import { type Comparison, type FieldCheck, field, inOrder, judged, switchText } from '../field.ts';
import { majorMinor, versionsIn } from '../servers.ts';

export const DATABASE_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'high-availability',
    subject: 'High availability',
    declared: ({ topology }) => onOff(topology.highAvailability),
    source: 'highAvailability of the cluster',
    api: ({ cluster }) => switchText(cluster.properties?.highAvailability),
    advice: 'Without it there is no replica, no SLA, and maintenance loses the data; it can be turned on, not off.',
  }),
  field({
    name: 'zones',
    subject: 'Zones',
    declared: ({ topology }) => (topology.zones.length === 0 ? undefined : inOrder(topology.zones)),
    source: 'zones of the cluster',
    api: ({ cluster }) => (cluster.zones === undefined ? undefined : inOrder(cluster.zones)),
    advice: 'Zones are chosen at creation: declare what there is, or move to a new database.',
  }),
  field({
    name: 'clustering-policy',
    subject: 'The clustering policy',
    declared: ({ topology }) => topology.clusteringPolicy,
    source: 'clusteringPolicy of the database',
    api: ({ database }) => database.properties?.clusteringPolicy,
    advice:
      'Clients of the wrong mode fail: a cluster client for OSSCluster, a plain one for the others. It cannot be changed back without losing the data.',
  }),
  field({
    name: 'port',
    subject: 'The port',
    declared: ({ topology }) => String(topology.port),
    source: 'port of the database',
    api: ({ database }) => textOf(database.properties?.port),
    advice: 'It is set at creation only: declare what there is.',
  }),
  field({
    name: 'client-protocol',
    subject: 'The client protocol',
    declared: ({ topology }) => topology.clientProtocol,
    source: 'clientProtocol of the database',
    api: ({ database }) => database.properties?.clientProtocol,
    advice: 'With Plaintext passwords and data cross the network in the clear.',
  }),
  field({
    name: 'eviction-policy',
    subject: 'The eviction policy',
    declared: ({ topology }) => topology.evictionPolicy,
    source: 'evictionPolicy of the database',
    api: ({ database }) => database.properties?.evictionPolicy,
    advice: 'It decides which keys are lost when memory is full; set it back, or declare it.',
  }),
  field({
    name: 'modules',
    subject: 'Modules',
    declared: ({ topology }) => inOrder(topology.modules),
    source: 'modules of the database',
    api: ({ database }) => modulesText(database.properties),
    advice: 'Modules are chosen at creation only: declare what there is, or move to a new database.',
  }),
  field({
    name: 'persistence',
    subject: 'Persistence',
    declared: ({ topology: { persistence } }) =>
      persistence.kind === 'none' ? 'none' : `${persistence.kind} every ${persistence.frequency}`,
    source: 'persistence of the database',
    api: ({ database }) => persistenceText(database.properties),
    advice: 'It decides what is left of a shard that lost both nodes; set it back, or declare it.',
  }),
  field({
    name: 'defer-upgrade',
    subject: 'Upgrades deferred',
    declared: ({ topology }) => onOff(topology.deferUpgrade),
    source: 'deferUpgrade of the database',
    api: ({ database }) => {
      const setting = database.properties?.deferUpgrade;
      return setting === undefined ? undefined : onOff(setting === 'Deferred');
    },
    advice: 'Not deferred, a new version of Redis comes when the service sees fit.',
  }),
  field({
    name: 'keyspace-events',
    subject: 'Keyspace events',
    declared: ({ topology: { keyspaceEvents } }) => (keyspaceEvents === '' ? undefined : letters(keyspaceEvents)),
    source: 'notifyKeyspaceEvents of the database',
    api: ({ database }) => {
      const events = database.properties?.notifyKeyspaceEvents;
      return events === undefined ? undefined : letters(events);
    },
    advice: 'Subscribers hear other events than they were written for; set it back, or declare it.',
  }),
  field({
    name: 'maintenance-windows',
    subject: 'Maintenance windows',
    declared: ({ topology: { maintenanceWindows } }) =>
      maintenanceWindows.length === 0
        ? undefined
        : inOrder(
            maintenanceWindows.map((window) =>
              windowText(window.dayOfWeek, window.startHourUtc, `PT${window.durationHours}H`),
            ),
          ),
    source: 'maintenanceConfiguration of the cluster',
    api: ({ cluster }) => {
      const windows = cluster.properties?.maintenanceConfiguration?.maintenanceWindows;
      return windows === undefined
        ? undefined
        : inOrder(
            windows.map((window) => windowText(window.schedule?.dayOfWeek, window.startHourUtc, window.duration)),
          );
    },
    advice: 'The service maintains outside the hours that were agreed; set them back, or declare them.',
  }),
  judged('redis-version', judgeVersion),
];

function textOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function modulesText(properties: DatabaseProperties | undefined): string | undefined {
  // A database without modules has no such property.
  if (properties === undefined || Object.keys(properties).length === 0) return undefined;
  return inOrder((properties.modules ?? []).flatMap(({ name }) => name ?? []));
}

function persistenceText(properties: DatabaseProperties | undefined): string | undefined {
  // A database that was created without persistence has no such property.
  if (properties === undefined || Object.keys(properties).length === 0) return undefined;
  const { aofEnabled = false, aofFrequency, rdbEnabled = false, rdbFrequency } = properties.persistence ?? {};
  if (aofEnabled) return `aof every ${aofFrequency ?? '1s'}`;
  if (rdbEnabled) return rdbFrequency === undefined ? undefined : `rdb every ${rdbFrequency}`;
  return 'none';
}

/** In any order they mean the same. */
function letters(events: string): string {
  return events === '' ? 'none' : [...events].toSorted().join('');
}

function windowText(day: string | undefined, startHourUtc: number | undefined, duration: string | undefined): string {
  return `${day} ${startHourUtc}:00 UTC ${duration}`;
}

/** Nobody declares a version: the service chooses it. What it says and what runs must agree. */
function judgeVersion({ description: { database }, observation }: Comparison) {
  const api = database.properties?.redisVersion;
  const servers = observation === undefined ? [] : versionsIn(observation);
  const said = servers.length === 0 ? '' : `, the servers say ${listed(servers)}`;
  if (api === undefined)
    return undecided(
      'REDIS_VERSION_NOT_TOLD',
      `The version of Redis: the API does not say (redisVersion of the database)${said}.`,
    );
  const message = `The version of Redis: the API says ${api}${said}.`;
  if (servers.some((version) => version !== majorMinor(api)))
    return failed('DRIFT_REDIS_VERSION', `${message} An upgrade runs or was cut off; compare again later.`);
  return passed(message);
}
