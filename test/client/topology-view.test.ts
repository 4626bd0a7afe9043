import { describe, expect, test } from 'vitest';
import { parseClusterNodes, parseClusterSlots } from '../../lib/client/cluster-view.ts';
import { changesBetween, topologyLine } from '../../lib/client/topology-text.ts';
import {
  agreedMap,
  agreesWith,
  type ClusterMap,
  type Member,
  type NodeView,
  viewOf,
} from '../../lib/client/topology-view.ts';

const member = (name: string, nodeId = name): Member => ({
  key: `${name}:1`,
  host: name,
  port: 1,
  nodeId,
  alternatives: [],
});

interface Claim {
  readonly slots: readonly [number, number];
  readonly primary: Member;
  readonly replicas?: readonly Member[];
  readonly epoch?: number;
}

/** What `speaker` says; all of `present` are counted in. */
function says(
  speaker: string,
  claims: readonly Claim[],
  present: readonly string[] = ['a', 'b', 'c', 'd', 'e'],
): NodeView {
  return {
    nodeId: speaker,
    presentNodeIds: new Set(present),
    owners: claims.map((claim) => ({ replicas: [], epoch: 0, ...claim })),
  };
}

const ownersOf = (map: ClusterMap | undefined) =>
  map?.shards.map((shard) => `${shard.primary.host} ${shard.slots.map((range) => range.join('-')).join(',')}`);
const whole = (primary: string, epoch = 0): Claim[] => [{ slots: [0, 16_383], primary: member(primary), epoch }];

