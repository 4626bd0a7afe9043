import { describe, expect, it } from 'vitest';
import { keyRightsOf } from '../../lib/topology/access-keys.ts';
import {
  type AskedAccess,
  lockedOutComplaint,
  missingForDrills,
  neededByIoredis,
  unknownCategoriesComplaint,
  unknownCommands,
  untoldChecks,
} from '../../lib/topology/access-needs.ts';
import { mayRun } from '../../lib/topology/access-string.ts';
import { applicationAccess } from '../../lib/topology/application-access.ts';
import { categoriesIn6 } from '../../lib/topology/redis-commands.ts';

const asked = (accessString: string, changes: Partial<AskedAccess> = {}): AskedAccess => ({
  accessString,
  clientMode: 'cluster',
  isRedis6: false,
  ...changes,
});
const checksOf = (access: AskedAccess) => untoldChecks(access).map(({ check }) => check);

describe('a user may run a command', () => {
  it.each([
    ['that is named', '+get', 'get'],
    ['of a category', '+@read', 'get'],
    ['of which all subcommands are named', '+cluster', 'cluster|slots'],
    ['that a selector gives', '-@all (~shop:* +get)', 'get'],
    ['that comes back after its category has gone', '+@all -@dangerous +info', 'info'],
  ])('%s', (_, accessString, command) => {
    expect(mayRun(accessString, command)).toBe(true);
  });

  it.each([
    ['that nobody names', '+@read', 'set'],
    ['whose category goes last', '+info -@dangerous', 'info'],
    ['of which another subcommand is named', '+cluster|shards', 'cluster|slots'],
    ['where nothing is said', 'on ~*', 'get'],
  ])('but none %s', (_, accessString, command) => {
    expect(mayRun(accessString, command)).toBe(false);
  });

  it('by the categories of its version', () => {
    expect(mayRun('+@all -@admin', 'cluster|slots')).toBe(true);
    expect(mayRun('+@all -@admin', 'cluster|slots', categoriesIn6)).toBe(false);
  });
});

describe('everybody is locked out', () => {
  it('of a cluster without CLUSTER SLOTS, whatever else there is', () => {
    expect(lockedOutComplaint('accessString', asked('on ~* +@all -cluster|slots'))).toMatch(/^`accessString` does not/);
    expect(lockedOutComplaint('accessString', asked('on ~* +get +cluster|slots'))).toBeUndefined();
  });

  it('of a cluster of Redis OSS 6 where administration goes last', () => {
    const access = 'on ~* +@all -@admin';
    expect(lockedOutComplaint('accessString', asked(access))).toBeUndefined();
    expect(lockedOutComplaint('accessString', asked(access, { isRedis6: true }))).toMatch(/CLUSTER SLOTS/);
  });

  it('where no command is allowed, without cluster mode too', () => {
    const single = { clientMode: 'single' } as const;
    expect(lockedOutComplaint('accessString', asked('on ~shop:*', single))).toMatch(/allows no command at all/);
    expect(lockedOutComplaint('accessString', asked('on ~shop:* +@read', single))).toBeUndefined();
  });

  it.each(['on ~* -@all +@json', 'on ~* +json.get +json.set', 'on ~* +hexpire'])(
    'is not said of %s, which allows what the tables do not have',
    (accessString) => {
      expect(lockedOutComplaint('accessString', asked(accessString, { clientMode: 'single' }))).toBeUndefined();
    },
  );

  it.each(['+@json -@json', '+json.get -json.get', '+json.get -@all', '+hexpire nocommands'])(
    'is said of %s, which takes back what the tables do not have',
    (accessString) => {
      const single = asked(accessString, { clientMode: 'single' });
      expect(lockedOutComplaint('accessString', single)).toMatch(/allows no command at all/);
    },
  );

  it('is not said on the way to cluster mode, where clients that know nothing of clusters are still there', () => {
    const plain = 'on ~* &* +@read +@write +@connection -@dangerous';
    expect(lockedOutComplaint('accessString', asked(plain))).toMatch(/CLUSTER SLOTS/);
    expect(lockedOutComplaint('accessString', asked(plain, { maySingleClientsStay: true }))).toBeUndefined();
  });
});

