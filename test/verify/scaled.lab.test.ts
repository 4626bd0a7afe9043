/** A group whose counts the service changes by itself: whatever it has scaled to within its ranges is what was asked for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from '../../lib/lab/lab.ts';
import { startLab } from '../../lib/lab/start.ts';
import { profileFor } from '../../lib/profile/from-topology.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import { topologyOrThrow } from '../../lib/topology/parse.ts';
import { verify } from '../../lib/verify/run.ts';
import { messageOf, notPassed, outcomes } from './lab-fixture.ts';

const DECLARED = {
  platform: 'elasticache',
  name: 'scaled',
  shardCount: 3,
  replicasPerShard: 1,
  scaling: { shards: { min: 3, max: 8 }, replicas: { min: 1, max: 3 } },
} as const;

/** What the construct writes of the declared topology. */
const { expected } = profileFor({
  deployment: 'scaled',
  topology: topologyOrThrow(DECLARED),
  endpoint: { host: 'scaled.test', port: 6379 },
  secret: { kind: 'environment', variable: 'UNUSED' },
});

function labOf(shardCount: number): Promise<Lab> {
  const { scaling: _none, ...base } = DECLARED;
  return startLab({ deployment: 'scaled', topology: topologyOrThrow({ ...base, shardCount }), detached: false });
}

function asDeclared(lab: Lab, changes: Partial<ConnectionProfile['expected']> = {}): ConnectionProfile {
  return { ...lab.profile, expected: { ...expected, ...changes } };
}

describe('a group of 4 shards with 1 replica each', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await labOf(4);
  });
  afterAll(() => lab?.stop());

  it('is what was asked for by 3 to 8 shards with 1 to 3 replicas, and the counts are said', async () => {
    const verification = await verify(asDeclared(lab));
    expect(notPassed(verification)).toEqual([]);
    expect(verification.verdict).toBe('pass');
    expect(messageOf(verification, 'shard-count')).toBe('There are 4 shards, within the 3 to 8 expected.');
    expect(messageOf(verification, 'replicas-per-shard')).toContain(
      '1 working replica in every view, within the 1 to 3',
    );
    expect(messageOf(verification, 'replicas-in-sync')).toContain('All 4 replicas');
  });

  it('is not by 5 to 8 shards, nor by 2 to 3 replicas', async () => {
    const changes = { shardCount: { min: 5, max: 8 }, replicasPerShard: { min: 2, max: 3 } };
    const verification = await verify(asDeclared(lab, changes));
    expect(verification.verdict).toBe('fail');
    expect(messageOf(verification, 'shard-count')).toContain('expects 5 to 8 shards; there are 4');
    expect(messageOf(verification, 'replicas-per-shard')).toContain('expects 2 to 3 working replicas per shard');
  });
});

describe('a group of 2 shards', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await labOf(2);
  });
  afterAll(() => lab?.stop());

  it('is not what was asked for by 3 to 8 shards', async () => {
    const verification = await verify(asDeclared(lab));
    expect(outcomes(verification)).toMatchObject({
      'shard-count': 'SHARD_COUNT_WRONG',
      'cluster-state': 'CLUSTER_SIZE_UNEXPECTED',
      'slot-coverage': 'OK',
    });
    expect(messageOf(verification, 'shard-count')).toContain('expects 3 to 8 shards; there are 2');
    expect(messageOf(verification, 'cluster-state')).toContain('cluster_size:2 instead of 3 to 8');
  });
});
