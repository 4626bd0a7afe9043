import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { iamToken } from '../../../../lib/aws/functions/verify/iam-token.ts';

const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'only-for-this-test',
  AWS_SESSION_TOKEN: 'a/session+token=',
  AWS_REGION: 'eu-west-1',
};
const AT = new Date('2026-11-20T12:00:00Z');
const tokenOf = (environment: Readonly<Record<string, string | undefined>>) =>
  iamToken({ cacheName: 'Shop', userName: 'checkout' }, environment, AT);

describe('a token of IAM', () => {
  it('is the address of a signed request without its scheme, for 15 minutes', async () => {
    const url = new URL(`http://${await tokenOf(ENVIRONMENT)}`);
    expect(url.host).toBe('shop');
    expect(url.pathname).toBe('/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'connect',
      User: 'checkout',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261120/eu-west-1/elasticache/aws4_request',
      'X-Amz-Date': '20261120T120000Z',
      'X-Amz-Expires': '900',
      'X-Amz-Security-Token': 'a/session+token=',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('has the signature that Signature Version 4 asks for', async () => {
    const url = new URL(`http://${await tokenOf(ENVIRONMENT)}`);
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url));
  });

  it('needs no session token', async () => {
    const { AWS_SESSION_TOKEN: _, ...longLived } = ENVIRONMENT;
    expect(await tokenOf(longLived)).not.toContain('X-Amz-Security-Token');
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'])('cannot be made without %s', async (name) => {
    await expect(tokenOf({ ...ENVIRONMENT, [name]: undefined })).rejects.toThrow(/VERIFY_ROLE_CREDENTIALS_MISSING/);
  });
});

/** By hand, from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. */
function signatureOf(url: URL): string {
  const escaped = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .filter(([key]) => key !== 'X-Amz-Signature')
    .map(([key, value]) => `${escaped(key)}=${escaped(value)}`)
    .sort()
    .join('&');
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = ['GET', '/', query, `host:${url.host}`, '', 'host', sha256('')].join('\n');
  const scope = '20261120/eu-west-1/elasticache/aws4_request';
  const toSign = ['AWS4-HMAC-SHA256', '20261120T120000Z', scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${ENVIRONMENT.AWS_SECRET_ACCESS_KEY}`,
    );
  return createHmac('sha256', key).update(toSign).digest('hex');
}