describe('one map from several views', () => {
  test('nobody says anything: there is no map', () => {
    expect(agreedMap([])).toBeUndefined();
    expect(agreedMap([says('a', [])])).toBeUndefined();
  });

  test('all agree', () => {
    const claims = [
      { slots: [0, 8191] as const, primary: member('a') },
      { slots: [8192, 16_383] as const, primary: member('b') },
    ];
    expect(ownersOf(agreedMap([says('a', claims), says('b', claims)]))).toEqual(['a 0-8191', 'b 8192-16383']);
  });

  test('the higher epoch wins, also against the majority: the new primary is the first to know', () => {
    expect(ownersOf(agreedMap([says('a', whole('a', 3)), says('b', whole('a', 3)), says('c', whole('c', 4))]))).toEqual(
      ['c 0-16383'],
    );
  });

  test('a primary that was cut off and does not know of its successor loses', () => {
    expect(
      ownersOf(agreedMap([says('a', whole('a', 3)), says('b', whole('b', 7))], agreedMap([says('a', whole('a', 3))]))),
    ).toEqual(['b 0-16383']);
  });

  describe('once a higher epoch was accepted', () => {
    const before = agreedMap([says('b', whole('b', 7))]);

    test('a former primary that is the only one to answer does not win its slots back', () => {
      const after = agreedMap([says('a', whole('a', 1))], before);
      expect(ownersOf(after)).toEqual(['b 0-16383']);
      expect(after?.shards[0]?.epoch).toBe(7);
      // Nor later, after any number of such answers.
      expect(ownersOf(agreedMap([says('a', whole('a', 1))], after))).toEqual(['b 0-16383']);
    });

    test('its view that came two ways, or without a name, is still one', () => {
      expect(ownersOf(agreedMap([says('a', whole('a', 1)), says('a', whole('a', 1))], before))).toEqual(['b 0-16383']);
      expect(ownersOf(agreedMap([says('', whole('a')), says('', whole('a'))], before))).toEqual(['b 0-16383']);
      const namesTheOwner = [{ slots: [0, 16_383] as const, primary: member('a'), replicas: [member('b')] }];
      const unnamed = says('', namesTheOwner, []);
      expect(ownersOf(agreedMap([unnamed, unnamed], before))).toEqual(['b 0-16383']);
    });

    test('two nodes that agree on an older one are believed', () => {
      expect(ownersOf(agreedMap([says('a', whole('a', 1)), says('c', whole('a', 1))], before))).toEqual(['a 0-16383']);
    });

    test('a cluster that was made anew is believed: nobody in it knows the owner', () => {
      const after = agreedMap([says('a', whole('a', 1), ['a', 'c'])], before);
      expect(ownersOf(after)).toEqual(['a 0-16383']);
      expect(after?.shards[0]?.epoch).toBe(1);
    });

    test('the same owner with an older epoch does not lower what is remembered', () => {
      const after = agreedMap([says('c', whole('b', 3))], before);
      expect(ownersOf(after)).toEqual(['b 0-16383']);
      expect(ownersOf(agreedMap([says('a', whole('a', 5))], after))).toEqual(['b 0-16383']);
      expect(ownersOf(agreedMap([says('a', whole('a', 8))], after))).toEqual(['a 0-16383']);
    });

    test('only the slots in question stay: what moved with a higher epoch moves', () => {
      const split = [
        { slots: [0, 99] as const, primary: member('c'), epoch: 9 },
        { slots: [100, 16_383] as const, primary: member('a'), epoch: 1 },
      ];
      expect(ownersOf(agreedMap([says('a', split)], before))).toEqual(['c 0-99', 'b 100-16383']);
    });
  });

  test('without epochs the majority wins', () => {
    expect(ownersOf(agreedMap([says('a', whole('a')), says('b', whole('b')), says('c', whole('b'))]))).toEqual([
      'b 0-16383',
    ]);
  });

  test('without epochs and without a majority what was known before stays', () => {
    const before = agreedMap([says('x', whole('b'))]);
    expect(ownersOf(agreedMap([says('a', whole('a')), says('b', whole('b'))], before))).toEqual(['b 0-16383']);
  });

  test('one node that is reached two ways has one vote', () => {
    const views = [says('a', whole('a')), says('a', whole('a')), says('b', whole('b')), says('c', whole('b'))];
    expect(ownersOf(agreedMap(views))).toEqual(['b 0-16383']);
  });

  test('views that are split over part of the slots are settled part by part', () => {
    const moved = [
      { slots: [0, 99] as const, primary: member('b'), epoch: 9 },
      { slots: [100, 16_383] as const, primary: member('a'), epoch: 1 },
    ];
    expect(ownersOf(agreedMap([says('a', whole('a', 1)), says('b', moved)]))).toEqual(['b 0-99', 'a 100-16383']);
  });

  test('slots that nobody claims have no owner', () => {
    expect(ownersOf(agreedMap([says('a', [{ slots: [5, 6], primary: member('a') }])]))).toEqual(['a 5-6']);
  });

  test('the shard of one node keeps its slots in ascending order, in whatever order they are told', () => {
    const told = [
      { slots: [200, 300] as const, primary: member('a') },
      { slots: [0, 199] as const, primary: member('a') },
    ];
    expect(ownersOf(agreedMap([says('a', told)]))).toEqual(['a 0-300']);
  });

  test('the list of replicas is the one that most of the winners’ voters give', () => {
    const withReplicas = (replicas: Member[]) => [{ slots: [0, 16_383] as const, primary: member('a'), replicas }];
    const map = agreedMap([
      says('a', withReplicas([member('d')])),
      says('b', withReplicas([member('e')])),
      says('c', withReplicas([member('e')])),
    ]);
    expect(map?.shards[0]?.replicas.map(({ host }) => host)).toEqual(['e']);
  });

  test('a new node under an old name is another member: the id tells', () => {
    const before = agreedMap([says('a', [{ slots: [0, 1], primary: member('name', 'old') }])]);
    const after = agreedMap([says('a', [{ slots: [0, 1], primary: member('name', 'new') }])], before);
    expect(after?.fingerprint).not.toBe(before?.fingerprint);
    expect(after?.members.get('name:1')?.nodeId).toBe('new');
  });
});

