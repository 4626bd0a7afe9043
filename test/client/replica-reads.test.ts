import { Command } from 'ioredis';
import { expect, test } from 'vitest';
import { replicaChoice } from '../../lib/client/replica-reads.ts';

const KEYS = ['primary:1', 'replica:1', 'replica:2'];
const read = (attempts = 0) => ({ command: new Command('get', ['k']), attempts });
const write = { command: new Command('set', ['k', 'v']), attempts: 0 };
const unmeasured = () => undefined;

test('with the policy never, everything goes to the primary', () => {
  expect(replicaChoice('never', read(), KEYS, unmeasured)).toBeUndefined();
});

test('a write goes to the primary whatever the policy', () => {
  expect(replicaChoice('random', write, KEYS, unmeasured)).toBeUndefined();
  expect(replicaChoice('by-latency', write, KEYS, () => 1)).toBeUndefined();
});

test('a read that came back unanswered goes to the primary', () => {
  expect(replicaChoice('random', read(1), KEYS, unmeasured)).toBeUndefined();
});

test('a shard without replicas is read from its primary', () => {
  expect(replicaChoice('random', read(), ['primary:1'], unmeasured)).toBeUndefined();
});

test('random uses every node of the shard', () => {
  const used = new Set(Array.from({ length: 200 }, () => replicaChoice('random', read(), KEYS, unmeasured)));
  expect([...used].sort()).toEqual(KEYS);
});

test('by latency the nearest is used; a node that has not been measured counts as far, and with no measurement it is the primary', () => {
  const distances: Record<string, number> = { 'primary:1': 5, 'replica:2': 1 };
  expect(replicaChoice('by-latency', read(), KEYS, (key) => distances[key])).toBe('replica:2');
  expect(replicaChoice('by-latency', read(), KEYS, unmeasured)).toBe('primary:1');
});

test('a script that is declared read-only may be read from a replica', () => {
  const command = new Command('evalsha', ['x', '1', 'k'], { readOnly: true });
  expect(replicaChoice('by-latency', { command, attempts: 0 }, KEYS, (key) => (key === 'replica:1' ? 1 : 2))).toBe(
    'replica:1',
  );
});
