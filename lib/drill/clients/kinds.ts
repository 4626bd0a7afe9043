/** Every client library that can be drilled. A new one gets a file here and a line below (docs/scenarios.md). */
import type { ClientName } from '../scenario.ts';
import { ioredisKind } from './ioredis.ts';
import type { LoadClientKind } from './load-client.ts';
import { nodeRedisKind } from './node-redis.ts';
import { redoubtKind } from './redoubt.ts';

export const LOAD_CLIENT_KINDS: readonly LoadClientKind[] = [redoubtKind, ioredisKind, nodeRedisKind];

export function loadClientKind(name: ClientName): LoadClientKind {
  const kind = LOAD_CLIENT_KINDS.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new RangeError(`There is no client "${name}".`);
  return kind;
}
