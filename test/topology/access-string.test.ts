import { describe, expect, it } from 'vitest';
import { accessMeaning, commandDifference } from '../../lib/topology/access-string.ts';
import { categoriesIn6 } from '../../lib/topology/redis-commands.ts';

const SAME = { added: [], missing: [] };

describe('commands mean the same', () => {
  it.each<[string, string, string]>([
    ['in capitals', '+@ALL -Config', '-config +@all -config'],
    ['under the older names', 'allcommands -get', '+@all -get'],
    ['with nothing said first, as a new user may do nothing', '+get', '-@all +get'],
    ['whatever stood before all commands', '+get -@admin -@all +set', '-@all +set'],
    ['in another order, of commands that are not in each other', '+@all -get -set +info', '+@all +info -set -get'],
    ['where it is taken back at once', '-@all +get -get', '-@all'],
    ['where a subcommand is said beside its command', '-@all +client +client|list', '-@all +client'],
    ['where a command takes its subcommands back', '-@all +client|list -client +get', '-@all +get'],
    ['where a category says nothing more', '-@all +@read +get', '-@all +@read'],
    [
      // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html, its example and what comes back
      'as the service writes them anew',
      '-@all +@read +@hash +@bitmap +@geo -setbit -bitfield -hset -hsetnx -hmset -hincrby -hincrbyfloat -hdel -bitop -geoadd -georadius -georadiusbymember',
      '-@all +@read',
    ],
    ['where 6.0 had a command elsewhere: ROLE was no administration', '-@all +@admin -role', '-@all +@admin'],
    ['of a module that nobody here knows', '-@all +@json +json.get', '+json.get +@json'],
  ])('%s', (_, one, other) => {
    expect(commandDifference(one, other)).toMatchObject(SAME);
    expect(commandDifference(other, one)).toMatchObject(SAME);
  });

  it.each<[string, string, string, object]>([
    ['one more is allowed', '-@all +get +set', '-@all +get', { added: ['set'], missing: [] }],
    ['one is taken', '+@all -get', '+@all', { added: [], missing: ['get'] }],
    [
      'a category is no longer taken',
      '+@all',
      '+@all -@transaction',
      { added: ['discard', 'exec', 'multi', 'unwatch', 'watch'], missing: [] },
    ],
    [
      'a command is allowed before its category is taken',
      '+@all +info -@dangerous',
      '+@all -@dangerous +info',
      { added: [], missing: ['info'] },
    ],
    [
      'a subcommand is allowed after its command is taken',
      '+@all -acl +acl|whoami',
      '+@all -acl',
      { added: ['acl|whoami'], missing: [] },
    ],
    [
      'a command is allowed with all its subcommands',
      '+@all -@admin +config',
      '+@all -@admin',
      { added: ['config'], missing: [] },
    ],
    [
      'a command is taken with some of its subcommands',
      '+@all -memory +memory|usage +memory|stats +memory|doctor',
      '+@all',
      { added: [], missing: ['memory|help', 'memory|malloc-stats', 'memory|purge'] },
    ],
    ['a newer command is named', '+@read +getdel', '+@read', { added: ['getdel'], missing: [] }],
    ["a module's command is named", '+@all -json.get', '+@all', { added: [], missing: ['json.get'] }],
    ["a module's category is named", '-@all +@json', '-@all', { added: ['@json'], missing: [] }],
  ])('not where %s', (_, found, declared, difference) => {
    expect(commandDifference(found, declared)).toMatchObject(difference);
  });

  it('by the version of the server, where a command has left the administration', () => {
    expect(commandDifference('+@all -@admin', '+@all -@admin +cluster|slots')).toMatchObject(SAME);
    expect(commandDifference('+@all -@admin', '+@all -@admin +cluster|slots', categoriesIn6)).toMatchObject({
      added: [],
      missing: ['cluster|slots'],
    });
  });

  it('is not told of what has come or moved since Redis OSS 6.0, in a category', () => {
    expect(commandDifference('+@all -eval -evalsha -script', '+@all -@scripting')).toEqual({
      ...SAME,
      untold: ['eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro', 'function'],
    });
    expect(commandDifference('+@all -fcall', '+@all')).toEqual({ added: [], missing: ['fcall'], untold: [] });
  });

  it('and are shown from the last word that was about all of them', () => {
    expect(accessMeaning('on ~* +get ALLCOMMANDS -GET &*').commands).toBe('+@all -get');
    expect(accessMeaning('on ~* +get').commands).toBe('-@all +get');
    expect(accessMeaning('on ~*').commands).toBe('-@all');
  });
});

describe('keys mean the same', () => {
  it.each<[string, string]>([
    ['~a ~b', '~b ~a ~a'],
    ['allkeys', '~* ~shop:*'],
    ['%R~a %W~a', '~a'],
    ['%RW~a', '%WR~a'],
    ['~a resetkeys ~b', '~b'],
    ['%R~* %R~a', '%R~*'],
    ['%R~* %R~a %W~a', '~a %R~*'],
    ['', 'resetkeys'],
  ])('%j and %j', (one, other) => {
    expect(accessMeaning(one).keys).toBe(accessMeaning(other).keys);
  });

  it.each<[string, string]>([
    ['%R~a', '~a'],
    ['~a', '~A'],
    // GETSET reads and writes, and needs both from one pattern.
    ['%R~* ~a', '%R~* %W~a'],
    ['%W~* ~a', '%W~*'],
    ['~a', ''],
  ])('not %j and %j', (one, other) => {
    expect(accessMeaning(one).keys).not.toBe(accessMeaning(other).keys);
  });
});

describe('channels', () => {
  it.each<[string, string | undefined]>([
    ['on ~* +@all', undefined],
    ['resetchannels', 'none'],
    ['&news &*', '&*'],
    ['allchannels', '&*'],
    ['&b &a', '&a &b'],
    ['&* resetchannels &a', '&a'],
  ])('of %j are %j', (text, channels) => {
    expect(accessMeaning(text).channels).toBe(channels);
  });
});

describe('what is neither', () => {
  it('is kept: selectors in a normal form and in a fixed order', () => {
    const { selectors } = accessMeaning('on (+set +get ~a) (~b -@all +get) sanitize-payload');
    expect(selectors).toEqual(accessMeaning('(-@all +get ~b) (~a -@all +set +get)').selectors);
    expect(selectors).toEqual([
      '(keys ~a, channels none, commands -@all +set +get)',
      '(keys ~b, channels none, commands -@all +get)',
    ]);
  });

  it('is told by its place and never shown, because it may be a password', () => {
    const meaning = accessMeaning('on >secret ~* #c0ffee +get');
    expect(meaning.unknownPlaces).toEqual([2, 4]);
    expect(JSON.stringify(meaning)).not.toMatch(/secret|c0ffee/);
  });
});

it('on or off is the last word, and a user is off of whom nothing is said', () => {
  const isOn = (text: string) => accessMeaning(text).isOn;
  expect([isOn('on off'), isOn('off on'), isOn('~* +@all')]).toEqual([false, true, false]);
});
