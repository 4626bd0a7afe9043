import { readdirSync, readFileSync, statSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expiredValidity, makeAuthority, signCertificate } from '../../lib/lab/certificates.ts';
import type { Lab, LabNode } from '../../lib/lab/lab.ts';
import { replaceCertificate } from '../../lib/lab/replace-certificate.ts';
import type { Reply } from '../../lib/lab/reply.ts';
import { readState } from '../../lib/lab/state.ts';
import { slotOf } from '../../lib/topology/slot.ts';
import { ask, askAsApplication, doorOf, refusalOf } from './support/ask.ts';
import { ELASTICACHE, removeBaseDirectory, startTestLab } from './support/lab.ts';

let lab: Lab;
let first: LabNode;

beforeAll(async () => {
  lab = await startTestLab(ELASTICACHE);
  first = lab.nodes()[0] as LabNode;
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});

describe('an ElastiCache lab', () => {
  test('has the shards and replicas of its topology, with every slot owned once', async () => {
    const { shards } = await lab.serverView();
    expect(shards.map(({ slots }) => slots)).toEqual([[[0, 5_460]], [[5_461, 10_922]], [[10_923, 16_383]]]);
    expect(shards.map(({ replicaNodeIds }) => replicaNodeIds.length)).toEqual([1, 1, 1]);
  });

  test('gives every node an address of its own and the same port', () => {
    const nodes = lab.nodes();
    expect(new Set(nodes.map(({ host }) => host)).size).toBe(6);
    expect(new Set(nodes.map(({ port }) => port)).size).toBe(1);
  });

  test('announces nodes by name in CLUSTER SLOTS, and every name is in the hosts file', async () => {
    const slots = (await askAsApplication(lab, first, 'CLUSTER', 'SLOTS')) as Reply[][];
    const names = slots.flatMap(([, , ...nodes]) => nodes.map((node) => (node as Reply[])[0]));
    expect(names.sort()).toEqual(
      lab
        .nodes()
        .map(({ announcedName }) => announcedName)
        .sort(),
    );
    const hosts = hostsLines();
    for (const node of lab.nodes()) expect(hosts).toContain(`${node.host} ${node.announcedName}`);
  });

  test('answers MOVED with a name, not an address', async () => {
    const refusals = await Promise.all(lab.nodes().map((node) => refusalOf(lab, node, 'GET', 'hello')));
    const moved = refusals.filter((text) => text.startsWith('MOVED 866 '));
    expect(moved.length).toBeGreaterThanOrEqual(4);
    for (const text of moved) expect(text).toMatch(/^MOVED 866 orders-0001-\d{3}\.[^ ]+:\d+$/);
  });

  test('has a configuration endpoint whose name leads to every node', () => {
    expect(lab.profile.endpoint.host).toMatch(/^clustercfg\.orders\./);
    const leadsTo = hostsLines().filter((line) => line.endsWith(` ${lab.profile.endpoint.host}`));
    expect(leadsTo.map((line) => line.split(' ')[0]).sort()).toEqual(
      lab
        .nodes()
        .map(({ host }) => host)
        .sort(),
    );
  });

  test('shows a certificate with names only, good for the endpoint and for every node', async () => {
    const { subjectaltname } = await certificateOf(first);
    expect(subjectaltname).toMatch(/^DNS:\*\.orders\.[0-9a-f]+\.cache\.redoubt\.internal$/);
    for (const node of lab.nodes()) {
      const door = { ...doorOf(lab, node), serverName: node.announcedName as string };
      expect(await ask(door, [['PING']])).toEqual([
        expect.objectContaining({ message: expect.stringContaining('NOAUTH') }),
      ]);
    }
  });

  test('is refused by a client that verifies the address instead of the name', async () => {
    await expect(ask({ ...doorOf(lab, first), serverName: 'other.example' }, [['PING']])).rejects.toThrow(/altnames/);
  });

  test('speaks no plaintext: a plain PING gets no answer', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connectPlain({ host: first.host, port: first.port }, () => socket.write('PING\r\n'));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
      });
      socket.once('error', () => undefined);
      socket.once('close', () => resolve(text));
    });
    expect(answer).not.toContain('PONG');
  });

  test('refuses a client without a password, with a wrong one, and the default user', async () => {
    const [noAuth] = await ask(doorOf(lab, first), [['GET', 'key']]);
    const [wrong] = await ask(doorOf(lab, first), [['AUTH', 'application', 'wrong']]);
    const [byDefault] = await ask(doorOf(lab, first), [['AUTH', 'wrong']]);
    expect(noAuth).toEqual(new Error('NOAUTH Authentication required.'));
    expect(String(wrong)).toContain('WRONGPASS');
    expect(String(byDefault)).toContain('WRONGPASS');
  });

  test.each([
    'BGREWRITEAOF',
    'BGSAVE',
    'CONFIG',
    'DEBUG',
    'FAILOVER',
    'MIGRATE',
    'MODULE',
    'REPLICAOF',
    'SAVE',
    'SHUTDOWN',
    'SLAVEOF',
  ])('does not know %s', async (command) => {
    expect(await refusalOf(lab, first, command, 'x')).toMatch(/^ERR unknown command/);
  });

  test.each([
    ['SYNC'],
    ['PSYNC', '?', '-1'],
    ['ACL', 'SETUSER', 'x'],
    ['CLUSTER', 'MEET', '127.0.0.1', '1'],
    ['CLUSTER', 'FORGET', 'x'],
    ['CLUSTER', 'FAILOVER'],
    ['CLUSTER', 'SETSLOT', '1', 'STABLE'],
    ['CLUSTER', 'RESET'],
    ['CLUSTER', 'ADDSLOTS', '1'],
  ])('refuses %s %s to the application', async (...words) => {
    expect(await refusalOf(lab, first, ...words)).toMatch(/^NOPERM/);
  });

  test('lets the application read the topology, a replica and INFO', async () => {
    for (const words of [
      ['CLUSTER', 'NODES'],
      ['CLUSTER', 'INFO'],
      ['CLUSTER', 'SHARDS'],
      ['CLUSTER', 'MYID'],
      ['READONLY'],
      ['INFO'],
    ]) {
      expect(await askAsApplication(lab, first, ...words)).toBeDefined();
    }
  });

  test('does not tell the application the new names of what it renamed', async () => {
    const { commandPrefix } = readState(lab.runDirectory);
    expect(JSON.stringify(await askAsApplication(lab, first, 'COMMAND'))).not.toContain(commandPrefix);
    expect(await refusalOf(lab, first, `${commandPrefix}-config`, 'GET', 'port')).toMatch(/^NOPERM/);
  });

  test('goes on serving the other shards when one is gone (cluster-require-full-coverage no)', async () => {
    const primary = lab.nodes().find(({ id }) => id === 'node-3') as LabNode;
    await lab.freeze('node-3');
    await lab.freeze('node-4');
    try {
      await expect
        .poll(() => askAsApplication(lab, first, 'CLUSTER', 'NODES'), { timeout: 10_000 })
        .toMatch(new RegExp(`${primary.clusterNodeId} .*fail`));
      expect(await askAsApplication(lab, first, 'SET', 'hello', 'world')).toBe('OK');
    } finally {
      await lab.heal();
    }
  });

  test('can be given another certificate while it runs: an expired one is refused even by who trusts its authority', async () => {
    const own = await startTestLab({ ...ELASTICACHE, shardCount: 1, replicasPerShard: 0 });
    try {
      const authority = await makeAuthority('another');
      const expired = await signCertificate(authority, ['orders.example'], expiredValidity());
      await replaceCertificate(own.runDirectory, expired);
      const [node] = own.nodes() as [LabNode];
      const door = { ...doorOf(own, node), ca: authority.certificatePem, serverName: 'orders.example' };
      await expect(ask(door, [['PING']])).rejects.toThrow('certificate has expired');
    } finally {
      await own.stop();
      removeBaseDirectory(dirname(own.runDirectory));
    }
  });

  test('keeps its run directory and its secrets from everybody else', () => {
    const mode = (path: string) => statSync(join(lab.runDirectory, path)).mode & 0o777;
    expect(mode('.')).toBe(0o700);
    const entries = readdirSync(lab.runDirectory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const open = files
      .map(({ parentPath, name }) => relative(lab.runDirectory, join(parentPath, name)))
      .filter((file) => mode(file) !== 0o600);
    expect(open).toEqual([]);
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['state.json', 'server.key', 'redis.log']));
  });

  test('has no secret in its profile or in the arguments of its processes', () => {
    const secret = readFileSync(join(lab.runDirectory, 'secrets', 'application-password'), 'utf8');
    expect(JSON.stringify(lab.profile)).not.toContain(secret);
    for (const { pid } of lab.nodes()) expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(secret);
  });
});

