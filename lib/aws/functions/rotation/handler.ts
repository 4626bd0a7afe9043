/**
 * The function that Secrets Manager calls to rotate a password or token of ElastiCache without downtime (steps.ts). What it
 * rotates is in its environment, which holds no secret.
 */
import { ProblemError } from '../../../base/problem.ts';
import { acceptAuthTokens } from './auth-token.ts';
import { ROTATION_ENVIRONMENT } from './environment.ts';
import { secretStore } from './secret-store.ts';
import { USUAL_PACE } from './settled.ts';
import { signIn } from './sign-in.ts';
import { type Acceptance, type RotationEvent, rotate } from './steps.ts';
import { acceptUserPasswords } from './user-passwords.ts';

/** @throws ProblemError `ROTATION_…`: Secrets Manager tries again later and tells CloudTrail */
export async function handler(event: RotationEvent): Promise<void> {
  const [secrets, cache] = await Promise.all([
    import('@aws-sdk/client-secrets-manager'),
    import('@aws-sdk/client-elasticache'),
  ]);
  const store = secretStore(secrets, new secrets.SecretsManagerClient(), event.SecretId);
  await rotate(event, store, acceptanceOf(cache, process.env));
}

type Environment = Readonly<Record<string, string | undefined>>;

function acceptanceOf(sdk: typeof import('@aws-sdk/client-elasticache'), environment: Environment): Acceptance {
  const client = new sdk.ElastiCacheClient();
  const given = (name: keyof typeof ROTATION_ENVIRONMENT) => environment[ROTATION_ENVIRONMENT[name]];
  const [host, port, userId, userName, groupId] = [
    given('host'),
    Number(given('port')),
    given('userId'),
    given('userName'),
    given('replicationGroupId'),
  ];
  if (host === undefined || !Number.isInteger(port)) throw unconfigured();
  const signInTo = (name?: string) => (password: string) =>
    signIn({ host, port, ...(name === undefined ? {} : { userName: name }) }, password);
  if (userId !== undefined && userName !== undefined) {
    return { acceptBoth: acceptUserPasswords(sdk, client, userId, USUAL_PACE), signIn: signInTo(userName) };
  }
  if (groupId === undefined) throw unconfigured();
  return { acceptBoth: acceptAuthTokens(sdk, client, groupId, USUAL_PACE), signIn: signInTo() };
}

function unconfigured(): ProblemError {
  const names = Object.values(ROTATION_ENVIRONMENT).join(', ');
  const message = `The function does not know what to rotate. Its environment must hold the host and port, and either the user or the group (of ${names}). Deploy it with ElastiCacheCluster.`;
  return new ProblemError({ code: 'ROTATION_NOT_CONFIGURED', message });
}
