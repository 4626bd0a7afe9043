import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import azureEnterprise from '../../../deployments/azure-enterprise.ts';
import { sleep } from '../../../lib/base/wait-until.ts';
import { encodeCommand } from '../../../lib/lab/proxy/resp.ts';
import { serviceConfigPath } from '../../../lib/lab/service-process.ts';
import { BareClient, type ProxyLab, plain, startProxyLab } from './fixture.ts';

const MAIN = join(import.meta.dirname, '../../../lib/lab/proxy/main.ts');

interface Running {
  readonly child: ChildProcess;
  readonly output: { out: string; error: string };
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

describe('the process of a proxy', () => {
  let lab: ProxyLab;
  let folder: string;
  const running: Running[] = [];

  beforeAll(async () => {
    lab = await startProxyLab(azureEnterprise);
    folder = mkdtempSync(join(tmpdir(), 'redoubt-proxy-process-'));
  });
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });
  afterAll(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true });
  });

  function configuration(changes: Record<string, unknown> = {}): Record<string, unknown> {
    const own = JSON.parse(readFileSync(serviceConfigPath(lab.lab.runDirectory, 'endpoint'), 'utf8')) as {
      listen: { host: string };
    };
    return { ...own, listen: { host: own.listen.host, port: 0 }, ...changes };
  }

  function start(content: unknown, mode = 0o600): Running {
    const path = join(folder, 'config.json');
    if (existsSync(path)) rmSync(path);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode });
    chmodSync(path, mode);
    const child = spawn(process.execPath, [MAIN, path], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { out: '', error: '' };
    child.stdout?.on('data', (chunk) => {
      output.out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output.error += chunk;
    });
    const started = { child, output, ended: once(child, 'close').then(([code]) => code as number | null) };
    running.push(started);
    return started;
  }

  async function ready(content: unknown): Promise<Running & { port: number }> {
    const started = start(content);
    while (!started.output.out.includes('\n')) {
      if (started.child.exitCode !== null) throw new Error(started.output.error);
      await sleep(5);
    }
    return { ...started, port: Number(/^READY (\d+)$/m.exec(started.output.out)?.[1]) };
  }

  test('says READY with its port, serves, and ends with 0 on SIGTERM after a polite end to its clients', async () => {
    const proxy = await ready(configuration());
    const client = await BareClient.connect({ ...lab, port: proxy.port });
    expect(plain(await client.call('SET', 'foo', '1'))).toBe('OK');
    const idle = await BareClient.connect({ ...lab, port: proxy.port }, false);
    idle.write(encodeCommand(['AUTH', lab.password]));
    await idle.next();
    idle.write(encodeCommand(['BLPOP', 'nothing', '0']));
    // Neither of these ever finishes its handshake.
    const halfOpen = connectPlain({ host: lab.host, port: proxy.port });
    halfOpen.on('error', () => {});
    await once(halfOpen, 'connect');
    proxy.child.kill('SIGTERM');
    expect(await proxy.ended).toBe(0);
    await Promise.all([client.closed(), idle.closed()]);
    expect(proxy.output.error).toBe('');
  });

  test('what is wrong with the configuration is said in sentences, with exit code 64', async () => {
    const wrong = start(configuration({ kind: 'sentinel', listen: { host: '127.0.0.1', port: -1 } }));
    expect(await wrong.ended).toBe(64);
    expect(wrong.output.error.trim().split('\n')).toHaveLength(2);
    expect(wrong.output.error).toMatch(/^PROXY_CONFIG_INVALID kind: The proxy's configuration is wrong here/m);
    const exposed = start(configuration(), 0o640);
    expect([await exposed.ended, exposed.output.error]).toEqual([64, expect.stringContaining('PROXY_CONFIG_EXPOSED')]);
  });

  test('a port that is taken ends it with 70 and a sentence that names the port', async () => {
    const taken = start(configuration({ listen: { host: lab.host, port: lab.port } }));
    expect(await taken.ended).toBe(70);
    expect(taken.output.error).toContain(`cannot listen on ${lab.host}:${lab.port}: EADDRINUSE`);
  });

  test('a certificate that does not fit its key ends it with 70', async () => {
    const { tls } = configuration() as { tls: Record<string, string> };
    const mixed = start(configuration({ tls: { ...tls, certificateFile: tls.caFile } }));
    expect([await mixed.ended, mixed.output.error]).toEqual([70, expect.stringContaining('PROXY_CERTIFICATE_INVALID')]);
  });

  test('plaintext and old TLS are not spoken', async () => {
    const plaintext = connectPlain({ host: lab.host, port: lab.port });
    plaintext.write('PING\r\n');
    let received = '';
    plaintext.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    plaintext.on('error', () => {});
    await once(plaintext, 'close');
    expect(received).not.toContain('NOAUTH');
    expect(received).not.toContain('PONG');
    const old = connect({
      host: lab.host,
      port: lab.port,
      servername: lab.serverName,
      ca: lab.authority,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    });
    await expect(once(old, 'secureConnect')).rejects.toThrow();
  });

  test('a client whose silence lasts too long is disconnected, one that waits for an element is not', async () => {
    const proxy = await ready(configuration({ idleTimeoutMs: 300 }));
    const idle = await BareClient.connect({ ...lab, port: proxy.port });
    const waiting = await BareClient.connect({ ...lab, port: proxy.port });
    waiting.write(encodeCommand(['BLPOP', 'nothing', '1']));
    await idle.closed();
    expect(plain(await waiting.next())).toBeNull();
  });

  test('with no node to be reached, clients connect and are answered that the shard is unreachable', async () => {
    const nowhere = { seeds: [{ host: lab.host, port: 1 }], serverName: lab.serverName };
    const { stateFile: _, ...rest } = configuration({ backends: nowhere, waitForShardMs: 500 });
    const proxy = await ready(rest);
    const client = await BareClient.connect({ ...lab, port: proxy.port }, false);
    client.write(encodeCommand(['AUTH', lab.password]));
    expect(plain(await client.next())).toMatch(/^-ERR the shard of this key could not be reached/);
    await client.closed();
  });

  test('a node whose certificate is for another name is not spoken to', async () => {
    const { backends } = configuration() as { backends: Record<string, unknown> };
    const proxy = await ready(
      configuration({ backends: { ...backends, serverName: 'somebody.else' }, waitForShardMs: 500 }),
    );
    const client = await BareClient.connect({ ...lab, port: proxy.port }, false);
    client.write(encodeCommand(['PING']));
    expect(plain(await client.next())).toMatch(/^-ERR the shard of this key could not be reached/);
  });
});
