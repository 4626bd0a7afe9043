/**
 * Tokens of AWS IAM for ElastiCache: a presigned `connect` request (Signature Version 4), without its scheme. Nothing is asked
 * of a service to make one, except for the AWS credentials that sign it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html#auth-iam-Connecting
 */
import { ProblemError } from '../../base/problem.ts';
import { reasonOf } from '../../topology/input/read-file.ts';
import type { SecretReference } from '../profile.ts';
import type { CredentialReader } from './credential.ts';
import { loadLibrary } from './load-library.ts';

export type IamReference = Extract<SecretReference, { kind: 'aws-iam' }>;

/** "The IAM authentication token is valid for 15 minutes." */
export const IAM_TOKEN_LIFETIME_S = 900;

interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When the credentials end; a token that they have signed ends with them. */
  readonly expiration?: Date;
}

export interface IamLibraries {
  readonly credentials: () => Promise<AwsCredentials>;
  readonly SignatureV4: typeof import('@smithy/signature-v4').SignatureV4;
  readonly HttpRequest: typeof import('@smithy/protocol-http').HttpRequest;
  readonly Sha256: typeof import('@aws-crypto/sha256-js').Sha256;
}

/**
 * @param now for tests; the clock must be right to 5 minutes, or the service refuses the signature
 * The reader rejects with ProblemError `IAM_LIBRARY_MISSING` or `IAM_CREDENTIALS_MISSING`.
 */
export function iamTokens(
  reference: IamReference,
  load: () => Promise<IamLibraries> = loadIamLibraries,
  now: () => number = Date.now,
): CredentialReader {
  let loading: Promise<IamLibraries> | undefined;
  return async () => {
    loading ??= load();
    const libraries = await loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const credentials = await credentialsOf(libraries);
    const signedAt = now();
    const secret = await signedRequest(reference, libraries, credentials, new Date(signedAt));
    const ownEnd = signedAt + IAM_TOKEN_LIFETIME_S * 1_000;
    const expiresAtEpochMs = Math.min(ownEnd, credentials.expiration?.getTime() ?? ownEnd);
    return { secret, expiresAtEpochMs, lifetimeMs: IAM_TOKEN_LIFETIME_S * 1_000 };
  };
}

async function signedRequest(
  { cacheName, region, serverless, userId }: IamReference,
  { SignatureV4, HttpRequest, Sha256 }: IamLibraries,
  credentials: AwsCredentials,
  signingDate: Date,
): Promise<string> {
  const hostname = cacheName.toLowerCase();
  const signer = new SignatureV4({ service: 'elasticache', region, credentials, sha256: Sha256 });
  const request = new HttpRequest({
    method: 'GET',
    protocol: 'http:',
    hostname,
    path: '/',
    headers: { host: hostname },
    query: { Action: 'connect', User: userId, ...(serverless ? { ResourceType: 'ServerlessCache' } : {}) },
  });
  const { query = {} } = await signer.presign(request, { expiresIn: IAM_TOKEN_LIFETIME_S, signingDate });
  const pairs = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`);
  return `${hostname}/?${pairs.join('&')}`;
}

/** RFC 3986, as the signature was computed: `encodeURIComponent` leaves four characters alone that it escapes. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function credentialsOf({ credentials }: IamLibraries): Promise<AwsCredentials> {
  try {
    return await credentials();
  } catch (error) {
    const message = `No token of AWS IAM can be signed, because there are no AWS credentials: ${reasonOf(error)}. Give this process a role (task role, instance profile, service account) or a profile of the AWS CLI that may \`elasticache:Connect\`.`;
    throw new ProblemError({ code: 'IAM_CREDENTIALS_MISSING', message }, { cause: error });
  }
}

async function loadIamLibraries(): Promise<IamLibraries> {
  const need = {
    what: 'A token of AWS IAM',
    packages: [
      '@aws-sdk/credential-provider-node',
      '@smithy/signature-v4',
      '@smithy/protocol-http',
      '@aws-crypto/sha256-js',
    ],
    code: 'IAM_LIBRARY_MISSING',
  };
  return loadLibrary(async () => {
    const [{ defaultProvider }, { SignatureV4 }, { HttpRequest }, { Sha256 }] = await Promise.all([
      import('@aws-sdk/credential-provider-node'),
      import('@smithy/signature-v4'),
      import('@smithy/protocol-http'),
      import('@aws-crypto/sha256-js'),
    ]);
    return { credentials: defaultProvider(), SignatureV4, HttpRequest, Sha256 };
  }, need);
}
