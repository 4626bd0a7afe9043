import { describe, expect, test } from 'vitest';
import type { Event } from '../../../lib/control/elasticache/description.ts';
import {
  chosenNodeGroups,
  type FailoverFacts,
  failoverPreconditions,
} from '../../../lib/control/elasticache/failover-preconditions.ts';
import { clusterProfile, healthyCluster } from '../../verify/healthy.ts';
import { description, NOW } from './healthy.ts';

const SUBJECT = 'replication group "shop" in eu-west-1';

type Facts = { -readonly [Key in keyof FailoverFacts]: FailoverFacts[Key] };

function facts(): Facts {
  return {
    subject: SUBJECT,
    group: description().group,
    events: [],
    tags: [],
    servers: { profile: clusterProfile(), observation: healthyCluster() },
    now: NOW,
  };
}

const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const event = (SourceIdentifier: string, Message: string, minutes: number): Event => ({
  SourceIdentifier,
  Message,
  Date: minutesAgo(minutes),
});
const called = (group: string, nodeGroup: string, minutes: number) =>
  event(group, `Test Failover API called for node group ${nodeGroup}`, minutes);
const promoted = (minutes: number) =>
  event('shop-0001-001', 'Failover from primary node shop-0001-001 to replica node shop-0001-002 completed', minutes);
const recovering = (minutes: number) => event('shop-0001-001', 'Recovering cache nodes 0001', minutes);
const recovered = (minutes: number) => event('shop-0001-001', 'Finished recovery for cache nodes 0001', minutes);
const elsewhere = (count: number, minutes: number) =>
  Array.from({ length: count }, (_, index) => called(`other-${index}`, '0001', minutes));

describe('a healthy group', () => {
  test('may be tested', () => {
    expect(failoverPreconditions(facts())).toEqual([]);
  });

  test('may be tested when the servers cannot be asked', () => {
    const { servers: _servers, ...rest } = facts();
    expect(failoverPreconditions(rest)).toEqual([]);
  });

  test('may be tested again when a test within the hour is over', () => {
    const events = [called('shop', '0001', 30), promoted(29), recovering(28), recovered(20)];
    expect(failoverPreconditions({ ...facts(), events })).toEqual([]);
  });

  test('is not held up for ever by a recovery that was never told', () => {
    expect(failoverPreconditions({ ...facts(), events: [called('shop', '0001', 61), recovering(61)] })).toEqual([]);
  });

  test('may use up the quota exactly', () => {
    expect(failoverPreconditions({ ...facts(), events: elsewhere(12, 600) })).toEqual([]);
  });
});

interface Row {
  readonly when: string;
  readonly change: (facts: Facts) => unknown;
  readonly code: string;
  readonly says: RegExp;
  readonly overridable?: true;
}

