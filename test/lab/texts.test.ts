import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aclLines, applicationUserOf, unknownCommands } from '../../lib/lab/acl.ts';
import { clusterFileText } from '../../lib/lab/cluster-file.ts';
import { hostsText } from '../../lib/lab/hosts-file.ts';
import { nodeConfigText } from '../../lib/lab/node-config.ts';
import {
  certificateNames,
  endpointNameOf,
  freeNodeName,
  plannedMembers,
  plannedNodes,
  readerEndpointNameOf,
} from '../../lib/lab/plan.ts';
import { encodeCommand, type Reply, ReplyReader, textOf } from '../../lib/lab/reply.ts';
import { seedFile } from '../../lib/lab/seed-file.ts';
import type { NodeRecord } from '../../lib/lab/state.ts';
import { type TopologyInput, topologySchema } from '../../lib/topology/topology.ts';

const elasticache = (more: object = {}) =>
  topologySchema.parse({
    platform: 'elasticache',
    name: 'orders',
    shardCount: 2,
    replicasPerShard: 1,
    ...more,
  } as TopologyInput);
const azure = (more: object = {}) =>
  topologySchema.parse({
    platform: 'azure-managed-redis',
    name: 'orders',
    sku: 'Balanced_B5',
    shardCount: 2,
    clusteringPolicy: 'OSSCluster',
    ...more,
  } as TopologyInput);
