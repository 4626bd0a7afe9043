/** The secret's reference in the environment form: which variables say where it is or how it is made. */
import type { Environment, Read } from './environment-fields.ts';
import { ENTRA_SCOPE, type SecretReference } from './profile.ts';

/** The first one is where a problem is shown. */
export const SECRET_VARIABLES = [
  'REDIS_PASSWORD',
  'REDIS_PASSWORD_FILE',
  'REDIS_PASSWORD_VARIABLE',
  'REDIS_PASSWORD_SECRET_ID',
  'REDIS_PASSWORD_SECRET_REGION',
  'REDIS_PASSWORD_SECRET_FIELD',
  'REDIS_IAM_CACHE_NAME',
  'REDIS_IAM_REGION',
  'REDIS_IAM_SERVERLESS',
  'REDIS_ENTRA_SCOPE',
  'REDIS_ENTRA_MANAGED_IDENTITY_CLIENT_ID',
  'REDIS_KEY_VAULT_URL',
  'REDIS_KEY_VAULT_SECRET',
  'REDIS_KEY_VAULT_MANAGED_IDENTITY_CLIENT_ID',
] as const;

export function writeSecretReference(secret: SecretReference): Record<string, string> {
  switch (secret.kind) {
    case 'file':
      return { REDIS_PASSWORD_FILE: secret.path };
    case 'environment':
      return { REDIS_PASSWORD_VARIABLE: secret.variable };
    case 'aws-secrets-manager':
      return {
        REDIS_PASSWORD_SECRET_ID: secret.secretId,
        ...(secret.region === undefined ? {} : { REDIS_PASSWORD_SECRET_REGION: secret.region }),
        ...(secret.field === undefined ? {} : { REDIS_PASSWORD_SECRET_FIELD: secret.field }),
      };
    case 'aws-iam':
      return {
        REDIS_IAM_CACHE_NAME: secret.cacheName,
        REDIS_IAM_REGION: secret.region,
        REDIS_IAM_SERVERLESS: String(secret.serverless),
      };
    case 'azure-entra':
      return {
        REDIS_ENTRA_SCOPE: secret.scope,
        ...(secret.managedIdentityClientId === undefined
          ? {}
          : { REDIS_ENTRA_MANAGED_IDENTITY_CLIENT_ID: secret.managedIdentityClientId }),
      };
    case 'azure-key-vault':
      return {
        REDIS_KEY_VAULT_URL: secret.vaultUrl,
        REDIS_KEY_VAULT_SECRET: secret.secretName,
        ...(secret.managedIdentityClientId === undefined
          ? {}
          : { REDIS_KEY_VAULT_MANAGED_IDENTITY_CLIENT_ID: secret.managedIdentityClientId }),
      };
  }
}

export function readSecretReference(environment: Environment): Read {
  const { REDIS_PASSWORD: value, REDIS_PASSWORD_FILE: path, REDIS_PASSWORD_VARIABLE: variable } = environment;
  const { REDIS_PASSWORD_SECRET_ID: secretId, REDIS_IAM_CACHE_NAME: cacheName } = environment;
  const entra = environment.REDIS_ENTRA_SCOPE ?? environment.REDIS_ENTRA_MANAGED_IDENTITY_CLIENT_ID;
  const vault = environment.REDIS_KEY_VAULT_URL ?? environment.REDIS_KEY_VAULT_SECRET;
  // What was fetched from Secrets Manager is put into REDIS_PASSWORD, so these two together are one place.
  const isValueApart = variable !== 'REDIS_PASSWORD' && secretId === undefined;
  const places = [path, variable, secretId, cacheName, entra, vault, isValueApart ? value : undefined].filter(
    (place) => place !== undefined,
  );
  if (places.length > 1) {
    const message =
      'The password has more than one place: set one of REDIS_PASSWORD, REDIS_PASSWORD_FILE, REDIS_PASSWORD_VARIABLE, REDIS_PASSWORD_SECRET_ID, REDIS_IAM_CACHE_NAME, REDIS_ENTRA_SCOPE and REDIS_KEY_VAULT_URL.';
    return problem('ENVIRONMENT_PASSWORD_AMBIGUOUS', message);
  }
  if (path !== undefined) return { value: { kind: 'file', path } };
  if (variable !== undefined) return { value: { kind: 'environment', variable } };
  if (secretId !== undefined) return { value: secretsManagerReference(secretId, environment) };
  if (cacheName !== undefined) return iamReference(cacheName, environment);
  if (entra !== undefined) return { value: entraReference(environment) };
  if (vault !== undefined) return vaultReference(environment);
  if (value !== undefined) return { value: { kind: 'environment', variable: 'REDIS_PASSWORD' } };
  const message =
    'The password is nowhere: set REDIS_PASSWORD (itself), REDIS_PASSWORD_FILE (the path of a file, mode 0600), REDIS_PASSWORD_VARIABLE (the name of another variable), REDIS_PASSWORD_SECRET_ID (of AWS Secrets Manager) or REDIS_KEY_VAULT_URL with REDIS_KEY_VAULT_SECRET (Azure Key Vault); for tokens, REDIS_IAM_CACHE_NAME with REDIS_IAM_REGION (AWS IAM) or REDIS_ENTRA_SCOPE (Microsoft Entra).';
  return problem('ENVIRONMENT_PASSWORD_MISSING', message);
}

