import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClusterNodes, parseClusterSlots, parseInfo } from '../../lib/client/cluster-view.ts';

const ID = 'a'.repeat(40);
const OTHER_ID = 'b'.repeat(40);

describe('CLUSTER SLOTS', () => {
  test('a range with a primary and its replicas is read, from strings and from buffers alike', () => {
    const row = [0, 5460, ['10.0.0.1', 6379, ID, []], ['10.0.0.2', 6380, OTHER_ID, ['hostname', 'b.example']]];
    const buffers = [
      0,
      5460,
      [Buffer.from('10.0.0.1'), 6379, Buffer.from(ID)],
      ['10.0.0.2', '6380', OTHER_ID, new Map([['hostname', 'b.example']])],
    ];
    for (const reply of [[row], [buffers]]) {
      const { owners, problems } = parseClusterSlots(reply);
      expect(problems).toEqual([]);
      expect(owners).toEqual([
        {
          slots: [0, 5460],
          primary: { host: '10.0.0.1', port: 6379, nodeId: ID, alternatives: [] },
          replicas: [{ host: '10.0.0.2', port: 6380, nodeId: OTHER_ID, alternatives: ['b.example'] }],
        },
      ]);
    }
  });

  test('a host that is null or "?" is left open: it means the address that was dialled', () => {
    const { owners } = parseClusterSlots([[0, 1, [null, 7000, ID], ['?', 7001, OTHER_ID]]]);
    expect(owners[0]?.primary.host).toBe('');
    expect(owners[0]?.replicas[0]?.host).toBe('');
  });

  test('metadata of RESP3 as an object gives the other address too', () => {
    const { owners } = parseClusterSlots([[0, 1, ['a.example', 7000, ID, { ip: '10.0.0.9', other: 'x' }]]]);
    expect(owners[0]?.primary.alternatives).toEqual(['10.0.0.9']);
  });

  test('an odd row is a problem and hides no other row', () => {
    const good = [0, 1, ['h', 1, ID]];
    const bad = [
      [],
      [0],
      [1, 0, ['h', 1, ID]],
      [0, 16_384, ['h', 1, ID]],
      [0, 1, ['h', 0, ID]],
      [0, 1, ['h', 70_000, ID]],
      [0, 1, 'h'],
      [0, 1, ['h', 1, ID], 7],
      'row',
      null,
      [-1, 2, ['h', 1]],
    ];
    const { owners, problems } = parseClusterSlots([...bad, good]);
    expect(owners).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(bad.map(() => 'CLUSTER_SLOTS_ROW_UNREADABLE'));
  });

  test('a reply that is no list is one problem', () => {
    for (const reply of [undefined, null, 'ERR', 7, {}]) {
      expect(parseClusterSlots(reply).problems.map(({ code }) => code)).toEqual(['CLUSTER_SLOTS_NOT_A_LIST']);
    }
  });
});

describe('CLUSTER NODES', () => {
  const line = `${ID} 10.0.0.1:6379@16379,a.example,shard-id=x myself,master - 0 1700000000000 7 connected 0-5460 5462 [93->-${OTHER_ID}] [77-<-${OTHER_ID}]`;

  test('a primary with its slots, its slots on the move and its name is read', () => {
    const { nodes, problems } = parseClusterNodes(`${line}\n`);
    expect(problems).toEqual([]);
    expect(nodes).toEqual([
      {
        nodeId: ID,
        host: '10.0.0.1',
        port: 6379,
        busPort: 16_379,
        hostname: 'a.example',
        flags: ['myself', 'master'],
        role: 'primary',
        primaryNodeId: '',
        configEpoch: 7,
        linkState: 'connected',
        slots: [
          [0, 5460],
          [5462, 5462],
        ],
        movingSlots: [
          { slot: 93, direction: 'migrating', peerNodeId: OTHER_ID },
          { slot: 77, direction: 'importing', peerNodeId: OTHER_ID },
        ],
      },
    ]);
  });

  test('a replica names its primary; a node without an address, an IPv6 address and "noflags" are read', () => {
    const text = [
      `${OTHER_ID} :0@0 slave,noaddr,fail ${ID} 1 2 3 disconnected`,
      `${ID} fe80::1:6379@16379 noflags - 0 0 0 connected`,
    ].join('\r\n');
    const [replica, bare] = parseClusterNodes(Buffer.from(text)).nodes;
    expect(replica).toMatchObject({ role: 'replica', primaryNodeId: ID, host: '', port: 0, linkState: 'disconnected' });
    expect(bare).toMatchObject({ role: 'unknown', flags: [], host: 'fe80::1', port: 6379 });
  });

  test('an odd line is a problem and hides no other line; an odd slot is a problem of its own', () => {
    const { nodes, problems } = parseClusterNodes(
      `nonsense\n${line} 99999 x-y [1->]\n${ID} nowhere master - 0 0 0 connected\n${ID} h:1@2 master - 0 0 x connected\n${ID} h:1@2 master - 0 0 1 half`,
    );
    expect(nodes).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual([
      'CLUSTER_NODES_ROW_UNREADABLE',
      'CLUSTER_NODES_SLOTS_UNREADABLE',
      'CLUSTER_NODES_SLOTS_UNREADABLE',
      'CLUSTER_NODES_SLOTS_UNREADABLE',
      'CLUSTER_NODES_ROW_UNREADABLE',
      'CLUSTER_NODES_ROW_UNREADABLE',
      'CLUSTER_NODES_ROW_UNREADABLE',
    ]);
  });

  test('a reply that is no text is one problem', () => {
    expect(parseClusterNodes(null).problems.map(({ code }) => code)).toEqual(['CLUSTER_NODES_NOT_TEXT']);
  });
});

describe('INFO', () => {
  test('fields of all sections are read; a value may hold colons', () => {
    const { fields, problems } = parseInfo(
      '# Server\r\nredis_version:7.0.15\r\n\r\n# Cluster\r\ncluster_enabled:1\r\nlistener0:name=tcp,bind=::\r\n',
    );
    expect(problems).toEqual([]);
    expect(Object.fromEntries(fields)).toEqual({
      redis_version: '7.0.15',
      cluster_enabled: '1',
      listener0: 'name=tcp,bind=::',
    });
  });

  test('a line without a colon is a problem, a reply without text is one too', () => {
    expect(parseInfo('a:1\nb').problems.map(({ code }) => code)).toEqual(['INFO_LINE_UNREADABLE']);
    expect(parseInfo(undefined).problems.map(({ code }) => code)).toEqual(['INFO_NOT_TEXT']);
  });
});

test('no input makes a reader throw, and what it returns is in range', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('connected', 'master', '-', '0', '16383', `${ID}`, 'h:1@2', '[1->-x]', '0-16384'),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.array(word), { maxLength: 5 }).map((rows) => rows.map((row) => row.join(' ')).join('\n')),
  );
  const row = fc.array(fc.oneof(fc.integer(), fc.bigInt(), fc.string(), fc.array(fc.anything())), { maxLength: 6 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.array(row),
        text,
        text.map((value) => Buffer.from(value)),
      ),
      (reply) => {
        for (const { slots, primary } of parseClusterSlots(reply).owners) {
          expect(slots[0]).toBeLessThanOrEqual(slots[1]);
          expect(slots[1]).toBeLessThan(16_384);
          expect(primary.port).toBeGreaterThan(0);
        }
        for (const node of parseClusterNodes(reply).nodes)
          expect(node.slots.every(([first, last]) => first <= last && last < 16_384)).toBe(true);
        parseInfo(reply);
      },
    ),
    { numRuns: 500 },
  );
});
