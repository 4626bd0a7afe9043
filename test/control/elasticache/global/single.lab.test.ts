/** A Global Datastore without cluster mode: the secondary is a real replica of the other region's primary. */
import { describe, expect, test, vi } from 'vitest';
import { connect } from '../../../../lib/client/connect.ts';
import type { CloudOperation } from '../../../../lib/control/control-plane.ts';
import { elastiCacheControlPlane } from '../../../../lib/control/elasticache/control-plane.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import type { ConnectionProfile, GlobalRole } from '../../../../lib/profile/profile.ts';
import type { Topology } from '../../../../lib/topology/topology.ts';
import { type Verification, verify } from '../../../../lib/verify/run.ts';
import { cutLink, headOf, replicationOf } from '../stand-in/replicated-regions.ts';
import { timeline } from '../stand-in/session.ts';
import { OTHER_REGION, readFrom, WITHOUT_CLUSTER_MODE, writeTo } from '../stand-in/two-regions.ts';
import { globalSession, writesTo } from './session.ts';

const { regions, api, drill } = globalSession('global-failover', WITHOUT_CLUSTER_MODE);

function profileOf({ profile }: Lab, globalRole?: GlobalRole): ConnectionProfile {
  const { globalRole: _former, ...expected } = profile.expected;
  return { ...profile, expected: { ...expected, ...(globalRole === undefined ? {} : { globalRole }) } };
}

function complaints({ checks }: Verification): Record<string, string> {
  const bad = checks.filter(({ verdict }) => verdict !== 'pass');
  return Object.fromEntries(bad.map(({ name, code }) => [name, code]));
}

const seen = (lab: Lab, globalRole?: GlobalRole) => verify(profileOf(lab, globalRole)).then(complaints);

describe('the secondary of the stand-in', () => {
  test('has what is written to the primary, serves it from both its nodes, and refuses writes with READONLY', async () => {
    const { here, there } = regions;
    await api();
    await writeTo(here, 'written-here', 'yes');
    await vi.waitFor(async () => expect(await readFrom(there, 'written-here')).toBe('yes'), 5_000);
    const { readerEndpoint = there.profile.endpoint, tls } = there.profile;
    const reader = { ...there.profile, endpoint: readerEndpoint, tls: { ...tls, serverName: readerEndpoint.host } };
    await vi.waitFor(
      async () => expect(await readFrom({ ...there, profile: reader }, 'written-here')).toBe('yes'),
      5_000,
    );
    expect(await writesTo(there)).toMatchObject({
      asked: 64,
      accepted: 0,
      refused: 64,
      words: expect.stringMatching(/^READONLY/),
    });
    const head = await replicationOf(there);
    expect(head.get('master_host')).toBe(headOf(here).host);
    expect(head.get('connected_slaves')).toBe('1');
  });
});

describe('redoubt’s client', () => {
  test('leaves a server that refuses writes only when the rest has been refused as well, so that none is unknown', async () => {
    await api();
    const client = await connect(regions.there.profile, { log: 'silent', retryForMs: 1_000 });
    const counts = Array.from({ length: 200 }, (_, index) => client.incr(`counted-${index}`));
    const errors = (await Promise.allSettled(counts)).map((one) => (one.status === 'rejected' ? one.reason : one));
    client.disconnect();
    expect(new Set(errors.map(({ name }) => name))).toEqual(new Set(['NotAppliedError']));
    expect(errors.filter(({ message }) => !message.includes('READONLY'))).toEqual([]);
  });
});

describe('verify of a region', () => {
  test('passes a secondary and its primary, whose count of replicas holds the other region', async () => {
    const { here, there } = regions;
    await api();
    await vi.waitFor(async () => expect(await seen(there, 'secondary')).toEqual({}), 15_000);
    const { checks } = await verify(profileOf(here, 'primary'));
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(checks.find(({ name }) => name === 'replicas-per-shard')?.message).toContain('links of other regions');
  });

  test('that does not say its role fails, because it is not what a group of its own would be', async () => {
    const { here, there } = regions;
    await api();
    expect(await seen(there)).toEqual({
      'endpoint-roles': 'PRIMARY_ENDPOINT_LEADS_TO_REPLICA',
      'replicas-per-shard': 'REPLICAS_NOT_TOLD',
      'hash-tagged-lua': 'LUA_FAILED',
    });
    expect(await seen(here)).toEqual({ 'replicas-per-shard': 'REPLICAS_TOO_MANY' });
  });

  test('fails a secondary that is not linked to the other region', async () => {
    await api();
    await cutLink(regions.there);
    expect(await seen(regions.there, 'secondary')).toEqual({ 'replicas-in-sync': 'REPLICA_NOT_IN_SYNC' });
  });

  test('fails a secondary that takes writes', async () => {
    // Its own replica has to find that out first.
    await vi.waitFor(
      async () =>
        expect(await seen(regions.there, 'secondary')).toEqual({
          'endpoint-roles': 'SECONDARY_LEADS_TO_PRIMARY',
          'replicas-in-sync': 'REPLICATION_NOT_TOLD',
          'writes-refused': 'SECONDARY_TAKES_WRITES',
        }),
      15_000,
    );
  });

  test('fails a secondary whose replica is gone, and one whose names are swapped', async () => {
    const { there } = regions;
    const { standIn } = await api();
    const { profile } = there;
    const { readerEndpoint = profile.endpoint, tls } = profile;
    const swapped = {
      ...profileOf(there, 'secondary'),
      endpoint: readerEndpoint,
      readerEndpoint: profile.endpoint,
      tls: { ...tls, serverName: readerEndpoint.host },
    };
    expect(complaints(await verify(swapped))['endpoint-roles']).toBe('PRIMARY_ENDPOINT_LEADS_TO_REPLICA');
    const head = headOf(there);
    await there.crash(there.nodes().find(({ id }) => id !== head.id)?.id as string);
    await vi.waitFor(
      async () =>
        expect(await seen(there, 'secondary')).toEqual({
          'endpoint-roles': 'READER_ENDPOINT_LEADS_TO_PRIMARY',
          'replicas-per-shard': 'REPLICAS_MISSING',
          'replicas-in-sync': 'REPLICATION_NOT_TOLD',
        }),
      15_000,
    );
    // Only a primary gets a node back.
    await standIn.close();
    await there.heal();
  });
});