describe('who is a member', () => {
  const shard = (replicas: string[]) => [
    { slots: [0, 16_383] as const, primary: member('a'), replicas: replicas.map((name) => member(name)) },
  ];
  const before = agreedMap([says('a', shard(['b']))]);

  test('a node that is in no shard stays a member while the majority counts it in: a replica that synchronises is not listed', () => {
    const after = agreedMap([says('a', shard([]), ['a', 'b']), says('c', shard([]), ['a', 'b'])], before);
    expect([...(after?.members.keys() ?? [])].sort()).toEqual(['a:1', 'b:1']);
  });

  test('a node that the majority does not count in has left', () => {
    const after = agreedMap(
      [says('a', shard([]), ['a']), says('c', shard([]), ['a']), says('d', shard([]), ['a', 'b'])],
      before,
    );
    expect([...(after?.members.keys() ?? [])]).toEqual(['a:1']);
  });

  test('half of the views is no majority', () => {
    const after = agreedMap([says('a', shard([]), ['a']), says('c', shard([]), ['a', 'b'])], before);
    expect([...(after?.members.keys() ?? [])]).toEqual(['a:1']);
  });

  test('a failed primary without a successor stays the owner', () => {
    const after = agreedMap([says('c', shard([]), ['c']), says('d', shard([]), ['d'])], before);
    expect(ownersOf(after)).toEqual(['a 0-16383']);
    expect(after?.members.has('a:1')).toBe(true);
  });

  test('a view that says the same agrees; another owner, another replica or a node counted out is a sign of change', () => {
    const map = before as ClusterMap;
    expect(agreesWith(says('b', shard(['b'])), map)).toBe(true);
    expect(agreesWith(says('b', whole('b')), map)).toBe(false);
    expect(agreesWith(says('b', shard([])), map)).toBe(false);
    expect(agreesWith(says('b', shard(['b']), ['a']), map)).toBe(false);
    expect(agreesWith(says('b', shard(['b']), []), map)).toBe(true);
  });
});

describe('a view from the replies', () => {
  const a = 'a'.repeat(40);
  const b = 'b'.repeat(40);
  const nodes = parseClusterNodes(
    [
      `${a} 10.0.0.1:8500@18500,a.example myself,master - 0 0 12 connected 0-16383`,
      `${b} 10.0.0.2:8501@18501 slave,fail? ${a} 0 0 12 connected`,
      `${'c'.repeat(40)} 10.0.0.3:8502@18502 slave,fail ${a} 0 0 12 disconnected`,
      `${'d'.repeat(40)} :0@0 master,noaddr - 0 0 0 disconnected`,
    ].join('\n'),
  );

  test('epochs, the other address and who is counted in come from CLUSTER NODES; a mere suspicion counts nobody out', () => {
    const view = viewOf(
      parseClusterSlots([[0, 16_383, ['a.example', 8500, a], ['', 8501, b]]]),
      nodes,
      'gateway.example',
    );
    expect(view.nodeId).toBe(a);
    expect([...view.presentNodeIds]).toEqual([a, b]);
    expect(view.owners[0]).toMatchObject({ epoch: 12, primary: { key: 'a.example:8500', alternatives: ['10.0.0.1'] } });
    expect(view.owners[0]?.replicas[0]).toMatchObject({ key: 'gateway.example:8501', alternatives: ['10.0.0.2'] });
  });

  test('without CLUSTER NODES there are no epochs and no ids of who is counted in', () => {
    const view = viewOf(parseClusterSlots([[0, 1, ['h', 1, a]]]), parseClusterNodes(''), 'h');
    expect(view).toMatchObject({ nodeId: '', owners: [{ epoch: 0 }] });
    expect(view.presentNodeIds.size).toBe(0);
  });
});

describe('the topology in words', () => {
  const map = (primary: string, epoch: number, before?: ClusterMap) =>
    agreedMap(
      [
        says(
          'x',
          [
            { slots: [0, 8191], primary: member(primary), replicas: [member('r')], epoch },
            { slots: [8192, 16_383], primary: member('z') },
          ],
          [],
        ),
      ],
      before,
    ) as ClusterMap;

  test('mode, shards, nodes and a preview are in one line', () => {
    expect(topologyLine(map('a', 1))).toBe(
      'cluster, 2 shards, 3 nodes: 0-8191 a:1 (1 replica), 8192-16383 z:1 (0 replicas)',
    );
  });

  test('a change says what moved, what is new and what is gone', () => {
    const before = map('a', 1);
    expect(changesBetween(before, map('b', 2, before))).toEqual([
      'slots 0-8191 moved from a:1 to b:1',
      'new: b:1',
      'gone: a:1',
    ]);
    expect(changesBetween(before, before)).toEqual([]);
  });
});