function secretsManagerReference(secretId: string, environment: Environment): SecretReference {
  const { REDIS_PASSWORD_SECRET_REGION: region, REDIS_PASSWORD_SECRET_FIELD: field } = environment;
  return {
    kind: 'aws-secrets-manager',
    secretId,
    ...(region === undefined ? {} : { region }),
    ...(field === undefined ? {} : { field }),
  };
}

/** Id and name of an IAM user are the same, so REDIS_USERNAME says both. */
function iamReference(cacheName: string, environment: Environment): Read {
  const { REDIS_IAM_REGION: region, REDIS_IAM_SERVERLESS: serverless = 'false', REDIS_USERNAME: userId } = environment;
  if (region === undefined || userId === undefined) {
    const missing = region === undefined ? 'REDIS_IAM_REGION' : 'REDIS_USERNAME';
    const message = `\`${missing}\` is not set: a token of AWS IAM is signed for a cache (REDIS_IAM_CACHE_NAME), its region (REDIS_IAM_REGION) and a user (REDIS_USERNAME). Set it.`;
    return problem('ENVIRONMENT_IAM_INCOMPLETE', message);
  }
  if (serverless !== 'true' && serverless !== 'false') {
    const message = '`REDIS_IAM_SERVERLESS` must be "true" or "false", in small letters. Correct it.';
    return problem('ENVIRONMENT_NOT_TRUE_OR_FALSE', message);
  }
  return { value: { kind: 'aws-iam', cacheName, region, serverless: serverless === 'true', userId } };
}

function entraReference(environment: Environment): SecretReference {
  const { REDIS_ENTRA_SCOPE: scope = ENTRA_SCOPE, REDIS_ENTRA_MANAGED_IDENTITY_CLIENT_ID: clientId } = environment;
  return { kind: 'azure-entra', scope, ...(clientId === undefined ? {} : { managedIdentityClientId: clientId }) };
}

function vaultReference(environment: Environment): Read {
  const { REDIS_KEY_VAULT_URL: vaultUrl, REDIS_KEY_VAULT_SECRET: secretName } = environment;
  const { REDIS_KEY_VAULT_MANAGED_IDENTITY_CLIENT_ID: clientId } = environment;
  if (vaultUrl === undefined || secretName === undefined) {
    const missing = vaultUrl === undefined ? 'REDIS_KEY_VAULT_URL' : 'REDIS_KEY_VAULT_SECRET';
    const message = `\`${missing}\` is not set: a secret of Azure Key Vault is found by the vault (REDIS_KEY_VAULT_URL) and its name (REDIS_KEY_VAULT_SECRET). Set it.`;
    return problem('ENVIRONMENT_KEY_VAULT_INCOMPLETE', message);
  }
  const identity = clientId === undefined ? {} : { managedIdentityClientId: clientId };
  return { value: { kind: 'azure-key-vault', vaultUrl, secretName, ...identity } };
}

function problem(code: string, message: string): Read {
  return { problem: { code, message, path: SECRET_VARIABLES[0] } };
}
