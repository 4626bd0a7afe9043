import type { User, UserGroup } from '../../../../lib/control/elasticache/description.ts';
import { APPLICATION_ACCESS } from '../healthy.ts';
import { all, type Damage, declared, drifts, group, passes, type Row, rowsOf, untold } from './row.ts';

const user =
  (index: number, change: Partial<User>): Damage =>
  ({ description }) =>
    void Object.assign(description.users[index] ?? {}, change);
const application = (AccessString: string): Damage => user(0, { AccessString });
const asDefault = (AccessString: string): Damage => user(1, { AccessString });
const another =
  (change: Partial<User>): Damage =>
  ({ description }) =>
    void description.users.push({ UserName: 'guest', Status: 'active', AccessString: 'on ~* +@all', ...change });
const userGroup =
  (change: Partial<UserGroup>): Damage =>
  ({ description }) =>
    void Object.assign(description.userGroups[0] ?? {}, change);
const withoutUsers: Damage = ({ description }) => void Object.assign(description, { users: undefined });
const withoutGroups: Damage = ({ description }) => void Object.assign(description, { userGroups: undefined });
const denied =
  (action: 'DescribeUsers' | 'DescribeUserGroups'): Damage =>
  ({ description }) =>
    void Object.assign(description.unread, { [action]: `Allow \`elasticache:${action}\`.` });
const mayDo = (accessString: string) =>
  declared({ authentication: { kind: 'rbac', userName: 'application', credential: 'password', accessString } });

export const USER_ROWS: readonly Row[] = [
  ...rowsOf(
    'user-status',
    drifts(
      'the user group is changing',
      userGroup({ Status: 'modifying' }),
      /user group shop-redis-users is modifying/,
      'USER_NOT_ACTIVE',
    ),
    drifts(
      'a user is changing',
      user(0, { Status: 'modifying' }),
      /user "application" is modifying/,
      'USER_NOT_ACTIVE',
    ),
    drifts(
      'a user is about to come',
      userGroup({ PendingChanges: { UserIdsToAdd: ['guest'] } }),
      /shop-redis-users is about to get guest/,
      'USER_NOT_ACTIVE',
    ),
    drifts(
      'a user is about to go',
      userGroup({ PendingChanges: { UserIdsToRemove: ['shop-app'] } }),
      /shop-redis-users is about to lose shop-app/,
      'USER_NOT_ACTIVE',
    ),
    untold(withoutUsers),
    untold(withoutGroups),
    untold(group({ UserGroupIds: undefined })),
    untold(({ description }) => description.userGroups.pop(), /does not say \(DescribeUserGroups\)/),
    untold(user(0, { Status: undefined }), /does not say it of user "application"/),
    untold(all(withoutGroups, denied('DescribeUserGroups')), /Allow `elasticache:DescribeUserGroups`/),
  ),
  ...rowsOf(
    'application-user',
    drifts(
      'it was taken out of the user group',
      ({ description }) => description.users.shift(),
      /"application" with password is declared, the group's users by the API are "default"/,
    ),
    drifts(
      'it signs in otherwise',
      user(0, { Authentication: { Type: 'iam' } }),
      /password is declared, .* says iam and on/,
    ),
    drifts('it is off', application('off ~* +@all'), /the API says password and off/),
    passes(
      'it signs in with IAM, as declared',
      all(
        declared({ authentication: { kind: 'rbac', userName: 'application', credential: 'iam' } }),
        user(0, { Authentication: { Type: 'iam' } }),
      ),
      /with iam is declared, the API says iam and on/,
    ),
    untold(withoutUsers),
    untold(all(withoutUsers, denied('DescribeUsers')), /Allow `elasticache:DescribeUsers`/),
    untold(user(0, { Authentication: undefined })),
    untold(user(0, { AccessString: undefined })),
  ),
  ...rowsOf(
    'default-user',
    drifts('it is on', asDefault('on ~* +@all'), /off is declared, the API says on \(keys ~\*; commands \+@all\)/),
    drifts(
      'it is on, and a word that may be a password is not repeated',
      asDefault('on ~* +get >what-nobody-should-read'),
      /on \(keys ~\*; commands -@all \+get; word 4 not understood\)/,
    ),
    drifts('it is on, with one command', asDefault('on ~* -@all +ping'), /the API says on/),
    drifts('it is on, with a selector', asDefault('on -@all (~a +get)'), /the API says on/),
    passes('it is on and may do nothing', asDefault('on ~* -@all'), /no command that it may use/),
    passes('there is none', ({ description }) => description.users.pop(), /the group has none/),
    untold(withoutUsers),
    untold(user(1, { AccessString: undefined })),
  ),
  ...rowsOf(
    'users-without-password',
    drifts('somebody needs none', another({ Authentication: { Type: 'no-password' } }), /"guest" needs no password/),
    drifts('the switched-off user needs none', user(1, { Authentication: { Type: 'no-password' } }), /"default" needs/),
    passes('somebody else signs in with IAM', another({ Authentication: { Type: 'iam' } }), /"default" and "guest"/),
    untold(withoutUsers),
    untold(user(1, { Authentication: undefined }), /does not say it of "default"/),
  ),
];

