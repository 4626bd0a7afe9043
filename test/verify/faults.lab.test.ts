/** Real damage to a real deployment: each kind is found, named, and gone again when it is healed. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { LabNode } from '../../lib/lab/lab.ts';
import { slotOf } from '../../lib/topology/slot.ts';
import { DEFAULT_ASK_TIMEOUT_MS, type Verification, verify } from '../../lib/verify/run.ts';
import { type LabUnderTest, messageOf, outcomes, startLabUnderTest } from './lab-fixture.ts';

const ASK_TIMEOUT_MS = 400;

describe('verify, against a damaged ElastiCache', () => {
  let under: LabUnderTest;
  const look = () => verify(under.lab.profile, { askTimeoutMs: ASK_TIMEOUT_MS });
  /** Failures are detected by gossip, in its own time. */
  const lookUntil = (what: string, seen: (found: Record<string, string>) => boolean) => {
    let last: Verification | undefined;
    return waitUntil({
      what,
      timeoutMs: 20_000,
      everyMs: 100,
      lastSeen: () => JSON.stringify(last?.checks.filter(({ verdict }) => verdict !== 'pass')),
      probe: async () => {
        last = await look();
        return seen(outcomes(last)) ? last : undefined;
      },
    });
  };
  const healthy = () =>
    lookUntil('the deployment to be healthy', (found) => Object.values(found).every((code) => code === 'OK'));
  const primaryOf = async (shardIndex: number): Promise<LabNode> => {
    const view = await under.lab.serverView();
    const shard = view.shards.find((candidate) => candidate.shardIndex === shardIndex);
    return nodeNamed(shard?.primaryNodeId);
  };
  const replicaOf = async (shardIndex: number): Promise<LabNode> => {
    const view = await under.lab.serverView();
    const shard = view.shards.find((candidate) => candidate.shardIndex === shardIndex);
    return nodeNamed(shard?.replicaNodeIds[0]);
  };
  const nodeNamed = (id: string | undefined): LabNode => {
    const node = under.lab.nodes().find((candidate) => candidate.id === id);
    if (node === undefined) throw new Error(`The lab has no node ${id}.`);
    return node;
  };

  beforeAll(async () => {
    under = await startLabUnderTest('elasticache');
  });
  afterAll(() => under?.stop());
  afterEach(async () => {
    await under.lab.heal();
    await healthy();
  });

  it('serves reads from replicas where the profile wants them', async () => {
    const profile = { ...under.lab.profile, replicaReads: 'random' as const };
    const verification = await waitUntil({
      what: 'the replicas to be announced to clients',
      timeoutMs: 20_000,
      everyMs: 200,
      probe: async () => {
        const found = await verify(profile);
        return found.verdict === 'pass' ? found : undefined;
      },
    });
    expect(outcomes(verification)['replica-reads']).toBe('OK');
  });

  it('finds a frozen node, without waiting for it longer than it was told to', async () => {
    const node = await replicaOf(1);
    await under.lab.freeze(node.id);
    // The endpoint's name may lead to the frozen node itself: then that is what is found.
    const verification = await lookUntil(
      'the frozen node to be found',
      (found) => found['announced-endpoints-reachable'] === 'ANNOUNCED_ENDPOINT_UNREACHABLE',
    );
    expect(messageOf(verification, 'announced-endpoints-reachable')).toContain(`${node.announcedName}:${node.port}`);
    expect(verification.observation.durationMs).toBeLessThan(DEFAULT_ASK_TIMEOUT_MS);
    await lookUntil('the frozen node to be called failed', (found) => found['no-failing-nodes'] === 'NODE_FAILED');
  });

  it('finds a crashed replica missing from its shard', async () => {
    const node = await replicaOf(2);
    await under.lab.crash(node.id);
    const verification = await lookUntil(
      'the crashed node to be called failed',
      (found) => found['no-failing-nodes'] === 'NODE_FAILED',
    );
    expect(outcomes(verification)).toMatchObject({
      'replicas-per-shard': 'REPLICAS_MISSING',
      'announced-endpoints-reachable': 'ANNOUNCED_ENDPOINT_UNREACHABLE',
      'slot-coverage': 'OK',
      'shard-count': 'OK',
    });
    expect(messageOf(verification, 'announced-endpoints-reachable')).toContain('ECONNREFUSED');
  });

  it('finds a slot that its owner gave up', async () => {
    const owner = await primaryOf(0);
    await under.command(owner, 'CLUSTER', 'DELSLOTS', '7');
    const verification = await lookUntil(
      'the open slot to be found',
      (found) => found['slot-coverage'] === 'SLOTS_NOT_COVERED',
    );
    expect(messageOf(verification, 'slot-coverage')).toMatch(/^These slots have no owner: 7 /);
    await under.command(owner, 'CLUSTER', 'ADDSLOTS', '7');
  });

  it('finds a slot left half-moved, on both sides', async () => {
    const [from, to] = [await primaryOf(0), await primaryOf(1)];
    const slot = String(slotOf('{half-moved}'));
    const owner = Number(slot) < 5461 ? from : to;
    const other = owner === from ? to : from;
    await under.command(owner, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', other.clusterNodeId ?? '');
    await under.command(other, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', owner.clusterNodeId ?? '');
    const verification = await look();
    expect(outcomes(verification)['no-open-slots']).toBe('SLOTS_OPEN');
    expect(messageOf(verification, 'no-open-slots')).toContain(`slot ${slot} is migrating to`);
    expect(messageOf(verification, 'no-open-slots')).toContain(`slot ${slot} is importing from`);
    await under.command(owner, 'CLUSTER', 'SETSLOT', slot, 'STABLE');
    await under.command(other, 'CLUSTER', 'SETSLOT', slot, 'STABLE');
  });

  it('finds a node that half the cluster has forgotten', async () => {
    const forgotten = await replicaOf(0);
    const forgetful = await primaryOf(1);
    await under.command(forgetful, 'CLUSTER', 'FORGET', forgotten.clusterNodeId ?? '');
    const verification = await look();
    expect(outcomes(verification)).toMatchObject({
      'same-view': 'VIEWS_DIFFER',
      'cluster-state': 'CLUSTER_SIZE_UNEXPECTED',
    });
    expect(messageOf(verification, 'same-view')).toContain(forgotten.announcedName);
    await under.command(forgetful, 'CLUSTER', 'MEET', forgotten.host, String(forgotten.port));
  }, 90_000);

  it('finds a shard too many and a replica too few', async () => {
    const { profile } = under.lab;
    const found = outcomes(
      await verify({ ...profile, expected: { ...profile.expected, shardCount: 2, replicasPerShard: 2 } }),
    );
    expect(found).toMatchObject({
      'shard-count': 'SHARD_COUNT_WRONG',
      'replicas-per-shard': 'REPLICAS_MISSING',
      'cluster-state': 'CLUSTER_SIZE_UNEXPECTED',
    });
  });

  it('finds another engine version than the pinned one', async () => {
    const { profile, serverVersion } = under.lab;
    const pinned = (engineVersion: string) => verify({ ...profile, expected: { ...profile.expected, engineVersion } });
    expect(outcomes(await pinned('3.2'))['engine-version']).toBe('ENGINE_VERSION_WRONG');
    expect(outcomes(await pinned(serverVersion))['engine-version']).toBe('OK');
  });
});

describe('verify, against Azure behind a firewall built from the wrong port range', () => {
  it('finds nodes on ports that the profile does not know', async () => {
    const { lab, stop } = await startLabUnderTest('azure-oss-one-shard');
    try {
      const verification = await verify({ ...lab.profile, extraPortRange: { from: 20_000, to: 20_010 } });
      expect(outcomes(verification)['announced-endpoints-reachable']).toBe('ANNOUNCED_PORT_OUTSIDE_RANGE');
      expect(messageOf(verification, 'announced-endpoints-reachable')).toContain('20000-20010');
    } finally {
      await stop();
    }
  });
});
