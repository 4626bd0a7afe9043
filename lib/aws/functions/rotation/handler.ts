/**
 * The function that Secrets Manager calls to rotate a password or token of ElastiCache without downtime (steps.ts). What it
 * rotates is in its environment, which holds no secret.
 */
import { ProblemError } from '../../../base/problem.ts';
import { acceptAuthTokens } from './auth-token.ts';
import { ROTATION_ENVIRONMENT } from './environment.ts';
import { secretStore } from './secret-store.ts';
import type { SettlePace } from './settled.ts';
import { isAccepted, signIn } from './sign-in.ts';
import { type Acceptance, type RotationEvent, rotate } from './steps.ts';
import { acceptUserPasswords } from './user-passwords.ts';

/** What Lambda tells a function about this call, as far as it matters here. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Kept to say why in. */
const TIME_TO_ANSWER_MS = 30_000;
const EVERY_MS = 2_000;
/** A subnet without a way out answers nothing at all. */
const CALL = { maxAttempts: 3, requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 } } as const;

/** @throws ProblemError `ROTATION_…`: Secrets Manager tries again later and tells CloudTrail */
export async function handler(event: RotationEvent, context: LambdaContext): Promise<void> {
  const [secrets, cache] = await Promise.all([
    import('@aws-sdk/client-secrets-manager'),
    import('@aws-sdk/client-elasticache'),
  ]);
  const endsAt = performance.now() + context.getRemainingTimeInMillis() - TIME_TO_ANSWER_MS;
  const store = secretStore(secrets, new secrets.SecretsManagerClient(CALL), event.SecretId);
  try {
    await rotate(event, store, acceptanceOf(cache, process.env, { everyMs: EVERY_MS, endsAt }));
  } catch (error) {
    throw error instanceof ProblemError ? error : callFailed(event, error as Error);
  }
}

function callFailed({ Step: step }: RotationEvent, error: Error): ProblemError {
  const message = `The step ${step} of the rotation could not ask AWS (${error.name}: ${error.message}). ${adviceOn(error)} The current password stays as it is.`;
  return new ProblemError({ code: 'ROTATION_CALL_FAILED', message }, { cause: error });
}

/** An error that the service did not send means that it was not reached. */
function adviceOn({ name, $metadata }: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }): string {
  if ($metadata?.httpStatusCode === undefined) {
    return 'Its subnets must reach Secrets Manager and ElastiCache: through a NAT gateway, or interface endpoints of the VPC whose security group lets the function in on port 443.';
  }
  return name.startsWith('AccessDenied')
    ? 'The role of the function needs the rights that PasswordRotation gives it.'
    : 'Put right what the service says, then start the rotation again.';
}

type Environment = Readonly<Record<string, string | undefined>>;

function acceptanceOf(
  sdk: typeof import('@aws-sdk/client-elasticache'),
  environment: Environment,
  pace: SettlePace,
): Acceptance {
  const client = new sdk.ElastiCacheClient(CALL);
  const given = (name: keyof typeof ROTATION_ENVIRONMENT) => environment[ROTATION_ENVIRONMENT[name]];
  const [host, port, userId, userName, groupId] = [
    given('host'),
    Number(given('port')),
    given('userId'),
    given('userName'),
    given('replicationGroupId'),
  ];
  if (host === undefined || !Number.isInteger(port)) throw unconfigured();
  if (userId !== undefined && userName !== undefined) {
    return {
      acceptBoth: acceptUserPasswords(sdk, client, userId, pace),
      signIn: (password) => signIn({ host, port, userName }, password),
    };
  }
  if (groupId === undefined) throw unconfigured();
  const group = {
    replicationGroupId: groupId,
    isAccepted: (token: string) => isAccepted({ host, port }, token),
  };
  return {
    acceptBoth: acceptAuthTokens(sdk, client, group, pace),
    signIn: (token) => signIn({ host, port }, token),
  };
}

function unconfigured(): ProblemError {
  const names = Object.values(ROTATION_ENVIRONMENT).join(', ');
  const message = `The function does not know what to rotate. Its environment must hold the host and port, and either the user or the group (of ${names}). Deploy it with ElastiCacheCluster.`;
  return new ProblemError({ code: 'ROTATION_NOT_CONFIGURED', message });
}
