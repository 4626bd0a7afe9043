import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { findRedisServer } from '../../lib/lab/redis-binary.ts';
import { slotOf } from '../../lib/topology/slot.ts';

/** Long enough for every key to have braces in all kinds of places, text that is not ASCII, and bytes that are not text. */
const KEY_COUNT = 1_000;

let directory: string;
let server: ChildProcess;
let socket: Socket;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-keyslot-'));
  const path = join(directory, 'server.sock');
  // Clients get in through a socket in a directory of mode 0700 only. The cluster's own bus cannot be switched off, and
  // without a port of its own it would take 10000, which is a gateway's.
  const bus = ['--bind', '127.0.0.1', '--cluster-enabled', 'yes', '--cluster-port', String(await freePort())];
  const settings = ['--port', '0', '--unixsocket', path, '--dir', directory, '--save', '', ...bus];
  const { path: program } = await findRedisServer(process.env);
  server = spawn(program, settings, { stdio: 'ignore' });
  socket = await waitUntil({
    what: 'redis-server to listen on its socket',
    timeoutMs: 10_000,
    everyMs: 20,
    probe: () => connected(path),
  });
});

afterAll(async () => {
  socket?.destroy();
  if (server?.exitCode === null && server.kill('SIGTERM')) await once(server, 'exit');
  await rm(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The socket is there before the server is ready, so only an answer counts. */
async function connected(path: string): Promise<Socket> {
  const made = connect(path);
  await once(made, 'connect');
  made.write('PING\r\n');
  await once(made, 'data');
  return made;
}

/** Asks for all slots in one pipeline. An answer is a line `:12182`. */
async function slotsOfServer(keys: readonly Buffer[]): Promise<number[]> {
  const requests = keys.flatMap((key) => [
    Buffer.from(`*3\r\n$7\r\nCLUSTER\r\n$7\r\nKEYSLOT\r\n$${key.length}\r\n`),
    key,
    Buffer.from('\r\n'),
  ]);
  let answers = '';
  const whole = new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk) => {
      answers += chunk.toString('latin1');
      if (answers.split('\r\n').length > keys.length) resolve();
    });
    socket.once('error', reject);
  });
  socket.write(Buffer.concat(requests));
  await whole;
  const lines = answers.split('\r\n').slice(0, keys.length);
  expect(lines.every((line) => line.startsWith(':'))).toBe(true);
  return lines.map((line) => Number(line.slice(1)));
}

describe('the slot of a key', () => {
  it('is what the server itself answers to CLUSTER KEYSLOT', async () => {
    const part = fc.constantFrom('{', '}', '{}', '}{', 'a', 'user1000', '中文', 'é', '😀', ' ', '\0', '\r\n');
    const withBraces = fc.array(part, { maxLength: 12 }).map((parts) => Buffer.from(parts.join('')));
    const text = fc.string({ unit: 'binary', maxLength: 40 }).map((key) => Buffer.from(key));
    const bytes = fc.uint8Array({ maxLength: 40 }).map((key) => Buffer.from(key));
    const keys = fc.sample(fc.oneof(withBraces, text, bytes), KEY_COUNT);
    const expected = await slotsOfServer(keys);
    const differing = keys
      .map((key, index) => ({ key: key.toString('hex'), ours: slotOf(key), server: expected[index] }))
      .filter(({ ours, server: theirs }) => ours !== theirs);
    expect(differing).toEqual([]);
    // Text is hashed as the bytes a client sends for it.
    expect(keys.map((key) => slotOf(key.toString('utf8')))).toEqual(
      keys.map((key) => slotOf(Buffer.from(key.toString('utf8')))),
    );
  });
});
