import { describe, expect, test } from 'vitest';
import type { GlobalReplicationGroup } from '../../../../lib/control/elasticache/description.ts';
import {
  disassociatePreconditions,
  failoverPreconditions,
  type GlobalFacts,
} from '../../../../lib/control/elasticache/global/preconditions.ts';
import { description } from '../healthy.ts';

type Facts = { -readonly [Key in keyof GlobalFacts]: GlobalFacts[Key] } & { datastore: GlobalReplicationGroup };

const member = (region: string, Role: string, ReplicationGroupId = 'shop') => ({
  ReplicationGroupId,
  ReplicationGroupRegion: region,
  Role,
  Status: 'associated',
});

/** The primary in Ireland; a secondary of the same name in Ohio, as the service allows it. */
function facts(): Facts {
  return {
    subject: 'replication group "shop" in eu-west-1',
    group: description().group,
    datastore: {
      GlobalReplicationGroupId: 'abcde-shop',
      Status: 'available',
      Members: [member('eu-west-1', 'PRIMARY'), member('us-east-2', 'SECONDARY')],
    },
    tags: [],
  };
}

const linkTokyo = ({ datastore }: Facts) =>
  void datastore.Members?.push(member('ap-northeast-1', 'SECONDARY', 'shop-tokyo'));

const OPERATIONS = [
  ['GLOBAL_FAILOVER', failoverPreconditions],
  ['GLOBAL_DISASSOCIATE', disassociatePreconditions],
] as const;

describe.each(OPERATIONS)('%s', (prefix, preconditions) => {
  test.each<[string, (it: Facts) => unknown]>([
    ['the only secondary is meant', () => undefined],
    [
      'one of two regions is named',
      (it) => {
        linkTokyo(it);
        it.otherRegion = 'us-east-2';
      },
    ],
    [
      'the API spells ids and roles in capitals',
      (it) => {
        it.datastore.Members = [member('eu-west-1', 'Primary', 'SHOP'), member('us-east-2', 'Secondary')];
      },
    ],
    [
      'it is tagged as something that nobody uses',
      (it) => {
        it.tags = [{ Key: 'Environment', Value: 'staging' }];
      },
    ],
  ])('may begin when %s', (_name, change) => {
    const it = facts();
    change(it);
    expect(preconditions(it)).toEqual([]);
  });

  test.each<[string, string, (it: Facts) => unknown, RegExp]>([
    [
      'NOT_PRIMARY',
      'another region is the primary',
      (it) => {
        it.datastore.Members = [member('eu-west-1', 'SECONDARY'), member('us-east-2', 'PRIMARY')];
      },
      /The primary is shop in us-east-2: use the profile and the group of that region/,
    ],
    [
      'NOT_PRIMARY',
      'the API names two primaries',
      (it) => {
        linkTokyo(it);
        it.datastore.Members = it.datastore.Members?.map((one) =>
          one.ReplicationGroupRegion === 'us-east-2' ? { ...one, Role: 'PRIMARY' } : one,
        );
      },
      /names no single primary/,
    ],
    [
      'DATASTORE_BUSY',
      'the datastore is being changed',
      (it) => {
        it.datastore.Status = 'modifying';
      },
      /abcde-shop is modifying: it must be available/,
    ],
    [
      'DATASTORE_BUSY',
      'the API says no state of the datastore',
      (it) => {
        delete it.datastore.Status;
      },
      /in a state that the API does not say/,
    ],
    [
      'MEMBER_NOT_ASSOCIATED',
      'a member is not in sync with the others yet',
      (it) => {
        it.datastore.Members = it.datastore.Members?.map((one) =>
          one.ReplicationGroupRegion === 'us-east-2' ? { ...one, Status: 'associating' } : one,
        );
      },
      /this is not: shop in us-east-2 \(associating\)/,
    ],
    [
      'NO_SECONDARY',
      'the last secondary has left',
      (it) => {
        it.datastore.Status = 'primary-only';
        it.datastore.Members = [member('eu-west-1', 'PRIMARY')];
      },
      /has no secondary\. Link a region first/,
    ],
    [
      'SECONDARY_UNCLEAR',
      'there are two and none is named',
      linkTokyo,
      /No region is named, and the secondaries are: shop in us-east-2 and shop-tokyo in ap-northeast-1\. Give --other-region/,
    ],
    [
      'SECONDARY_UNCLEAR',
      'the region that is named has none',
      (it) => {
        it.otherRegion = 'eu-west-1';
      },
      /The region eu-west-1 is named, and the secondaries are: shop in us-east-2/,
    ],
    [
      'GROUP_BUSY',
      'the group is being changed',
      (it) => {
        it.group.Status = 'snapshotting';
      },
      /is snapshotting: it must be available/,
    ],
    [
      'PRODUCTION',
      'real users use it',
      (it) => {
        it.tags = [{ Key: 'env', Value: 'production' }];
      },
      /tagged env=production: real users use it/,
    ],
  ])('is refused with %s when %s', (code, _name, change, message) => {
    const it = facts();
    change(it);
    const problems = preconditions(it);
    expect(problems.map((problem) => problem.code)).toEqual([`${prefix}_${code}`]);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.overridable).toBe(code === 'PRODUCTION');
  });

  test('is refused where there is no Global Datastore', () => {
    const { datastore: _datastore, ...alone } = facts();
    expect(preconditions(alone)).toMatchObject([{ code: `${prefix}_NOT_MEMBER`, overridable: false }]);
  });

  test('says every reason at once', () => {
    const it = facts();
    it.datastore.Status = 'modifying';
    it.group.Status = 'modifying';
    it.tags = [{ Key: 'env', Value: 'prod' }];
    expect(preconditions(it).map(({ code }) => code)).toEqual([
      `${prefix}_DATASTORE_BUSY`,
      `${prefix}_GROUP_BUSY`,
      `${prefix}_PRODUCTION`,
    ]);
  });
});
