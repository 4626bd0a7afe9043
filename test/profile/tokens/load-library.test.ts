import { expect, test } from 'vitest';
import { iamTokens } from '../../../lib/profile/tokens/aws-iam.ts';
import { loadLibrary } from '../../../lib/profile/tokens/load-library.ts';

const NEED = { what: 'A token of AWS IAM', packages: ['@smithy/signature-v4', 'other'], code: 'IAM_LIBRARY_MISSING' };
const missing = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' }));

test('a library that is not installed is a sentence that says what to install', async () => {
  await expect(loadLibrary(missing, NEED)).rejects.toThrow(
    'IAM_LIBRARY_MISSING: A token of AWS IAM needs libraries that are not installed: npm install @smithy/signature-v4 other, next to redoubt.',
  );
});

test('any other error of loading is told as it is', async () => {
  await expect(loadLibrary(() => Promise.reject(new SyntaxError('broken')), NEED)).rejects.toThrow(/^broken$/);
});

test('a library that is there is given, and one that was missing is looked for again', async () => {
  expect(await loadLibrary(async () => 'library', NEED)).toBe('library');
  let tries = 0;
  const read = iamTokens({ kind: 'aws-iam', cacheName: 'c', region: 'r', serverless: false, userId: 'u' }, () => {
    tries += 1;
    return missing();
  });
  await expect(read()).rejects.toThrow('gone');
  await expect(read()).rejects.toThrow('gone');
  expect(tries).toBe(2);
});