function hostsLines(): string[] {
  const { nameResolution } = lab.profile;
  if (nameResolution.kind !== 'hosts-file') throw new Error('A lab resolves its names in a hosts file.');
  return readFileSync(nameResolution.path, 'utf8').trimEnd().split('\n');
}

function certificateOf(node: LabNode): Promise<{ subjectaltname?: string }> {
  return new Promise((resolve, reject) => {
    const { serverName, ca } = doorOf(lab, node);
    const socket = connect({ host: node.host, port: node.port, servername: serverName, ca }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('a user with a declared access string may do that and no more', async () => {
  const accessString = 'on ~shop:* &* -@all +@read +@connection +info +cluster';
  const restricted = await startTestLab({ ...ELASTICACHE, authentication: { kind: 'rbac', accessString } });
  try {
    const primaries = restricted.nodes().slice(0, 3);
    const owner = primaries.find((_, shard) => shard === Math.floor(slotOf('shop:1') / (16_384 / 3))) as LabNode;
    expect(await askAsApplication(restricted, owner, 'GET', 'shop:1')).toBeNull();
    expect(await refusalOf(restricted, owner, 'GET', 'bank:1')).toMatch(/^NOPERM/);
    expect(await refusalOf(restricted, owner, 'SET', 'shop:1', 'v')).toMatch(/^NOPERM/);
    expect(await refusalOf(restricted, owner, 'CLUSTER', 'FAILOVER')).toMatch(/^NOPERM/);
  } finally {
    await restricted.stop();
    removeBaseDirectory(dirname(restricted.runDirectory));
  }
});
