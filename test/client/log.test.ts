import { afterEach, expect, test, vi } from 'vitest';
import { logOf } from '../../lib/client/log.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function written(): string[] {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  return lines;
}

test.each([undefined, 'stderr'] as const)(
  'with log %s, lines go to standard error, with the name of who speaks',
  (option) => {
    const lines = written();
    logOf(option)('cluster, 3 shards, 6 nodes');
    expect(lines).toEqual(['redoubt: cluster, 3 shards, 6 nodes\n']);
  },
);

test('silent says nothing', () => {
  const lines = written();
  logOf('silent')('cluster, 3 shards, 6 nodes');
  expect(lines).toEqual([]);
});

test('a function gets the lines, and nobody else does', () => {
  const lines = written();
  const given: string[] = [];
  logOf((line) => given.push(line))('cluster, 3 shards, 6 nodes');
  expect([given, lines]).toEqual([['cluster, 3 shards, 6 nodes'], []]);
});
