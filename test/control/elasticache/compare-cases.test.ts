/** What is compared when, and how the two sides are read: cases beside the one damage of each row. */
import { describe, expect, test } from 'vitest';
import { compareGroup } from '../../../lib/control/elasticache/compare.ts';
import { type ComparisonDraft, comparison, idOf, topology } from './healthy.ts';
import { all, type Damage, declared, everyServer, everyView, firstNode, group, nodeGroup } from './rows/row.ts';

function compared(...damages: readonly Damage[]) {
  const draft = comparison();
  all(...damages)(draft);
  const results = compareGroup(draft);
  return {
    names: results.map(({ name }) => name),
    of: (check: string) => results.find(({ name }) => name === check),
    notPassed: results.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name),
  };
}

describe('what the servers can tell', () => {
  test('is in the sentence, in their words', () => {
    const told = compareGroup(comparison()).flatMap(({ name, message }) => {
      const [, words] = /, the servers say (.*)\.$/.exec(message) ?? [];
      return words === undefined ? [] : [`${name}: ${words}`];
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "engine: redis",
        "engine-version: 7.0.15",
        "shard-count: 3",
        "replicas-per-shard: 1",
        "cluster-mode: enabled",
        "transit-encryption: on",
        "transit-encryption-mode: required",
        "authentication: that strangers are refused",
        "port: 6379",
        "parameter-maxmemory-policy: volatile-lru",
      ]
    `);
  });

  test('is left out where they did not', () => {
    const silent = { kind: 'silence', reason: 'it was not reached' } as const;
    const { names, of } = compared(
      everyServer((server) => {
        Object.assign(server, { info: silent, clusterNodes: silent });
        delete server.connection.tlsVersion;
      }),
      ({ observation }) =>
        Object.assign(observation, {
          plaintext: { outcome: 'no-answer', detail: '' },
          withoutCredential: { commands: [] },
        }),
    );
    const toldBy = names.filter((name) => of(name)?.message.includes('the servers say'));
    expect(toldBy).toEqual(['port']);
    expect(names.filter((name) => of(name)?.verdict !== 'pass')).toEqual(['node-set']);
  });

  test('of a role that has just moved is the word of the nodes themselves, not of one that has not heard yet', () => {
    const [endpointView] = everyNodeView(comparison());
    expect(endpointView?.find(({ nodeId }) => nodeId.startsWith('d'))?.role).toBe('replica');
    const stale: Damage = ({ observation: { endpoint } }) => {
      if (endpoint.clusterNodes.kind !== 'value') return;
      for (const row of endpoint.clusterNodes.value)
        if (row.nodeId.startsWith('d')) Object.assign(row, { role: 'primary', primaryNodeId: '' });
    };
    expect(compared(stale).notPassed).toEqual([]);
  });

  test('does not count a primary without slots as a shard, nor a failed replica as one', () => {
    const extra = everyView((rows) =>
      rows.push({ ...(rows[0] as (typeof rows)[number]), nodeId: 'f'.repeat(40), slots: [] }),
    );
    expect(compared(extra).of('shard-count')?.verdict).toBe('pass');
    const failed = everyView((rows) => rows[3]?.flags.push('fail'));
    expect(compared(failed).of('replicas-per-shard')?.message).toContain('the servers say 0 and 1');
  });

  test('about sign-in is no contradiction of tokens, and one of none', () => {
    const token = compared(
      declared({ authentication: { kind: 'auth-token' } }),
      group({ UserGroupIds: [], AuthTokenEnabled: true }),
    );
    expect(token.of('authentication')?.verdict).toBe('pass');
    const nobody = compared(declared({ authentication: { kind: 'none' } }), group({ UserGroupIds: [] }));
    expect(nobody.of('authentication')?.verdict).toBe('fail');
  });

  test('about sign-in is nothing while some reads got no answer', () => {
    const half: Damage = ({ observation: { withoutCredential } }) =>
      Object.assign(withoutCredential.commands[0] ?? {}, { answer: { kind: 'silence', reason: 'time-out' } });
    expect(compared(half).of('authentication')?.message).not.toContain('the servers say');
  });
});

describe('names and lists', () => {
  test('are the same in capitals', () => {
    const shout = everyView((rows) => rows.map((row) => Object.assign(row, { hostname: row.hostname.toUpperCase() })));
    expect(compared(shout).notPassed).toEqual([]);
    const shouted: Damage = ({ description }) => {
      for (const { Endpoint: endpoint } of description.nodes.flatMap(({ CacheNodes = [] }) => CacheNodes))
        if (endpoint?.Address !== undefined) endpoint.Address = endpoint.Address.toUpperCase();
    };
    expect(compared(shouted).notPassed).toEqual([]);
  });

  test('of slots are the same in another order', () => {
    const slots = '2000-5460,0-1999';
    const split = everyView(([first]) =>
      Object.assign(first ?? {}, {
        slots: [
          [0, 1999],
          [2000, 5460],
        ],
      }),
    );
    expect(compared(nodeGroup(0, { Slots: slots }), declaredSlots('0-1999,2000-5460'), split).notPassed).toEqual([]);
  });

  test('have a node that only the group knows, whose endpoint is then not told', () => {
    const { of } = compared(({ description }) => description.group.MemberClusters?.push('shop-0001-003'));
    expect(of('node-set')?.message).toContain('does not say the endpoint of shop-0001-003');
  });

  test('have a node that no node group knows, whose zone then says nothing', () => {
    const { of } = compared(({ description }) => description.group.NodeGroups?.[0]?.NodeGroupMembers?.pop());
    expect(of('zone-spread')).toMatchObject({ code: 'ZONES_NOT_TOLD', message: expect.stringContaining(idOf(0, 1)) });
  });

  test('of nodes by address and by name are still counted', () => {
    const { of } = compared(
      everyView((rows) => {
        rows.pop();
        for (const row of rows) row.hostname = '';
      }),
    );
    expect(of('node-set')).toMatchObject({
      code: 'NODE_SETS_DIFFER',
      message: expect.stringContaining('6 nodes by the API, 5 by'),
    });
  });
});

describe('what does not apply is not compared', () => {
  test.each<[string, string, Damage]>([
    ['zone-spread', 'without Multi-AZ', declared({ multiAz: false })],
    ['zone-spread', 'without replicas', declared({ replicasPerShard: 0 })],
    [
      'zones',
      'where only the zone of the primary is declared',
      ({ topology: { nodeGroups = [] } }) => {
        for (const it of nodeGroups) delete it.replicaZones;
      },
    ],
    ['application-user', 'without users', declared({ authentication: { kind: 'auth-token' } })],
    ['default-user', 'without users', declared({ authentication: { kind: 'auth-token' } })],
    ['default-user', 'of a group without users', group({ UserGroupIds: [] })],
    ['user-status', 'of a group without users', group({ UserGroupIds: [] })],
    ['users-without-password', 'of a group without users', group({ UserGroupIds: [] })],
    ['user-status', 'without users', declared({ authentication: { kind: 'auth-token' } })],
    ['users-without-password', 'without users', declared({ authentication: { kind: 'none' } })],
    ['application-keys', 'without users', declared({ authentication: { kind: 'auth-token' } })],
    ['application-commands', 'without users', declared({ authentication: { kind: 'auth-token' } })],
    ['application-channels', 'of a user that is not in the group', ({ description }) => description.users.shift()],
    ['application-commands', 'of a user that is not in the group', ({ description }) => description.users.shift()],
    ['transit-encryption-mode', 'before Redis OSS 7', declared({ engine: 'redis', engineVersion: '6.2' })],
  ])('%s %s', (check, _when, damage) => {
    expect(comparison().topology.nodeGroups).toHaveLength(3);
    expect(compared().names).toContain(check);
    expect(compared(damage).names).not.toContain(check);
  });

  test('the mode of TLS is, for an engine whose version begins with the same digit', () => {
    expect(compared(declared({ engine: 'valkey', engineVersion: '6.2' })).names).toContain('transit-encryption-mode');
  });

  test('the engine log, which came with Redis OSS 6.2', () => {
    const onlySlow = group({ LogDeliveryConfigurations: [{ LogType: 'slow-log', Status: 'active' }] });
    const verdictFor = (engine: 'redis' | 'valkey', engineVersion: string) =>
      compared(declared({ engine, engineVersion }), onlySlow).of('log-delivery')?.verdict;
    expect([verdictFor('redis', '6.0'), verdictFor('redis', '6.2'), verdictFor('valkey', '6.0')]).toEqual([
      'pass',
      'fail',
      'fail',
    ]);
  });
});

describe('the primary that a sentence names', () => {
  test('is the one of the servers', () => {
    const swapped = everyView((rows) => {
      const [primary, replica] = [rows[0], rows[3]];
      Object.assign(replica ?? {}, { role: 'primary', primaryNodeId: '', slots: primary?.slots ?? [] });
      Object.assign(primary ?? {}, { role: 'replica', primaryNodeId: replica?.nodeId ?? '', slots: [] });
    });
    const oneZone: Damage = ({ description }) => {
      for (const node of description.nodes.slice(0, 2)) node.PreferredAvailabilityZone = 'eu-west-1a';
    };
    expect(compared(swapped, oneZone).of('zone-spread')?.message).toContain(`with its primary ${idOf(0, 1)}`);
  });
});

test('declared zones are the same in another order', () => {
  const { nodeGroups = [] } = topology();
  const reversed = nodeGroups.map((it) => ({ ...it, primaryZone: 'eu-west-1b', replicaZones: ['eu-west-1a'] }));
  expect(compared(declared({ nodeGroups: reversed })).of('zones')?.verdict).toBe('pass');
});

test('a status that is not told hides no snapshot', () => {
  expect(compared().of('node-status')?.message).toBe('The nodes are available.');
  expect(compared(firstNode({ CacheClusterStatus: 'snapshotting' })).of('node-status')?.message).toContain('snapshot');
});

function everyNodeView({ observation }: ComparisonDraft) {
  return [observation.endpoint, ...observation.nodes].flatMap(({ clusterNodes }) =>
    clusterNodes.kind === 'value' ? [clusterNodes.value] : [],
  );
}

function declaredSlots(slots: string): Damage {
  return ({ topology: { nodeGroups = [] } }: ComparisonDraft) => void Object.assign(nodeGroups[0] ?? {}, { slots });
}
