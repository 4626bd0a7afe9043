import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSecret } from '../../lib/profile/secret.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-secret-'));
  path = join(directory, 'secret');
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function written(content: string, mode = 0o600): Promise<{ kind: 'file'; path: string }> {
  await writeFile(path, content);
  await chmod(path, mode);
  return { kind: 'file', path };
}

describe('a secret in the environment', () => {
  const reference = { kind: 'environment', variable: 'CACHE_SECRET' } as const;

  it('is the value of its variable, unchanged', async () => {
    expect(await readSecret(reference, { CACHE_SECRET: ' hunter2\n' })).toBe(' hunter2\n');
  });

  it('is looked for in the process when no environment is given', async () => {
    await expect(readSecret({ kind: 'environment', variable: 'REDOUBT_SURELY_NOT_SET' })).rejects.toThrow(
      /^SECRET_VARIABLE_MISSING/,
    );
  });

  it('that is not set is a problem', async () => {
    await expect(readSecret(reference, {})).rejects.toThrow(
      /^SECRET_VARIABLE_MISSING: .*CACHE_SECRET, which is not set/,
    );
    const inherited = { kind: 'environment', variable: 'constructor' } as const;
    await expect(readSecret(inherited, {})).rejects.toThrow(/^SECRET_VARIABLE_MISSING/);
  });

  it('that is empty is a problem', async () => {
    await expect(readSecret(reference, { CACHE_SECRET: '' })).rejects.toThrow(/^SECRET_EMPTY: .*CACHE_SECRET/);
  });
});

describe('a secret in a file', () => {
  it.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2\n\n', 'hunter2\n'],
    [' hunter2 ', ' hunter2 '],
  ])('%j is %j: the content without one trailing line break', async (content, secret) => {
    expect(await readSecret(await written(content))).toBe(secret);
  });

  it('may be read-only for its owner', async () => {
    expect(await readSecret(await written('hunter2', 0o400))).toBe('hunter2');
  });

  it.for([0o640, 0o604, 0o644, 0o660, 0o602])(
    'of mode %o is refused, because others may get at it',
    async (mode, { skip }) => {
      skip(process.platform === 'win32', 'Windows has no such modes.');
      const error = await readSecret(await written('hunter2', mode)).catch((thrown: Error) => thrown);
      expect(String(error)).toMatch(/SECRET_FILE_READABLE_BY_OTHERS: .* mode 0\d{3}, .*chmod 600/);
      expect(String(error)).not.toContain('hunter2');
    },
  );

  it('that is missing is a problem', async () => {
    await expect(readSecret({ kind: 'file', path })).rejects.toThrow(/^SECRET_FILE_MISSING: /);
  });

  it('that is a folder is a problem', async () => {
    await chmod(directory, 0o700);
    await expect(readSecret({ kind: 'file', path: directory })).rejects.toThrow(
      /^SECRET_FILE_UNREADABLE: .*\(EISDIR\)/,
    );
  });

  it.each(['', '\n'])('that is empty (%j) is a problem', async (content) => {
    await expect(readSecret(await written(content))).rejects.toThrow(/^SECRET_EMPTY: /);
  });

  it('that is too large is a problem, and none of it is repeated', async () => {
    const error = await readSecret(await written('hunter2'.repeat(10_000))).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/SECRET_FILE_TOO_LARGE: .*65536 bytes/);
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('a secret in AWS Secrets Manager', () => {
  const REFERENCE = {
    kind: 'aws-secrets-manager',
    secretId: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Cache-1',
    region: 'eu-west-1',
    field: 'password',
  } as const;

  it('is what was put into REDIS_PASSWORD', async () => {
    expect(await readSecret(REFERENCE, { REDIS_PASSWORD: 'fetched' })).toBe('fetched');
  });

  it('that was not fetched is a problem that says how', async () => {
    await expect(readSecret(REFERENCE, {})).rejects.toThrow(
      /^SECRET_TO_BE_FETCHED: .*--secret-id 'arn:.*Cache-1' --region eu-west-1 .*jq -r '\.password'/,
    );
    await expect(readSecret({ kind: 'aws-secrets-manager', secretId: 'x' }, {})).rejects.toThrow(
      /--secret-id 'x' --query SecretString --output text\)"/,
    );
  });

  it('that was fetched empty is a problem', async () => {
    await expect(readSecret(REFERENCE, { REDIS_PASSWORD: '' })).rejects.toThrow(/^SECRET_EMPTY: .*REDIS_PASSWORD/);
  });
});
