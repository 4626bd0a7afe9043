/** Rotations at real servers, whose ACL is changed as ElastiCache changes a user's passwords, under a client that works all the while. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signIn } from '../../../../lib/aws/functions/rotation/sign-in.ts';
import { type Acceptance, rotate, STEPS, type Step } from '../../../../lib/aws/functions/rotation/steps.ts';
import { connect } from '../../../../lib/client/connect.ts';
import { type Administrator, administratorOf } from '../../../../lib/lab/administrator.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import type { ConnectionProfile } from '../../../../lib/profile/profile.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../../../lab/support/lab.ts';
import { MemoryStore } from './memory-store.ts';

const baseDirectory = newBaseDirectory();
const secretPath = join(baseDirectory, 'secret');
let lab: Lab;
let administrator: Administrator;
let profile: ConnectionProfile;
let store: MemoryStore;
let first = '';

beforeAll(async () => {
  lab = await startTestLab(ELASTICACHE, { baseDirectory });
  administrator = administratorOf(lab.runDirectory, lab.profile.tls.serverName);
  const { secret } = lab.profile.authentication;
  if (secret.kind !== 'file') throw new Error('The lab keeps its secret elsewhere now.');
  first = readFileSync(secret.path, 'utf8').trim();
  profile = {
    ...lab.profile,
    authentication: { ...lab.profile.authentication, secret: { kind: 'file', path: secretPath } },
  };
}, 60_000);
beforeEach(async () => {
  store = new MemoryStore({ username: user(), password: first });
  await setPasswords([first]);
  writeFileSync(secretPath, first, { mode: 0o600 });
});
afterAll(async () => {
  administrator?.close();
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});

const user = () => profile.authentication.userName ?? 'default';

/** As ModifyUser does: exactly these from now on, and connections that are there already stay. */
async function setPasswords(passwords: readonly string[]): Promise<void> {
  const words = passwords.map((password) => `>${password}`);
  for (const node of lab.nodes()) {
    const [reply] = await administrator.ask(node, [['ACL', 'SETUSER', user(), 'resetpass', ...words]]);
    if (reply instanceof Error) throw reply;
  }
}

function cache(): Acceptance {
  const [node] = lab.nodes();
  const { serverName, caFile = '' } = lab.profile.tls;
  const endpoint = {
    host: node?.host ?? '',
    port: node?.port ?? 0,
    serverName,
    certificateAuthority: readFileSync(caFile, 'utf8'),
    userName: user(),
  };
  return {
    acceptBoth: ({ current, pending }) => setPasswords([current, pending]),
    signIn: (password) => signIn(endpoint, password),
  };
}

async function rotation(versionId: string, steps: readonly Step[] = STEPS): Promise<string> {
  store.announce(versionId);
  for (const step of steps) {
    await rotate({ Step: step, SecretId: 'shop', ClientRequestToken: versionId }, store, cache());
  }
  return (await store.read('AWSCURRENT'))?.password ?? '';
}

/** Every connection of the application is lost, as in a maintenance, and has to sign in again. */
async function dropConnections(): Promise<void> {
  for (const node of lab.nodes()) await administrator.ask(node, [['CLIENT', 'KILL', 'USER', user()]]);
}

test('two rotations under load fail nothing, whether the application has read the new password yet or not', async () => {
  const client = await connect(profile, { log: 'silent' });
  const writes = new AbortController();
  const failures: string[] = [];
  let done = 0;
  const worker = async (index: number) => {
    while (!writes.signal.aborted) {
      await client.set(`rotation:${index}:${done % 100}`, String(done)).then(
        () => {
          done += 1;
        },
        (error: Error) => failures.push(error.message),
      );
    }
  };
  const workers = Array.from({ length: 8 }, (_, index) => worker(index));
  try {
    // The application still has the former password, and the cache still accepts it.
    const second = await rotation('version-1');
    await dropConnections();
    await client.set('rotation:after', 'first rotation');
    // The next rotation drops it; by then whoever reads secrets has the one before.
    writeFileSync(secretPath, second, { mode: 0o600 });
    const third = await rotation('version-2');
    await dropConnections();
    await client.set('rotation:after', 'second rotation');
    expect(new Set([first, second, third]).size).toBe(3);
  } finally {
    writes.abort();
    await Promise.all(workers);
    client.disconnect();
  }
  expect(failures).toEqual([]);
  expect(done).toBeGreaterThan(100);
  await expect(cache().signIn(first)).rejects.toThrow(/ROTATION_LOGIN_FAILED/);
});

describe('the login with the new password', () => {
  test('passes for one that the servers accept', async () => {
    await expect(cache().signIn(first)).resolves.toBeUndefined();
  });

  test('that fails stops the rotation, and the current password stays', async () => {
    await rotation('version-1', ['createSecret']);
    const pending = (await store.read('AWSPENDING'))?.password ?? '';
    const failure = await rotation('version-1', ['testSecret']).catch((error: Error) => error.message);
    expect(failure).toMatch(/ROTATION_LOGIN_FAILED: .* did not let .* in with the new password \(it said "-WRONGPASS/);
    expect(failure).not.toContain(pending);
    expect((await store.read('AWSCURRENT'))?.password).toBe(first);
  });

  test('is verified: a server with a name of its own is not given the password', async () => {
    const [node] = lab.nodes();
    const caFile = readFileSync(lab.profile.tls.caFile ?? '', 'utf8');
    const elsewhere = {
      host: node?.host ?? '',
      port: node?.port ?? 0,
      serverName: 'elsewhere.example',
      certificateAuthority: caFile,
    };
    await expect(signIn(elsewhere, first)).rejects.toThrow(/could not be asked .*(altnames|does not match)/);
  });

  test('to a place where nobody listens is one sentence', async () => {
    await expect(signIn({ host: '127.0.0.1', port: 1 }, first)).rejects.toThrow(
      /ROTATION_LOGIN_FAILED: .*ECONNREFUSED/,
    );
  });
});