const ROWS: readonly Row[] = [
  {
    when: 'the group is being modified',
    change: ({ group }) => Object.assign(group, { Status: 'modifying' }),
    code: 'TEST_FAILOVER_GROUP_BUSY',
    says: /is modifying: it must be available/,
  },
  {
    when: 'a chosen node group is being modified',
    change: ({ group }) => void Object.assign(group.NodeGroups?.[1] ?? {}, { Status: 'modifying' }),
    code: 'TEST_FAILOVER_NODE_GROUP_BUSY',
    says: /node group 0002 \(modifying\)/,
  },
  {
    when: 'automatic failover is off',
    change: ({ group }) => Object.assign(group, { AutomaticFailover: 'disabled' }),
    code: 'TEST_FAILOVER_SWITCHED_OFF',
    says: /is disabled: it must be enabled/,
  },
  {
    when: 'a node group does not exist',
    change: (it) => Object.assign(it, { nodeGroupIds: ['0001', '0009'] }),
    code: 'TEST_FAILOVER_NODE_GROUP_UNKNOWN',
    says: /no node group 0009; it has 0001, 0002 and 0003/,
  },
  {
    when: 'the API lists no node group',
    change: ({ group }) => Object.assign(group, { NodeGroups: [] }),
    code: 'TEST_FAILOVER_NODE_GROUP_UNKNOWN',
    says: /lists no node group/,
  },
  {
    when: 'a shard has no replica',
    change: ({ group }) => group.NodeGroups?.[2]?.NodeGroupMembers?.pop(),
    code: 'TEST_FAILOVER_NO_REPLICA',
    says: /in node group 0003/,
  },
  {
    when: 'a replica is behind, by the word of the servers',
    change: ({ servers }) => {
      const info = servers?.observation.nodes[3]?.info;
      if (info?.kind === 'value') Object.assign(info.value, { master_link_status: 'down' });
    },
    code: 'TEST_FAILOVER_REPLICAS_BEHIND',
    says: /has no link to its primary/,
  },
  {
    when: 'the servers do not tell of their replicas',
    change: ({ servers }) => {
      for (const node of servers?.observation.nodes ?? [])
        Object.assign(node, { info: { kind: 'silence', reason: 'not reached' } });
    },
    code: 'TEST_FAILOVER_REPLICAS_NOT_SEEN',
    says: /told of 0 of 3 replicas/,
    overridable: true,
  },
  {
    when: 'a test is under way',
    change: (it) => Object.assign(it, { events: [called('shop', '0001', 5), promoted(4), recovering(3)] }),
    code: 'TEST_FAILOVER_UNDER_WAY',
    says: /0001 \("Test Failover API called for node group 0001"\)/,
  },
  {
    when: 'a node is being replaced after a failover that nobody asked for',
    change: (it) => Object.assign(it, { events: [promoted(4), recovering(3)] }),
    code: 'TEST_FAILOVER_UNDER_WAY',
    says: /0001 \(a node is being replaced\)/,
  },
  {
    when: 'other groups of the account have used the quota',
    change: (it) => Object.assign(it, { events: [...elsewhere(2, 1_200), ...elsewhere(11, 600)] }),
    code: 'TEST_FAILOVER_QUOTA',
    says: /lets an account test 15 node groups in 24 hours; 13 have been, and 3 more are wanted.*until 2026-06-01T16:00:00\.000Z/,
  },
  {
    when: 'more node groups are wanted than the quota has',
    change: ({ group }) =>
      Object.assign(group, {
        NodeGroups: Array.from({ length: 16 }, (_, index) => ({
          ...group.NodeGroups?.[0],
          NodeGroupId: String(index + 1).padStart(4, '0'),
        })),
      }),
    code: 'TEST_FAILOVER_QUOTA',
    says: /0 have been, and 16 more are wanted\. Choose fewer node groups\./,
  },
  {
    when: 'it is tagged as production',
    change: (it) => Object.assign(it, { tags: [{ Key: 'Environment', Value: 'Production' }] }),
    code: 'TEST_FAILOVER_PRODUCTION',
    says: /tagged Environment=Production/,
    overridable: true,
  },
  {
    when: 'it is tagged so in another way',
    change: (it) => Object.assign(it, { tags: [{ Key: 'stage', Value: 'prod-eu' }] }),
    code: 'TEST_FAILOVER_PRODUCTION',
    says: /tagged stage=prod-eu/,
    overridable: true,
  },
];

describe('a test must not begin', () => {
  test.each(ROWS)('when $when', ({ change, code, says, overridable }) => {
    const changed = facts();
    change(changed);
    expect(failoverPreconditions(changed)).toMatchObject([
      { code, message: expect.stringMatching(says), overridable: overridable ?? false },
    ]);
  });

  test('for all its reasons at once', () => {
    const changed = facts();
    for (const { change } of ROWS.slice(0, 3)) change(changed);
    changed.tags = [{ Key: 'env', Value: 'prod' }];
    expect(failoverPreconditions(changed).map(({ code }) => code)).toEqual([
      'TEST_FAILOVER_GROUP_BUSY',
      'TEST_FAILOVER_SWITCHED_OFF',
      'TEST_FAILOVER_NODE_GROUP_BUSY',
      'TEST_FAILOVER_PRODUCTION',
    ]);
  });
});

describe('it may begin', () => {
  test.each<[string, (facts: Facts) => unknown]>([
    [
      'when what is wrong is in a node group that was not chosen',
      (it) => {
        it.group.NodeGroups?.[2]?.NodeGroupMembers?.pop();
        Object.assign(it.group.NodeGroups?.[2] ?? {}, { Status: 'modifying' });
        it.nodeGroupIds = ['0001'];
      },
    ],
    [
      'when the tag says something else',
      (it) =>
        Object.assign(it, {
          tags: [
            { Key: 'Environment', Value: 'staging' },
            { Key: 'product', Value: 'shop' },
          ],
        }),
    ],
    [
      'when another group of the account is being tested',
      (it) => Object.assign(it, { events: [called('other', '0001', 1)] }),
    ],
    ['when the calls that filled the quota are a day old', (it) => Object.assign(it, { events: elsewhere(15, 1_441) })],
  ])('%s', (_when, change) => {
    const changed = facts();
    change(changed);
    expect(failoverPreconditions(changed)).toEqual([]);
  });
});

test('node groups are counted in the order of their slots, as the shards of a drill are', () => {
  const { group } = description();
  const [first, second, third] = group.NodeGroups ?? [];
  group.NodeGroups = [
    { ...third, Slots: '5462-10922' },
    { ...second, Slots: '0-5460' },
    { ...first, Slots: '10923-16383,5461' },
  ];
  const ids = (ofGroup: typeof group) => chosenNodeGroups(ofGroup).map(({ NodeGroupId }) => NodeGroupId);
  expect(ids(group)).toEqual(['0002', '0001', '0003']);
  for (const nodeGroup of group.NodeGroups) delete nodeGroup.Slots;
  expect(ids(group)).toEqual(['0001', '0002', '0003']);
});
