/** The clouds' libraries taken away from a process of its own: what `verify` and `connect` say then. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const HOOKS = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (/^@(azure|smithy|aws-sdk|aws-crypto)\\//.test(specifier))
      throw Object.assign(new Error('Cannot find package ' + specifier), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(specifier, context);
  },
});`;

async function saidOf(reference: object): Promise<string> {
  const secret = new URL('../../../lib/profile/secret.ts', import.meta.url).href;
  const program = `import { readSecret } from '${secret}';
try { await readSecret(${JSON.stringify(reference)}); console.log('a token'); } catch (error) { console.log(error.message); }`;
  const hooks = `data:text/javascript,${encodeURIComponent(HOOKS)}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    hooks,
    '--input-type=module',
    '--eval',
    program,
  ]);
  return stdout.trim();
}

test.each([
  [
    'AWS IAM',
    { kind: 'aws-iam', cacheName: 'shop', region: 'eu-west-1', serverless: false, userId: 'checkout' },
    'IAM_LIBRARY_MISSING: A token of AWS IAM needs libraries that are not installed: npm install @aws-sdk/credential-provider-node @smithy/signature-v4 @smithy/protocol-http @aws-crypto/sha256-js, next to redoubt.',
  ],
  [
    'Microsoft Entra',
    { kind: 'azure-entra', scope: 'https://redis.azure.com/.default' },
    'ENTRA_LIBRARY_MISSING: A token of Microsoft Entra needs libraries that are not installed: npm install @azure/identity, next to redoubt.',
  ],
])('without its libraries a token of %s is one sentence with what to install', async (_, reference, sentence) => {
  expect(await saidOf(reference)).toBe(sentence);
});