describe('a word that is none', () => {
  it('is refused as a category, with what was probably meant and what there is', () => {
    const complaint = unknownCategoriesComplaint('accessString', 'on +@al -@dangrous (+@reed) +@search');
    expect(complaint).toMatch(
      /names "@al" \(did you mean @all\?\), "@dangrous" \(did you mean @dangerous\?\), "@reed" \(did you mean @read\?\), /,
    );
    expect(complaint).not.toContain('"@search"');
  });

  it('is told as a command, and one of a module or of a later version is not', () => {
    expect(
      unknownCommands('+sett +GET +json.set +ft.search +hgetex +commandlog|get +client|setinfo +client +@read'),
    ).toEqual(['"sett" (did you mean set?)']);
    expect(unknownCommands('-client|lst +qqqqqqq')).toEqual(['"client|lst" (did you mean client|list?)', '"qqqqqqq"']);
  });
});

describe('keys that may be touched', () => {
  it.each([
    ['~*', { prefix: '', read: true, write: true }],
    ['allkeys', { prefix: '', read: true, write: true }],
    ['~shop:*', { prefix: 'shop:', read: true, write: true }],
    ['~shop:cart:* ~shop:*', { prefix: 'shop:', read: true, write: true }],
    ['%R~* ~shop:*', { prefix: 'shop:', read: true, write: true }],
    ['%R~shared:*', { prefix: 'shared:', read: true, write: false }],
    ['%R~a* %W~a*', { prefix: 'a', read: true, write: true }],
    // A tag in the beginning would put all keys into one slot; what else there is leaves open where a key may be.
    ['~{shop}:*', { prefix: '', read: false, write: false }],
    ['~*:cart ~shop ~s?op:* %W~log:*', { prefix: '', read: false, write: false }],
    ['~a\u0001*', { prefix: '', read: false, write: false }],
    ['+@read', { prefix: '', read: false, write: false }],
  ])('of %s', (accessString, rights) => {
    expect(keyRightsOf(accessString)).toEqual(rights);
  });
});

describe('what a user is not let ask', () => {
  const NARROW = 'on ~shop:* +@read +@connection -@dangerous +info +cluster|info +cluster|nodes +cluster|slots';

  it('is nothing with what this project gives', () => {
    for (const clientMode of ['cluster', 'single'] as const) {
      const access = asked(applicationAccess({ engine: 'valkey', engineVersion: '8.0' }), { clientMode });
      expect([untoldChecks(access), missingForDrills(access), neededByIoredis(access)]).toEqual([[], [], []]);
      const six = applicationAccess({ engine: 'redis', engineVersion: '6.2' });
      expect(checksOf(asked(six, { clientMode, isRedis6: true }))).toEqual([]);
    }
  });

  it('is the script for one who reads, with the words that are lacking', () => {
    expect(untoldChecks(asked(NARROW))).toEqual([{ check: 'hash-tagged-lua', words: ['+eval', '+set', '+del'] }]);
    expect(untoldChecks(asked(NARROW, { clientMode: 'single' }))).toHaveLength(1);
  });

  it('is what needs keys, for one who has none by their beginning', () => {
    expect(checksOf(asked(NARROW.replace('~shop:*', '~*:cart')))).toEqual(['hash-tagged-lua', 'cross-slot']);
    expect(untoldChecks(asked('on ~*:cart +@all'))).toContainEqual({ check: 'cross-slot', words: ['~BEGINNING*'] });
  });

  it('ends no drill in the middle, because none is begun', () => {
    expect(missingForDrills(asked(NARROW))).toEqual(['+set', '+incr', '+unlink']);
    expect(missingForDrills(asked('on %R~shop:* +@all'))).toEqual(['~BEGINNING*']);
  });

  it('keeps the Cluster of ioredis waiting, and nobody else', () => {
    expect(neededByIoredis(asked('on ~* +get +cluster|slots'))).toEqual(['cluster|info']);
    expect(neededByIoredis(asked('on ~* +get', { clientMode: 'single' }))).toEqual([]);
  });
});