describe('drift of a region', () => {
  const compared = async (lab: Lab, replicationGroupId: string, region: string, globalRole: GlobalRole) => {
    const { standIn } = await api();
    const { observation } = await verify(profileOf(lab, globalRole));
    const topology = { ...lab.topology, port: lab.profile.endpoint.port } as Topology;
    const controlPlane = elastiCacheControlPlane({ replicationGroupId, region, endpoint: standIn.endpoint });
    const results = await controlPlane.compare({ topology, observation, globalRole });
    await standIn.close();
    return results.filter(({ verdict }) => verdict !== 'pass').map(({ code }) => code);
  };

  test('finds both regions as declared, and the one that is taken for the other', async () => {
    const { here, there } = regions;
    expect(await compared(here, 'orders', 'eu-west-1', 'primary')).toEqual([]);
    expect(await compared(there, 'orders-ohio', OTHER_REGION, 'secondary')).toEqual([]);
    expect(await compared(there, 'orders-ohio', OTHER_REGION, 'primary')).toEqual(['DRIFT_GLOBAL_ROLE']);
  });
});

describe('global-failover without cluster mode', () => {
  test('makes the other region take writes and this one copy it, and ends as it began with what was written in both', async () => {
    const { here, there } = regions;
    let meanwhile: unknown;
    const { operation } = await api(
      {},
      {
        writes: async () => {
          const answers = await writesTo(here);
          if (answers.accepted === 0 && meanwhile === undefined) {
            meanwhile = {
              there: await writesTo(there),
              asSecondary: await seen(here, 'secondary'),
              before: await readFrom(there, 'written-before'),
            };
            await writeTo(there, 'written-in-ohio', 'yes');
          }
          return answers;
        },
      },
    );
    expect(await operation.preconditions()).toEqual([]);
    await writeTo(here, 'written-before', 'yes');
    const { lines, context } = timeline();
    await operation.run(context);
    expect(meanwhile).toEqual({ there: { asked: 64, accepted: 64, refused: 0 }, asSecondary: {}, before: 'yes' });
    expect(await readFrom(here, 'written-before')).toBe('yes');
    expect(await readFrom(here, 'written-in-ohio')).toBe('yes');
    expect(await writesTo(there)).toMatchObject({ accepted: 0, refused: 64 });
    expect(lines.find((line) => line.startsWith('complete'))).toContain(
      "refuse 64 (READONLY You can't write against a read only replica.",
    );
  });

  test('as a drill loses nothing that was acknowledged; redoubt waits, a client that does not is refused', async () => {
    const { result } = await drill({});
    expect(result.verdict, JSON.stringify(result)).toBe('pass');
    const [redoubt, naive] = result.clients;
    expect(redoubt).toMatchObject({ operations: { fail: 0, unknown: 0 }, lostAcknowledgedWrites: 0, recovered: true });
    expect(redoubt?.outageMs.total).toBeGreaterThan(500);
    expect(naive?.operations.fail).toBeGreaterThan(50);
    expect(naive).toMatchObject({ lostAcknowledgedWrites: 0, recovered: true });
  });

  test('as a drill counts the acknowledged writes that had not been copied, and does not hold them against the client', async () => {
    const link = { isCut: false };
    const progress = (line: string) => {
      if (link.isCut || !line.startsWith('load:')) return;
      link.isCut = true;
      cutting = cutLink(regions.there);
    };
    let cutting: Promise<void> | undefined;
    const { result } = await drill({ clients: ['redoubt'], progress, warmUpMs: 3_000 });
    await cutting;
    expect(result.clients[0]?.lostAcknowledgedWrites).toBeGreaterThan(0);
    expect(result.verdict, JSON.stringify(result)).toBe('pass');
  });
});

describe('global-disassociate without cluster mode', () => {
  test('leaves a group of its own that holds what was written, takes writes and copies nobody', async () => {
    const { here, there } = regions;
    const { controlPlane } = await api();
    await writeTo(here, 'written-before-leaving', 'yes');
    const operation = controlPlane.operations.find(({ name }) => name === 'global-disassociate') as CloudOperation;
    await operation.run(timeline().context);
    expect(await readFrom(there, 'written-before-leaving')).toBe('yes');
    expect(await writesTo(there)).toMatchObject({ accepted: 64 });
    await writeTo(here, 'written-after-leaving', 'yes');
    expect(await readFrom(there, 'written-after-leaving')).toBeNull();
    await vi.waitFor(async () => expect(await seen(there)).toEqual({}), 15_000);
    expect(await seen(there, 'secondary')).toMatchObject({ 'writes-refused': 'SECONDARY_TAKES_WRITES' });
    expect(await seen(here)).toEqual({});
  });

  test('as a drill hurts no client of the primary', async () => {
    const { result } = await drill({ scenario: 'global-disassociate', watchMs: 2_000 });
    expect(result.verdict, JSON.stringify(result)).toBe('pass');
    expect(result.clients.map(({ operations }) => [operations.fail, operations.unknown])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