const ADDRESSES = [1, 2, 3, 4].map((number) => ({ host: `127.64.0.${number}`, port: 6_379, busPort: 16_379 }));
const CREDENTIALS = {
  applicationUser: 'application',
  applicationPassword: 'secret one',
  administratorPassword: 'secret two',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('nodes.conf', () => {
  test('has a line per member, its own marked, and the highest epoch as the current one', () => {
    const nodes = plannedNodes(elasticache(), 'lab', ADDRESSES);
    const text = clusterFileText(plannedMembers(elasticache(), nodes), nodes[1]?.clusterNodeId as string);
    const [first, second, third, , vars] = text.split('\n');
    expect(first).toBe(
      `${nodes[0]?.clusterNodeId} 127.64.0.1:6379@16379,${nodes[0]?.announcedName} master - 0 0 1 connected 0-8191`,
    );
    expect(second).toBe(
      `${nodes[1]?.clusterNodeId} 127.64.0.2:6379@16379,${nodes[1]?.announcedName} myself,slave ${nodes[0]?.clusterNodeId} 0 0 1 connected`,
    );
    expect(third).toContain(' 8192-16383');
    expect(vars).toBe('vars currentEpoch 2 lastVoteEpoch 0');
  });
});

describe('the ACL of a node', () => {
  test("has the application user with the service's refusals, the administrator, and default off", () => {
    const lines = aclLines(elasticache(), CREDENTIALS, true);
    expect(lines[0]).toBe('user default off resetpass resetkeys -@all');
    expect(lines[1]).toMatch(
      new RegExp(
        `^user application on #${sha256('secret one')} on ~\\* &\\* \\+@all -@admin -@dangerous \\+info .*-config .*-cluster\\|meet`,
      ),
    );
    expect(lines[2]).toBe(`user lab-administrator on #${sha256('secret two')} ~* &* +@all`);
    expect(lines.join('\n')).not.toContain('secret');
  });

  test('gives the application what the topology declares, and then takes what the service refuses', () => {
    const declared = elasticache({ authentication: { kind: 'rbac', accessString: 'on  ~shop:*\n+@read' } });
    expect(aclLines(declared, CREDENTIALS, true)[1]).toMatch(
      /^user application on #\S+ on ~shop:\* \+@read .*-config /,
    );
  });

  test('gives a token everything, as the service does', () => {
    const token = elasticache({ authentication: { kind: 'auth-token' } });
    expect(aclLines(token, { ...CREDENTIALS, applicationUser: 'default' }, true)[0]).toMatch(
      /^user default on #\S+ ~\* &\* \+@all -bgrewriteaof/,
    );
  });

  test.each([
    ['6.2', undefined, /^user application on #\S+ on ~\* &\* \+@all/],
    ['6.0', undefined, /^user application on #\S+ &\* on ~\* \+@all/],
    ['6.2', 'on ~a +get', /^user application on #\S+ &\* on ~a \+get/],
    ['6.2', 'on ~a resetchannels +get', /^user application on #\S+ on ~a resetchannels/],
    ['7.0', 'on ~a +get', /^user application on #\S+ on ~a \+get/],
  ])(
    'opens channels to a user of Redis OSS %s of which %s is declared, as that version does',
    (engineVersion, accessString, line) => {
      const authentication = { kind: 'rbac', ...(accessString === undefined ? {} : { accessString }) } as const;
      expect(aclLines(elasticache({ engine: 'redis', engineVersion, authentication }), CREDENTIALS, true)[1]).toMatch(
        line,
      );
    },
  );

  test.each([
    [elasticache({ authentication: { kind: 'auth-token' } }), 'default'],
    [elasticache({ authentication: { kind: 'rbac', userName: 'me' } }), 'me'],
    [azure({ authentication: { kind: 'access-key' } }), 'default'],
    [azure({ authentication: { kind: 'entra', objectId: 'object' } }), 'object'],
  ])("names the application's user as the platform does", (topology, user) => {
    expect(applicationUserOf(topology)).toBe(user);
    const on = aclLines(topology, { ...CREDENTIALS, applicationUser: user }, true).filter((line) =>
      line.includes(' on '),
    );
    expect(on.map((line) => line.split(' ')[1])).toEqual([user, 'lab-administrator']);
  });

  test('leaves only the administrator on a server that no client may reach', () => {
    expect(aclLines(azure(), CREDENTIALS, false).filter((line) => line.includes(' on '))).toHaveLength(1);
  });

  test('leaves of CLUSTER only what Azure answers', () => {
    const application = aclLines(azure(), { ...CREDENTIALS, applicationUser: 'default' }, true)[0] as string;
    expect(application).toMatch(
      /-cluster \+cluster\|help \+cluster\|info \+cluster\|keyslot \+cluster\|nodes \+cluster\|slots$/,
    );
    expect(unknownCommands(azure())).toEqual(expect.arrayContaining(['readonly', 'asking', 'swapdb', 'failover']));
    expect(unknownCommands(elasticache())).not.toContain('readonly');
  });
});

describe('redis.conf', () => {
  const text = (topology: ReturnType<typeof elasticache>, more: object = {}) =>
    nodeConfigText({
      runDirectory: '/run/a lab',
      node: { id: 'node-1', ...(ADDRESSES[0] as (typeof ADDRESSES)[0]), announcedName: 'name' },
      topology,
      clustered: true,
      nodeTimeoutMs: 2_000,
      commandPrefix: 'prefix',
      administratorPassword: 'secret',
      ...more,
    }).split('\n');

  test('has TLS on every port and link, and no plaintext port', () => {
    expect(text(elasticache())).toEqual(
      expect.arrayContaining([
        'port 0',
        'tls-port 6379',
        'tls-replication yes',
        'tls-cluster yes',
        'tls-auth-clients no',
      ]),
    );
  });

  test('has the documented default of ElastiCache for coverage', () => {
    expect(text(elasticache())).toContain('cluster-require-full-coverage no');
  });

  test('quotes paths with spaces', () => {
    expect(text(elasticache())).toContain('dir "/run/a lab/nodes/node-1"');
  });

  test.each([
    ['VolatileLRU', 'volatile-lru'],
    ['AllKeysLFU', 'allkeys-lfu'],
    ['VolatileTTL', 'volatile-ttl'],
    ['NoEviction', 'noeviction'],
  ])('spells the eviction policy %s as %s', (evictionPolicy, spelt) => {
    expect(text(azure({ evictionPolicy }))).toContain(`maxmemory-policy ${spelt}`);
  });

  test('has the eviction policy of ElastiCache, whose default is not the server’s own', () => {
    expect(text(elasticache())).toContain('maxmemory-policy volatile-lru');
    expect(text(elasticache({ evictionPolicy: 'allkeys-lfu' }))).toContain('maxmemory-policy allkeys-lfu');
  });

  test('closes idle connections after ten minutes on Azure', () => {
    expect(text(azure())).toContain('timeout 600');
  });

  test('has no cluster in a standalone pair, but a primary to follow', () => {
    const lines = text(azure({ clusteringPolicy: 'NoCluster' }), {
      clustered: false,
      replicaOf: { host: '127.64.0.9', port: 1 },
    });
    expect(lines.filter((line) => line.startsWith('cluster-'))).toEqual([]);
    expect(lines).toContain('replicaof 127.64.0.9 1');
  });
});

describe('names', () => {
  test('an ElastiCache lab has one configuration endpoint, and a certificate that covers it and every node', () => {
    expect(endpointNameOf(elasticache(), 'ab12')).toBe('clustercfg.orders.ab12.cache.redoubt.internal');
    expect(certificateNames(elasticache(), 'ab12')).toEqual(['*.orders.ab12.cache.redoubt.internal']);
    const [first] = plannedNodes(elasticache(), 'ab12', ADDRESSES);
    expect(first?.announcedName).toBe('orders-0001-001.orders.ab12.cache.redoubt.internal');
  });

  test('without cluster mode there is a primary and a reader endpoint, and nodes have no shard in their names', () => {
    const single = elasticache({ clusterMode: 'disabled', shardCount: 1 });
    expect(endpointNameOf(single, 'ab12')).toBe('master.orders.ab12.cache.redoubt.internal');
    expect(readerEndpointNameOf(single, 'ab12')).toBe('replica.orders.ab12.cache.redoubt.internal');
    expect(plannedNodes(single, 'ab12', ADDRESSES)[1]?.announcedName).toMatch(/^orders-002\./);
    const alone = { clusterMode: 'disabled', shardCount: 1, replicasPerShard: 0, automaticFailover: false };
    expect(readerEndpointNameOf(elasticache(alone), 'ab12')).toBeUndefined();
    expect(readerEndpointNameOf(elasticache(), 'ab12')).toBeUndefined();
  });

  test('the hosts file leads the primary endpoint to one node and the reader endpoint to the others that work', () => {
    const topology = elasticache({ clusterMode: 'disabled', shardCount: 1, replicasPerShard: 2 });
    const nodes = plannedNodes(topology, 'lab', ADDRESSES.slice(0, 3));
    const text = (conditions: readonly NodeRecord['condition'][]) =>
      hostsText({
        nodes: nodes.map((node, index) => ({ ...node, condition: conditions[index] ?? 'running' })),
        endpoint: { host: '', port: 0 },
        endpointName: 'primary.example',
        readerEndpointName: 'reader.example',
        primaryNodeId: 'node-2',
        topology,
      });
    const [first, second, third] = nodes.map(({ host }) => host);
    const named = (lines: string, name: string) => lines.split('\n').filter((line) => line.endsWith(` ${name}`));
    expect(named(text([]), 'primary.example')).toEqual([`${second} primary.example`]);
    expect(named(text([]), 'reader.example')).toEqual([`${first} reader.example`, `${third} reader.example`]);
    expect(named(text(['crashed']), 'reader.example')).toEqual([`${third} reader.example`]);
    // Reads go on where no replica works.
    expect(named(text(['frozen', 'running', 'retiring']), 'reader.example')).toEqual([`${second} reader.example`]);
  });

  test('an Azure lab announces no names, and its certificate has the endpoint only', () => {
    expect(certificateNames(azure(), 'ab12')).toEqual([endpointNameOf(azure(), 'ab12')]);
    expect(plannedNodes(azure(), 'ab12', ADDRESSES)[0]).not.toHaveProperty('announcedName');
  });

  test('a new node gets the lowest name of its shard that is free', () => {
    const nodes = plannedNodes(elasticache(), 'lab', ADDRESSES);
    expect(freeNodeName(elasticache(), 'lab', 0, nodes)).toMatch(/^orders-0001-003\./);
    expect(freeNodeName(elasticache(), 'lab', 0, nodes.slice(1))).toMatch(/^orders-0001-001\./);
    expect(freeNodeName(azure(), 'lab', 0, [])).toBeUndefined();
  });

  test('the hosts file leads the configuration endpoint to every node, and the endpoint of Azure to one address', () => {
    const endpoint = { host: '127.64.0.9', port: 10_000 };
    const nodes = plannedNodes(elasticache(), 'lab', ADDRESSES);
    const lines = hostsText({ nodes, endpoint, endpointName: 'config.example', topology: elasticache() }).split('\n');
    expect(lines.filter((line) => line.endsWith(' config.example'))).toHaveLength(4);
    expect(lines).toContain(`127.64.0.4 ${nodes[3]?.announcedName}`);
    expect(
      hostsText({
        nodes: plannedNodes(azure(), 'lab', ADDRESSES),
        endpoint,
        endpointName: 'one.example',
        topology: azure(),
      }),
    ).toBe('127.64.0.9 one.example\n');
  });
});

describe('a reply', () => {
  const bytes = (reply: unknown): string => {
    if (reply === null) return '$-1\r\n';
    if (typeof reply === 'number') return `:${reply}\r\n`;
    if (Array.isArray(reply)) return `*${reply.length}\r\n${reply.map(bytes).join('')}`;
    return `$${Buffer.byteLength(reply as string)}\r\n${reply}\r\n`;
  };
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 4 }),
    ),
  }));

  test('is read whole, wherever the network cuts it', () => {
    fc.assert(
      fc.property(
        fc.array(tree, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(200), { maxLength: 5 }),
        (replies, cuts) => {
          const all = Buffer.from(replies.map(bytes).join(''));
          const places = [
            0,
            ...cuts.map((cut) => cut % (all.length + 1)).sort((left, right) => left - right),
            all.length,
          ];
          const reader = new ReplyReader();
          const read = places.slice(1).flatMap((end, index) => reader.read(all.subarray(places[index], end)));
          expect(read).toEqual(replies);
        },
      ),
    );
  });

  test("that is an error is a value with the server's words", () => {
    const [reply] = new ReplyReader().read(Buffer.from('-NOAUTH Authentication required.\r\n')) as [Reply];
    expect(reply).toEqual(new Error('NOAUTH Authentication required.'));
    expect(() => textOf(reply)).toThrow('NOAUTH');
    expect(() => textOf(1)).toThrow('expected text');
  });

  test('that is not RESP2 is refused', () => {
    expect(() => new ReplyReader().read(Buffer.from('HTTP/1.1 400\r\n'))).toThrow(/not a RESP2 reply/);
  });

  test('answers a command that was sent as an array of texts', () => {
    expect(encodeCommand(['SET', 'é', '']).toString()).toBe('*3\r\n$3\r\nSET\r\n$2\r\né\r\n$0\r\n\r\n');
  });
});

test('the seed of a shard is a dump with a replication id, an offset and no keys', () => {
  const seed = seedFile('a'.repeat(40));
  expect(seed.toString('latin1')).toBe(
    `REDIS0009\xfa\x0erepl-stream-db\x010\xfa\x07repl-id\x28${'a'.repeat(40)}\xfa\x0brepl-offset\x011\xff${'\0'.repeat(8)}`,
  );
});
