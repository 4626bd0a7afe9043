/**
 * ioredis with the two settings that are copied to survive silent nodes, and nothing else: a connection that has a command
 * open and receives nothing for `socketTimeout` is destroyed, and a connection is made within `connectTimeout` or given up.
 *
 * It recovers from a node that is gone. It cannot tell one from a node that is merely busy, whose commands it sends again
 * although the node still has the first ones in its socket and will apply both.
 */
import { ioredisClient } from './ioredis.ts';
import type { LoadClientKind } from './load-client.ts';

const SOCKET_TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 2_000;

export const ioredisTimeoutsKind: LoadClientKind = {
  name: 'ioredis-timeouts',
  create: (profile) =>
    ioredisClient(
      profile,
      { socketTimeout: SOCKET_TIMEOUT_MS, connectTimeout: CONNECT_TIMEOUT_MS },
      `defaults with socketTimeout ${SOCKET_TIMEOUT_MS} ms, connectTimeout ${CONNECT_TIMEOUT_MS / 1_000} s`,
    ),
};
