/**
 * A token for an IAM user of ElastiCache: the signed address of a request that is never sent, without its scheme. It lives
 * for 15 minutes (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html).
 */
import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { ProblemError } from '../../../base/problem.ts';

const LIFETIME_SECONDS = 900;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param environment where Lambda puts the credentials of the function's role
 * @throws ProblemError `VERIFY_ROLE_CREDENTIALS_MISSING`
 */
export async function iamToken(
  { cacheName, userName }: { readonly cacheName: string; readonly userName: string },
  environment: Environment = process.env,
  signingDate: Date = new Date(),
): Promise<string> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = environment;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined || AWS_REGION === undefined) {
    const message =
      'No token can be signed: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION must be set, as Lambda sets them for a function with a role.';
    throw new ProblemError({ code: 'VERIFY_ROLE_CREDENTIALS_MISSING', message });
  }
  const signer = new SignatureV4({
    service: 'elasticache',
    region: AWS_REGION,
    sha256: Sha256,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
    },
  });
  const connect = new HttpRequest({
    method: 'GET',
    protocol: 'http:',
    // The service keeps the names of its groups in small letters.
    hostname: cacheName.toLowerCase(),
    path: '/',
    headers: { host: cacheName.toLowerCase() },
    query: { Action: 'connect', User: userName },
  });
  const { hostname, path, query } = await signer.presign(connect, { expiresIn: LIFETIME_SECONDS, signingDate });
  const pairs = Object.entries(query as Record<string, string>);
  return `${hostname}${path}?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
}
