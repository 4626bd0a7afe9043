/**
 * An empty dump.rdb that says where in a replication stream it was taken. Primary and replicas of a shard that start from
 * the same one are in sync at once (a partial resynchronisation of nothing), and no replica has replication offset 0, with
 * which the server leaves it out of CLUSTER SLOTS until the first traffic, up to ten seconds later.
 *
 * Format: magic and version, auxiliary fields (0xFA, name, value; lengths in one byte), end (0xFF), no checksum (zeros).
 */
const AUXILIARY_FIELD = 0xfa;
const END_OF_FILE = 0xff;
/** Read by every version of Redis and Valkey since 5.0. */
const RDB_VERSION = '0009';

/** @param replicationId 40 hex digits, the same for all nodes of a shard */
export function seedFile(replicationId: string): Buffer {
  return Buffer.concat([
    Buffer.from(`REDIS${RDB_VERSION}`),
    field('repl-stream-db', '0'),
    field('repl-id', replicationId),
    field('repl-offset', '1'),
    Buffer.from([END_OF_FILE]),
    Buffer.alloc(8),
  ]);
}

function field(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([AUXILIARY_FIELD]), text(name), text(value)]);
}

/** Lengths below 64 are one byte. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}
