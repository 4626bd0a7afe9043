/**
 * The very file that is deployed, in a process of its own, between the real SDKs and stand-ins of both services whose effect is real:
 * rotations of a lab's passwords and tokens, under a client that writes all the while.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { STEPS } from '../../../../lib/aws/functions/rotation/steps.ts';
import { connect } from '../../../../lib/client/connect.ts';
import { readSecret } from '../../../../lib/profile/secret.ts';
import { type Outcome, steadyLoad } from '../../../client/support/steady-load.ts';
import { startDescribableLab } from '../../../control/elasticache/stand-in/lab.ts';
import {
  type ElastiCacheApiStandIn,
  faults,
  type StandInOptions,
  startElastiCacheApi,
} from '../../../control/elasticache/stand-in/start.ts';
import { removeBaseDirectory } from '../../../lab/support/lab.ts';
import type { StoredSecret } from '../../secrets-manager/secret.ts';
import { accessDenied, type SecretsManagerStandIn, startSecretsManager } from '../../secrets-manager/start.ts';
import { bundledFunction, type Lambda, type LambdaOptions, withLambda } from '../lambda.ts';
import { Deployment, eventOf, type Kind, passwordOf, rotateBy, SECRET_ID } from './deployment.ts';

const USER: Kind = {
  authentication: { kind: 'rbac' },
  what: { CACHE_USER_ID: 'application', CACHE_USER_NAME: 'application' },
};
const TOKEN: Kind = { authentication: { kind: 'auth-token' }, what: { CACHE_GROUP_ID: 'orders' } };

let bundle: Awaited<ReturnType<typeof bundledFunction>>;
let secrets: SecretsManagerStandIn;
let deployment: Deployment;
let secret: StoredSecret;
let api: ElastiCacheApiStandIn;

beforeAll(async () => {
  bundle = await bundledFunction('rotation');
  secrets = await startSecretsManager();
});
afterAll(async () => {
  await bundle?.remove();
  await secrets?.close();
});

function eachTimeIn(kind: Kind): void {
  beforeAll(async () => {
    const lab = await startDescribableLab({ authentication: kind.authentication });
    deployment = new Deployment(lab, kind, await readSecret(lab.profile.authentication.secret));
  }, 60_000);
  afterAll(async () => {
    await deployment?.lab.stop();
    if (deployment !== undefined) removeBaseDirectory(dirname(deployment.lab.runDirectory));
  });
  beforeEach(async () => {
    secret = await deployment.reset(secrets);
    api = await startElastiCacheApi({ lab: deployment.lab });
  });
  afterEach(() => api?.close());
}

/** No password that ever was may be in what the function writes or says. */
async function inLambda(use: (lambda: Lambda) => Promise<void>, change: Partial<LambdaOptions['environment']> = {}) {
  const options = deployment.lambdaOptions(secrets, api);
  const environment = Object.fromEntries(
    Object.entries({ ...options.environment, ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  await withLambda(bundle.folder, { ...options, environment }, async (lambda) => {
    await use(lambda);
    for (const label of Object.values(secret.labels()).flat()) {
      const password = passwordOrNone(label);
      if (password !== undefined) expect(lambda.log()).not.toContain(password);
    }
  });
}

function passwordOrNone(label: string): string | undefined {
  try {
    return passwordOf(secret, label);
  } catch {
    return undefined;
  }
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const failure = await work.then(
    () => 'nothing failed',
    (error: Error) => error.message,
  );
  for (const label of ['AWSCURRENT', 'AWSPENDING']) {
    const password = passwordOrNone(label);
    if (password !== undefined) expect(failure).not.toContain(password);
  }
  return failure;
}

async function apiWith(options: Partial<StandInOptions>): Promise<void> {
  await api.close();
  api = await startElastiCacheApi({ lab: deployment.lab, ...options });
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

describe.each([
  ['the password of a user', USER],
  ['an AUTH token', TOKEN],
])('%s', (_what, kind) => {
  eachTimeIn(kind);

  test('is rotated twice under load and nothing fails, whether the application has read the new one yet or not', async () => {
    const client = await connect(deployment.profile, { log: 'silent' });
    const load = steadyLoad(client);
    let written: Outcome | undefined;
    const passwords = [deployment.first];
    try {
      await inLambda(async (lambda) => {
        await rotateBy(lambda, secret);
        passwords.push(passwordOf(secret, 'AWSCURRENT'));
        // The application still has the first one, and has to sign in with it.
        await deployment.dropConnections();
        await client.set('rotation:after', 'first rotation');
        expect(await deployment.accepts(deployment.first)).toBe(true);
        // By the next rotation it has read the second.
        writeFileSync(deployment.secretFile, passwords[1] as string, { mode: 0o600 });
        await rotateBy(lambda, secret);
        passwords.push(passwordOf(secret, 'AWSCURRENT'));
        await deployment.dropConnections();
        await client.set('rotation:after', 'second rotation');
      });
    } finally {
      written = await load.stop();
      client.disconnect();
    }
    expect(written.failures).toEqual([]);
    expect(written.attempted).toBeGreaterThan(100);
    expect(new Set(passwords).size).toBe(3);
    expect(await Promise.all(passwords.map((each) => deployment.accepts(each)))).toEqual([false, true, true]);
  }, 60_000);

  test('is rotated the same when every step is called again, in the first rotation and in later ones', async () => {
    await inLambda(async (lambda) => {
      for (const _rotation of ['first', 'later']) {
        const former = passwordOf(secret, 'AWSCURRENT');
        const versionId = secret.beginRotation();
        for (const step of STEPS) {
          await lambda.invoke(eventOf(step, versionId));
          await lambda.invoke(eventOf(step, versionId));
          // Whoever reads the secret now is let in.
          expect(await deployment.accepts(passwordOf(secret, 'AWSCURRENT'))).toBe(true);
        }
        const current = passwordOf(secret, 'AWSCURRENT');
        expect(current).not.toBe(former);
        expect(await deployment.accepts(former)).toBe(true);
        expect(secret.labels()[versionId]).toContain('AWSCURRENT');
      }
    });
  }, 60_000);

  test('keeps the other fields of the secret, and has 64 letters and digits', async () => {
    await inLambda(async (lambda) => void (await rotateBy(lambda, secret, ['createSecret'])));
    const pending = JSON.parse(secret.value({ label: 'AWSPENDING' }).text);
    expect(pending).toEqual({ username: 'application', password: expect.stringMatching(/^[A-Za-z0-9]{64}$/) });
  });

  test('stays as it is when the cache does not let the new one in', async () => {
    await inLambda(async (lambda) => {
      const versionId = await rotateBy(lambda, secret, ['createSecret']);
      // setSecret was never called.
      expect(await failureOf(lambda.invoke(eventOf('testSecret', versionId)))).toMatch(
        /ROTATION_LOGIN_FAILED: .* did not let .* in with the new password \(it said "-WRONGPASS/,
      );
      expect(passwordOf(secret, 'AWSCURRENT')).toBe(deployment.first);
    });
  });

  test('stays as it is when the change does not come to rest in time, and the sentence says so before Lambda ends it', async () => {
    const stuck = (action: string, result: object) => {
      if (action === 'DescribeUsers') return { Users: [{ UserId: 'application', Status: 'modifying' }] };
      if (action !== 'DescribeReplicationGroups') return result;
      return { ReplicationGroups: [{ ReplicationGroupId: 'orders', Status: 'modifying' }] };
    };
    await apiWith({ change: stuck });
    await inLambda(async (lambda) => {
      const versionId = await rotateBy(lambda, secret, ['createSecret']);
      expect(await failureOf(lambda.invoke(eventOf('setSecret', versionId), 31_000))).toMatch(
        /ROTATION_NOT_SETTLED: The (user application|replication group orders) should be "(active|available)" and was "modifying" after \d s/,
      );
      expect(passwordOf(secret, 'AWSCURRENT')).toBe(deployment.first);
    });
  });

  test('stays as it is when the role may not change it', async () => {
    await apiWith({ denied: ['ModifyUser', 'ModifyReplicationGroup'] });
    await inLambda(async (lambda) => {
      expect(await failureOf(rotateBy(lambda, secret, ['createSecret', 'setSecret']))).toMatch(
        /ROTATION_CALL_FAILED: The step setSecret .*\(AccessDenied.*The role of the function needs the rights/,
      );
    });
  });

  test('stays as it is when the service is changing it already', async () => {
    // Between the question and the request somebody else was faster.
    const [modifying, fault] =
      kind === USER
        ? (['ModifyUser', faults.invalidUserState('User is not in active state.')] as const)
        : (['ModifyReplicationGroup', faults.invalidState('Replication group must be in available state.')] as const);
    api.failNext(modifying, fault);
    await inLambda(async (lambda) => {
      const versionId = await rotateBy(lambda, secret, ['createSecret']);
      expect(await failureOf(lambda.invoke(eventOf('setSecret', versionId)))).toMatch(
        /ROTATION_CALL_FAILED: The step setSecret .*\(Invalid(User|ReplicationGroup)State.*Put right what the service says.*stays as it is/,
      );
      expect(passwordOf(secret, 'AWSCURRENT')).toBe(deployment.first);
      expect(await deployment.accepts(deployment.first)).toBe(true);
      // Secrets Manager calls the step again.
      for (const step of ['setSecret', 'testSecret', 'finishSecret']) await lambda.invoke(eventOf(step, versionId));
      expect(await deployment.accepts(passwordOf(secret, 'AWSCURRENT'))).toBe(true);
    });
  }, 30_000);

  test('waits while the API is only throttled', async () => {
    const [describing] = kind === USER ? ['DescribeUsers'] : ['DescribeReplicationGroups'];
    for (let time = 0; time < 4; time += 1) api.failNext(describing as string, faults.throttled());
    await inLambda(async (lambda) => void (await rotateBy(lambda, secret)));
    expect(await deployment.accepts(passwordOf(secret, 'AWSCURRENT'))).toBe(true);
  });
});

describe('an AUTH token that the secret does not name', () => {
  eachTimeIn(TOKEN);

  test('was added by a rotation that was given up: the current one stays accepted, and the sentence says what to do', async () => {
    await inLambda(async (lambda) => {
      await rotateBy(lambda, secret);
      const current = passwordOf(secret, 'AWSCURRENT');
      const givenUp = await rotateBy(lambda, secret, ['createSecret', 'setSecret']);
      const stray = passwordOf(secret, 'AWSPENDING');
      secret.moveLabel('AWSPENDING', undefined, givenUp);

      expect(await failureOf(rotateBy(lambda, secret))).toMatch(/ROTATION_STRAY_TOKEN: .*orders.*stays accepted/);
      expect(await deployment.accepts(current)).toBe(true);

      // The way out that the sentence names.
      secret.moveLabel(
        'AWSCURRENT',
        givenUp,
        Object.keys(secret.labels()).find((id) => secret.labels()[id]?.includes('AWSCURRENT')),
      );
      await rotateBy(lambda, secret);
      expect(await deployment.accepts(stray)).toBe(true);
      expect(await deployment.accepts(passwordOf(secret, 'AWSCURRENT'))).toBe(true);
      expect(await deployment.accepts(current)).toBe(false);
    });
  }, 60_000);
});

describe('a call is refused', () => {
  eachTimeIn(USER);

  test('while rotation is off', async () => {
    secret.rotationEnabled = false;
    await inLambda(async (lambda) => {
      expect(await failureOf(rotateBy(lambda, secret))).toMatch(/ROTATION_OFF: Rotation of arn:.* is switched off/);
    });
  });

  test('for a version that is not the pending one', async () => {
    await inLambda(async (lambda) => {
      expect(await failureOf(lambda.invoke(eventOf('setSecret', crypto.randomUUID())))).toMatch(
        /ROTATION_VERSION_NOT_PENDING: .*it has no label/,
      );
      await rotateBy(lambda, secret);
      const [former] = Object.entries(secret.labels()).find(([, labels]) => labels.includes('AWSPREVIOUS')) ?? [];
      expect(await failureOf(lambda.invoke(eventOf('setSecret', former ?? '')))).toMatch(
        /ROTATION_VERSION_NOT_PENDING: .*it has AWSPREVIOUS/,
      );
    });
  });

  test('for a step that does not exist', async () => {
    await inLambda(async (lambda) => {
      expect(await failureOf(lambda.invoke(eventOf('dropSecret', secret.beginRotation())))).toMatch(
        /ROTATION_STEP_UNKNOWN: The step of the rotation is "dropSecret"/,
      );
    });
  });

  test('when the pending version has no value', async () => {
    await inLambda(async (lambda) => {
      expect(await failureOf(rotateBy(lambda, secret, ['setSecret']))).toMatch(
        /ROTATION_VERSION_MISSING: .* has no pending version/,
      );
    });
  });

  test('when the secret is not what the cluster generates', async () => {
    secret = secrets.store(SECRET_ID, 'only-a-password-of-somebody');
    secret.rotationEnabled = true;
    await inLambda(async (lambda) => {
      const failure = await lambda.invoke(eventOf('createSecret', secret.beginRotation())).catch(String);
      expect(failure).toMatch(/ROTATION_SECRET_MALFORMED: The version AWSCURRENT of arn:/);
      expect(failure).not.toContain('only-a-password');
    });
  });

  test('when there is no such user', async () => {
    await inLambda(
      async (lambda) => {
        expect(await failureOf(rotateBy(lambda, secret))).toMatch(
          /ROTATION_CALL_FAILED: The step setSecret .*User somebody-else not found.*Put right what the service says/,
        );
      },
      { CACHE_USER_ID: 'somebody-else' },
    );
  });

  test('when the secret may not be read', async () => {
    secrets.failNext('DescribeSecret', accessDenied('DescribeSecret'));
    await inLambda(async (lambda) => {
      expect(await failureOf(rotateBy(lambda, secret))).toMatch(
        /ROTATION_CALL_FAILED: The step createSecret .*AccessDeniedException.*The role of the function/,
      );
    });
  });

  test('when there is no way to AWS', async () => {
    await inLambda(
      async (lambda) => {
        expect(await failureOf(rotateBy(lambda, secret))).toMatch(
          /ROTATION_CALL_FAILED: The step createSecret .*NAT gateway, or interface endpoints/,
        );
      },
      { AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${await closedPort()}` },
    );
  });

  test('when there is no way to the cache', async () => {
    await inLambda(
      async (lambda) => {
        expect(await failureOf(rotateBy(lambda, secret))).toMatch(
          /ROTATION_LOGIN_FAILED: .* could not be asked .*ECONNREFUSED.*security group/,
        );
      },
      { CACHE_PORT: String(await closedPort()) },
    );
  });

  test.each(['CACHE_HOST', 'CACHE_USER_NAME'])('without %s', async (name) => {
    await inLambda(
      async (lambda) => {
        expect(await failureOf(rotateBy(lambda, secret))).toMatch(/ROTATION_NOT_CONFIGURED: .*CACHE_HOST/);
      },
      { [name]: undefined },
    );
  });
});