export const RIGHTS_ROWS: readonly Row[] = [
  ...rowsOf(
    'application-keys',
    drifts(
      'other keys are allowed',
      all(mayDo('on ~shop:* +@read'), application('on ~shop:* ~bank:* -@all +@read')),
      /~shop:\* is declared, the API says ~bank:\* ~shop:\*\. Deploy again/,
    ),
    drifts(
      'keys may only be read',
      application(APPLICATION_ACCESS.replace('~*', '%R~*')),
      /~\* is declared, the API says %R~\*/,
    ),
    passes(
      'they are written in another way',
      application(APPLICATION_ACCESS.replace('~*', 'allkeys')),
      /the API says ~\*/,
    ),
    untold(withoutUsers),
    untold(user(0, { AccessString: undefined })),
  ),
  ...rowsOf(
    'application-channels',
    drifts(
      'they were taken',
      application(APPLICATION_ACCESS.replace('&*', 'resetchannels')),
      /&\* is declared, the API says none/,
    ),
    drifts('nothing is said of them, which is none', application('on ~* +@all'), /&\* is declared, the API says none/),
    passes(
      'nothing is said of them before Redis OSS 7, which is all',
      all(declared({ engineVersion: '6.2' }), application('on ~* +@all')),
      /&\* is declared, the API says &\*/,
    ),
    passes(
      'nothing is said of them and the parameter gives all',
      all(declared({ parameters: { 'acl-pubsub-default': 'allchannels' } }), application('on ~* +@all')),
      /&\* is declared, the API says &\*/,
    ),
    passes(
      'none are declared and none are said',
      all(mayDo('on ~* +@read'), application('on ~* resetchannels -@all +@read')),
      /none is declared, the API says none/,
    ),
    untold(withoutUsers),
  ),
  ...rowsOf(
    'application-commands',
    drifts(
      'administration was allowed',
      application(`${APPLICATION_ACCESS} +config +flushall`),
      /is declared, the API says ".*\+flushall": it may also use config and flushall\. Deploy again/,
    ),
    drifts(
      'everything was allowed',
      application('on ~* &* +@all'),
      /it may also use bgrewriteaof, bgsave, config, debug, flushall, flushdb and \d\d more\. Deploy again/,
    ),
    drifts('a command was taken', application(`${APPLICATION_ACCESS} -eval`), /: it may not use eval\./),
    drifts(
      'some are more and some are fewer',
      all(mayDo('on ~* +get'), application('on ~* -@all +set')),
      /it may also use set; it may not use get/,
    ),
    drifts(
      'cluster clients of Redis OSS 6 cannot read the topology',
      all(declared({ engineVersion: '6.2' }), application(APPLICATION_ACCESS.replace(' +cluster|slots', ''))),
      /it may not use cluster\|slots/,
    ),
    passes(
      'the service wrote them anew',
      all(
        mayDo('on ~app::* +@read'),
        application(
          'on ~app::* -@all +@read +@hash +@bitmap +@geo -setbit -bitfield -hset -hsetnx -hmset -hincrby -hincrbyfloat -hdel -bitop -geoadd -georadius -georadiusbymember',
        ),
      ),
      /allows the same; of geosearchstore it does not tell/,
    ),
    passes('they are written in another order', application(`${APPLICATION_ACCESS} +info`), /which allows the same\.$/),
    untold(withoutUsers),
    untold(user(0, { AccessString: undefined })),
  ),
  ...rowsOf(
    'application-selectors',
    drifts(
      'there is one that nobody declared',
      application(`${APPLICATION_ACCESS} (~a +get)`),
      /none is declared, .*\(keys ~a/,
    ),
    passes(
      'they are the declared ones',
      all(mayDo('on ~a +get (~b +get)'), application('on ~a -@all +get (~b resetchannels -@all +get)')),
      /the API says \(keys ~b/,
    ),
    untold(
      all(mayDo('on ~a +get (~b +@read)'), application('on ~a +get (~b -@all +@read +@hash -hset)')),
      /compare them by hand/,
      'APPLICATION_SELECTORS_NOT_COMPARED',
    ),
    untold(application(`${APPLICATION_ACCESS} alldbs`), /word \d+/, 'APPLICATION_SELECTORS_NOT_UNDERSTOOD'),
  ),
];
