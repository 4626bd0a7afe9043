/**
 * What a cloud can be asked to do to its own deployment, each as a scenario of the operation's name. What it does, costs and
 * needs is the operation's own business (lib/control); here it becomes part of a drill: recorded, measured, proven.
 */
import type { CloudOperationName } from '../../control/control-plane.ts';
import type { Disturbance, Scenario } from '../scenario.ts';
import type { Plannable } from '../target.ts';
import { oldPrimaryOf, type ShardMembers, shardMembers } from './primaries.ts';
import { missingCapabilities, noReplica } from './refusals.ts';

type CloudScenario = Pick<Scenario, 'story' | 'planned' | 'proof' | 'refusesWrites'> & {
  readonly refusals?: (target: Plannable) => ReturnType<Scenario['refusals']>;
};

const SCENARIOS: Readonly<Record<CloudOperationName, CloudScenario>> = {
  'test-failover': {
    story: 'ElastiCache fails one primary after the other (TestFailover) and replaces it, as if it had died.',
    planned: false,
    proof: 'roles-moved',
    refusals: noReplica,
  },
  'engine-to-valkey': {
    story:
      'ElastiCache changes Redis OSS to Valkey in place, once and for good: every node is replaced, replicas before primaries.',
    planned: true,
    proof: 'operation-completed',
  },
  'global-failover': {
    story:
      'Another region becomes the primary of a Global Datastore of ElastiCache, then this one again; writes are refused here meanwhile.',
    planned: false,
    proof: 'operation-completed',
    refusesWrites: 'throughout',
  },
  'global-disassociate': {
    story:
      'A secondary leaves a Global Datastore of ElastiCache for good; the clients of the primary should notice nothing.',
    planned: true,
    proof: 'operation-completed',
  },
  'access-key-toggle': {
    story: 'Azure switches access-key authentication and back, which drops every connection; no data moves.',
    planned: true,
    proof: 'connections-dropped',
  },
  'sku-round-trip': {
    story: 'Azure scales to another size and back: every node is replaced twice, the nearest thing to a maintenance.',
    planned: true,
    proof: 'operation-completed',
  },
  'geo-unlink': {
    story: 'Azure unlinks this database from its geo-replication group and links it again; its own data is discarded.',
    planned: false,
    proof: 'operation-completed',
    // "The database will temporarily be unavailable while rejoining the replication group":
    // https://learn.microsoft.com/rest/api/redis/redisenterprisecache/databases/force-link-to-replication-group
    refusesWrites: 'last-step',
  },
  'version-upgrade': {
    story: 'Azure upgrades the version of Redis, once and for good: every node is replaced.',
    planned: true,
    proof: 'operation-completed',
  },
};

export const cloudScenarios: readonly Scenario[] = Object.entries(SCENARIOS).map(([name, scenario]) =>
  scenarioOf(name as CloudOperationName, scenario),
);

function scenarioOf(name: CloudOperationName, { refusals, ...scenario }: CloudScenario): Scenario {
  return {
    name,
    ...scenario,
    heeds: [],
    refusals: (target) => [...missingCapabilities(target, [name]), ...(refusals?.(target) ?? [])],
    disturb: (disturbance) => ask(name, disturbance),
  };
}

async function ask(name: CloudOperationName, disturbance: Disturbance): Promise<void> {
  const { target, signal, event, operation } = disturbance;
  const asked = target.operations.find((candidate) => candidate.name === name);
  if (asked === undefined) throw new Error(`${target.profile.deployment} cannot be asked for ${name}.`);
  const known = new Map<number, ShardMembers>((await shardMembers(target)).map((shard) => [shard.shardIndex, shard]));
  await asked.run({
    signal,
    event,
    step: (what, shardIndex) => {
      event('fault', what);
      const shard = shardIndex === undefined ? undefined : known.get(shardIndex);
      if (shard !== undefined) noteFault(shard, disturbance);
      return operation({ what, ...(shardIndex === undefined ? {} : { shardIndex }) });
    },
  });
}

function noteFault(shard: ShardMembers, { now, fault }: Disturbance): void {
  fault({ shardIndex: shard.shardIndex, injectedMs: now(), oldPrimary: oldPrimaryOf(shard) });
}
