/** Signature Version 4, as a receiver checks it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiFault } from './fault.ts';

/** Who may ask; give these to the program under test as its environment. They open nothing but a stand-in. */
export const STAND_IN_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'AKIDSTANDIN',
  AWS_SECRET_ACCESS_KEY: 'a-secret-of-the-stand-in',
  AWS_REGION: 'eu-west-1',
} as const;

interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** Returns the region that was asked. @throws ApiFault 403, as the service does */
export function checkSignature(request: SignedRequest, expectedService = 'elasticache'): string {
  const { headers, method, path, body } = request;
  if (headers.authorization === undefined)
    throw new ApiFault('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
  const [, keyId, day = '', region = '', service = '', names = '', signature] = FORM.exec(headers.authorization) ?? [];
  if (keyId !== STAND_IN_ENVIRONMENT.AWS_ACCESS_KEY_ID || service !== expectedService)
    throw new ApiFault('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
  const canonicalHeaders = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, '', canonicalHeaders.join(''), names, sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => hmac(previous, part),
    `AWS4${STAND_IN_ENVIRONMENT.AWS_SECRET_ACCESS_KEY}`,
  );
  if (hmac(key, text).toString('hex') === signature) return region;
  throw new ApiFault(
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided.',
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
