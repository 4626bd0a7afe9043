/** Every client library that can be drilled. A new one gets a file here and a line below (docs/scenarios.md). */
import type { ClientName } from '../scenario.ts';
import type { LoadClientKind } from './load-client.ts';

/** Loaded when it is used: a worker's process has one library in it, as an application's has. */
const KINDS: Record<ClientName, () => Promise<LoadClientKind>> = {
  redoubt: async () => (await import('./redoubt.ts')).redoubtKind,
  ioredis: async () => (await import('./ioredis.ts')).ioredisKind,
  'node-redis': async () => (await import('./node-redis.ts')).nodeRedisKind,
  'ioredis-timeouts': async () => (await import('./ioredis-timeouts.ts')).ioredisTimeoutsKind,
};

export function loadClientKind(name: ClientName): Promise<LoadClientKind> {
  return KINDS[name]();
}
