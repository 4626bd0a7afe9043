import { describe, expect, test } from 'vitest';
import { refusalIn } from '../../../../lib/control/elasticache/global/writes.ts';

/** As the client passes it on after it has given up. */
function givenUp(words: string): Error {
  return new Error('gave up', { cause: Object.assign(new Error(words), { name: 'ReplyError' }) });
}

describe('an error of a server', () => {
  test.each([
    "READONLY You can't write against a read only replica.",
    'NOREPLICAS Not enough good replicas to write.',
    'ERR writes are disabled in this region',
  ])('refuses a write: %s', (words) => {
    expect(refusalIn(givenUp(words))).toBe(words);
  });

  test.each([
    'NOPERM this user has no permissions to access one of the keys',
    "OOM command not allowed when used memory > 'maxmemory'",
    'CLUSTERDOWN The cluster is down',
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.',
    "ERR unknown command 'SET', with args beginning with: ",
    'LOADING Redis is loading the dataset in memory',
  ])('does not say that no write is taken: %s', (words) => {
    expect(refusalIn(givenUp(words))).toBeUndefined();
  });

  test('is none where nothing was answered', () => {
    expect(refusalIn(new Error('connect ECONNREFUSED'))).toBeUndefined();
    expect(refusalIn('nothing')).toBeUndefined();
  });
});
