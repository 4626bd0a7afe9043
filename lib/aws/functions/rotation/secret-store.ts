/** The secret in Secrets Manager. Passwords go from there to the cache and are written nowhere else. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ProblemError } from '../../../base/problem.ts';
import type { Label, SecretJson, SecretStore } from './steps.ts';

/** As generated with the cluster (authentication/secret.ts): ElastiCache takes 16 to 128 characters. */
const PASSWORD_LENGTH = 64;

type Sdk = typeof import('@aws-sdk/client-secrets-manager');

export function secretStore(sdk: Sdk, client: SecretsManagerClient, secretId: string): SecretStore {
  return {
    versions: async () => {
      const { RotationEnabled, VersionIdsToStages } = await client.send(
        new sdk.DescribeSecretCommand({ SecretId: secretId }),
      );
      return { rotationEnabled: RotationEnabled === true, labels: VersionIdsToStages ?? {} };
    },
    read: async (label) => {
      try {
        const found = await client.send(new sdk.GetSecretValueCommand({ SecretId: secretId, VersionStage: label }));
        return jsonOf(secretId, label, found.SecretString);
      } catch (error) {
        if (error instanceof sdk.ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    newPassword: async () => {
      const { RandomPassword } = await client.send(
        new sdk.GetRandomPasswordCommand({ PasswordLength: PASSWORD_LENGTH, ExcludePunctuation: true }),
      );
      if (RandomPassword !== undefined) return RandomPassword;
      throw new ProblemError({
        code: 'ROTATION_WITHOUT_PASSWORD',
        message: 'Secrets Manager gave no new password. Try again.',
      });
    },
    putPending: async (versionId, secret) => {
      const SecretString = JSON.stringify(secret);
      await client.send(
        new sdk.PutSecretValueCommand({
          SecretId: secretId,
          ClientRequestToken: versionId,
          SecretString,
          VersionStages: ['AWSPENDING'],
        }),
      );
    },
    makeCurrent: async (versionId, formerId) => {
      await client.send(
        new sdk.UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: versionId,
          RemoveFromVersionId: formerId,
        }),
      );
    },
  };
}

/** The parser's own message would quote the secret. */
function jsonOf(secretId: string, label: Label, text: string | undefined): SecretJson {
  const value = parsed(text);
  if (typeof value?.password === 'string' && value.password !== '') return value as SecretJson;
  const message = `The version ${label} of ${secretId} is not a JSON object with the text "password". Write it so, or let the cluster generate it.`;
  throw new ProblemError({ code: 'ROTATION_SECRET_MALFORMED', message });
}

function parsed(text = ''): { readonly password?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
