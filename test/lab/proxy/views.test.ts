import { describe, expect, test } from 'vitest';
import { mergeViews, readClusterNodes } from '../../../lib/lab/proxy/cluster-view.ts';
import { singleServerInfo, sumOfKeyspaces } from '../../../lib/lab/proxy/info-text.ts';
import { choosePrimary, pairTopology, readReplication } from '../../../lib/lab/proxy/replication-view.ts';

const A = { host: '127.0.0.1', port: 1 };
const B = { host: '127.0.0.2', port: 1 };
const C = { host: '127.0.0.3', port: 1 };

function viewOf(answeredAt: typeof A, ...lines: string[]) {
  return readClusterNodes(lines.join('\n'), answeredAt);
}

describe('the cluster, from what its nodes say', () => {
  test('a node says where it is by being asked there', () => {
    expect(viewOf(A, 'id1 :1@2 myself,master - 0 0 5 connected 0-3 7')).toEqual([
      {
        address: A,
        isPrimary: true,
        hasFailed: false,
        epoch: 5,
        slots: [
          [0, 3],
          [7, 7],
        ],
      },
    ]);
  });

  test('nodes without an address, in handshake, or unreadable are left out', () => {
    expect(
      viewOf(
        A,
        'id :0@0 master,noaddr - 0 0 1 connected',
        'id 1.1.1.1:5@6 handshake - 0 0 0 connected',
        'nonsense',
        '',
      ),
    ).toEqual([]);
  });

  test('a host with colons and an announced name are understood', () => {
    const [node] = viewOf(A, 'id ::1:6379@16379,name.example slave id2 0 0 1 connected');
    expect(node).toMatchObject({ address: { host: '::1', port: 6379 }, isPrimary: false });
  });

  test('the claim with the highest epoch wins, whoever reports it and in whatever order', () => {
    const old = viewOf(
      A,
      'a 127.0.0.1:1@2 myself,master - 0 0 1 connected 0-16383',
      'b 127.0.0.2:1@2 slave a 0 0 1 connected',
    );
    const current = viewOf(
      C,
      'a 127.0.0.1:1@2 slave b 0 0 7 connected',
      'b 127.0.0.2:1@2 master - 0 0 7 connected 0-16383',
    );
    for (const views of [
      [old, current],
      [current, old],
      [old, old, current],
    ]) {
      expect(mergeViews(views).shards).toEqual([{ slots: [[0, 16383]], primary: B }]);
    }
  });

  test('shards are ordered by slot and keep slots that nobody owns apart', () => {
    const view = viewOf(
      A,
      'a 127.0.0.1:1@2 myself,master - 0 0 1 connected 100-200',
      'b 127.0.0.2:1@2 master - 0 0 2 connected 0-50 300',
    );
    expect(mergeViews([view]).shards).toEqual([
      {
        slots: [
          [0, 50],
          [300, 300],
        ],
        primary: B,
      },
      { slots: [[100, 200]], primary: A },
    ]);
  });

  test('a node that any other has marked as failed is no member', () => {
    const view = viewOf(
      A,
      'a 127.0.0.1:1@2 myself,master - 0 0 1 connected 0-16383',
      'b 127.0.0.2:1@2 slave,fail a 0 0 1 disconnected',
    );
    expect([...mergeViews([view]).members]).toEqual(['127.0.0.1:1']);
  });
});

describe('the pair, from what its nodes say', () => {
  const primary = (address: typeof A, replicationId: string, predecessorId = '0'.repeat(40)) =>
    readReplication(`role:master\r\nmaster_replid:${replicationId}\r\nmaster_replid2:${predecessorId}\r\n`, address);
  const replica = (address: typeof A) =>
    readReplication('role:slave\r\nmaster_replid:x\r\nmaster_replid2:0\r\n', address);

  test('the one that says it is the primary is', () => {
    expect(choosePrimary([primary(A, 'x'), replica(B)], undefined)).toEqual(A);
  });

  test('of two, the one that has taken over from the other is, whoever was it before', () => {
    expect(choosePrimary([primary(A, 'x'), primary(B, 'y', 'x')], A)).toEqual(B);
    expect(choosePrimary([primary(B, 'y', 'x'), primary(A, 'x')], undefined)).toEqual(B);
  });

  test('of two without succession the one so far stays', () => {
    expect(choosePrimary([primary(A, 'x'), primary(B, 'y')], B)).toEqual(B);
  });

  test('there is none while nobody says so, and then no shard', () => {
    expect(choosePrimary([replica(A), replica(B)], A)).toBeUndefined();
    expect(pairTopology([replica(A)], undefined)).toEqual({ shards: [], members: new Set(['127.0.0.1:1']) });
  });
});

describe('INFO behind a single endpoint', () => {
  const text = [
    '# Server',
    'redis_mode:cluster',
    'tcp_port:20000',
    '# Replication',
    'role:master',
    'slave0:ip=127.0.0.9,port=1',
    '# Cluster',
    'cluster_enabled:1',
    '# Keyspace',
    'db0:keys=1,expires=0,avg_ttl=0',
    '',
  ].join('\r\n');

  test('tells neither of a cluster nor where nodes are, and counts the keys of all shards', () => {
    const shown = singleServerInfo(text, 10_000, [
      '# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n',
      'db0:keys=2,expires=1,avg_ttl=30\r\n',
      '',
    ]);
    expect(shown.split('\r\n')).toEqual([
      '# Server',
      'redis_mode:standalone',
      'tcp_port:10000',
      '# Replication',
      'role:master',
      '# Cluster',
      'cluster_enabled:0',
      '# Keyspace',
      'db0:keys=3,expires=1,avg_ttl=30',
      '',
    ]);
  });

  test('an empty database has no line, and a section without keys stays as it is', () => {
    expect(sumOfKeyspaces(['# Keyspace\r\n'])).toBeUndefined();
    expect(singleServerInfo('# Cluster\r\ncluster_enabled:1\r\n', 1, [])).toBe('# Cluster\r\ncluster_enabled:0\r\n');
  });
});
