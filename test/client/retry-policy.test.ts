import { describe, expect, test } from 'vitest';
import { GATES, isBlocking, isQuestion, isRepeatable, mayRepeat, nextAfter } from '../../lib/client/retry-policy.ts';

describe('what may be repeated', () => {
  test.each([
    ['GET', ['k']],
    ['set', ['k', 'v']],
    ['SET', ['k', 'v', 'EX', '10']],
    ['set', ['k', Buffer.from('v'), 'PX', 10, 'KEEPTTL']],
    ['mset', ['a', '1', 'b', '2']],
    ['hset', ['h', 'f', 'v']],
    ['del', ['a', 'b']],
    ['unlink', ['a']],
    ['expire', ['k', 10]],
    ['zadd', ['z', '1', 'member']],
    ['ltrim', ['l', 0, 99]],
    ['ltrim', ['l', '-100', '-1']],
    ['sdiffstore', ['d', 'a', 'b']],
    ['sdiffstore', ['d', 'd', 'b']],
    ['sunionstore', ['d', 'd', 'b']],
    ['ping', []],
    ['xread', ['BLOCK', '0', 'STREAMS', 's', '1700000000000-0']],
    ['cluster', ['INFO']],
    ['script', ['LOAD', 'return 1']],
    ['subscribe', ['channel']],
    ['eval_ro', ['return 1', '0']],
  ] as [string, unknown[]][])('%s %j', (name, words) => expect(isRepeatable(name, words)).toBe(true));

  test.each([
    ['incr', ['k']],
    ['incrby', ['k', 2]],
    ['lpush', ['l', 'v']],
    ['rpop', ['l']],
    ['append', ['k', 'v']],
    ['set', ['k', 'v', 'NX']],
    ['set', ['k', 'v', 'nx', 'px', '10']],
    ['SET', ['k', 'v', 'XX']],
    ['set', ['k', 'v', 'GET']],
    ['set', ['k', 'v', Buffer.from('NX')]],
    ['setnx', ['k', 'v']],
    ['sadd', ['s', 'm']],
    ['srem', ['s', 'm']],
    ['zrem', ['z', 'm']],
    ['ltrim', ['l', 10, -1]],
    ['ltrim', ['l', '0', '-2']],
    ['ltrim', ['l', 1, 5]],
    ['ltrim', ['l', -5, -2]],
    ['ltrim', ['l', 'x', -1]],
    ['sdiffstore', ['d', 'a', 'd']],
    ['sdiffstore', ['d', 'a', Buffer.from('longer than sixteen bytes')]],
    ['xread', ['BLOCK', '0', 'STREAMS', 's', '$']],
    ['zadd', ['z', 'NX', '1', 'm']],
    ['zadd', ['z', 'INCR', '1', 'm']],
    ['expire', ['k', 1, 'GT']],
    ['eval', ['return 1', 0]],
    ['evalsha', ['x', 0]],
    ['multi', []],
    ['exec', []],
    ['publish', ['c', 'm']],
    ['xadd', ['s', '*', 'f', 'v']],
    ['blpop', ['l', 0]],
    ['xreadgroup', ['GROUP', 'g', 'c', 'STREAMS', 's', '>']],
    ['getdel', ['k']],
    ['cluster', ['RESET']],
    ['script', ['FLUSH']],
    ['json.set', ['k', '$', '1']],
    ['made-up', []],
  ] as [string, unknown[]][])('not %s %j', (name, words) => expect(isRepeatable(name, words)).toBe(false));

  test('a value that reads like an option does not count as one', () => {
    expect(isRepeatable('set', ['NX', 'NX'])).toBe(true);
    expect(isRepeatable('expire', ['GT', '5'])).toBe(true);
  });

  test('no gate is in the table of what may be repeated', () => {
    for (const name of GATES.keys()) expect(isRepeatable(name, ['a', 'b', 'c'])).toBe(false);
  });

  test('the declared policy decides', () => {
    expect(mayRepeat('never', 'get', ['k'])).toBe(false);
    expect(mayRepeat('idempotent', 'get', ['k'])).toBe(true);
    expect(mayRepeat('idempotent', 'incr', ['k'])).toBe(false);
    expect(mayRepeat('always', 'incr', ['k'])).toBe(true);
  });
});

test('blocking commands are those that wait at the server by intent', () => {
  expect(isBlocking('BLPOP', ['l', 0])).toBe(true);
  expect(isBlocking('wait', [1, 0])).toBe(true);
  expect(isBlocking('xread', ['COUNT', 1, 'block', 0, 'STREAMS', 's', '$'])).toBe(true);
  expect(isBlocking('xread', ['STREAMS', 's', '0'])).toBe(false);
  expect(isBlocking('get', ['BLOCK'])).toBe(false);
});

test('a question neither reads nor writes a key', () => {
  expect(isQuestion('PING', [])).toBe(true);
  expect(isQuestion('config', ['GET', 'x'])).toBe(true);
  expect(isQuestion('config', ['SET', 'x', '1'])).toBe(false);
  expect(isQuestion('get', ['k'])).toBe(false);
});

describe('what to do with a rejection', () => {
  test.each([
    ['MOVED 12 10.0.0.1:8501', { kind: 'moved', slot: 12, address: '10.0.0.1:8501' }],
    ['MOVED 12 :8501', { kind: 'moved', slot: 12, address: ':8501' }],
    ['ASK 12 fe80::1:8501', { kind: 'ask', slot: 12, address: 'fe80::1:8501' }],
    ['MOVED 16384 10.0.0.1:8501', { kind: 'final' }],
    ['MOVED __proto__ 10.0.0.1:8501', { kind: 'final' }],
    ['MOVED 12', { kind: 'final' }],
    ['CLUSTERDOWN The cluster is down', { kind: 'later' }],
    ['TRYAGAIN Multiple keys request during rehashing of slot', { kind: 'later' }],
    ['LOADING Redis is loading the dataset in memory', { kind: 'later' }],
    ['MASTERDOWN Link with MASTER is down', { kind: 'later' }],
    ['NOREPLICAS Not enough good replicas to write.', { kind: 'later' }],
    ["READONLY You can't write against a read only replica.", { kind: 'elsewhere' }],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', { kind: 'final' }],
    ['CROSSSLOT Keys in request', { kind: 'final' }],
  ])('%s', (message, next) => expect(nextAfter(new Error(message), true)).toEqual(next));

  test('what is not the server’s reply is a lost connection, whatever its text', () => {
    expect(nextAfter(new Error('MOVED 12 10.0.0.1:8501'), false)).toEqual({ kind: 'lost' });
    expect(nextAfter(new Error('Connection is closed.'), false)).toEqual({ kind: 'lost' });
  });
});
