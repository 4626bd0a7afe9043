/** Reads the secret that a profile refers to, at connect time. Its value is in no error, no log and no file of this project. */
import { constants, open } from 'node:fs/promises';
import { ProblemError } from '../base/problem.ts';
import { errorCodeOf, reasonOf } from '../topology/input/read-file.ts';
import type { SecretReference } from './profile.ts';
import { iamTokens } from './tokens/aws-iam.ts';
import { entraTokens } from './tokens/azure-entra.ts';
import type { CredentialReader } from './tokens/credential.ts';
import { keyVaultSecrets } from './tokens/key-vault.ts';

/** Tokens of Microsoft Entra are about 2 kB. */
export const SECRET_MAX_BYTES = 65_536;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The secret as it is now; of a token, a fresh one.
 * @param environment where a variable is looked up; default: the process's own
 * @throws ProblemError as `credentialReader` says
 */
export async function readSecret(reference: SecretReference, environment: Environment = process.env): Promise<string> {
  return (await credentialReader(reference, environment)()).secret;
}

/**
 * Reads the same reference again and again, for who stays connected. Cloud libraries are loaded at the first reading.
 *
 * The reader rejects with ProblemError `SECRET_VARIABLE_MISSING`, `SECRET_EMPTY`, `SECRET_FILE_MISSING`, `SECRET_FILE_UNREADABLE`,
 * `SECRET_FILE_READABLE_BY_OTHERS`, `SECRET_FILE_TOO_LARGE`, `SECRET_TO_BE_FETCHED`, and for tokens `IAM_LIBRARY_MISSING`,
 * `IAM_CREDENTIALS_MISSING`, `ENTRA_LIBRARY_MISSING`, `ENTRA_TOKEN_REFUSED`; for Key Vault those of tokens/key-vault.ts.
 */
export function credentialReader(reference: SecretReference, environment: Environment = process.env): CredentialReader {
  switch (reference.kind) {
    case 'aws-iam':
      return iamTokens(reference);
    case 'azure-entra':
      return entraTokens(reference);
    case 'azure-key-vault':
      return keyVaultSecrets(reference);
    case 'aws-secrets-manager':
      return async () => ({ secret: fetchedSecret(reference, environment) });
    case 'environment':
      return async () => ({ secret: secretOfVariable(reference.variable, environment) });
    case 'file':
      return async () => ({ secret: await secretOfFile(reference.path) });
  }
}

async function secretOfFile(path: string): Promise<string> {
  const secret = (await contentOf(path)).replace(/\r?\n$/, '');
  if (secret !== '') return secret;
  throw problem('SECRET_EMPTY', `The secret's file ${path} is empty. Write the password, token or key into it.`);
}

type SecretsManagerReference = Extract<SecretReference, { kind: 'aws-secrets-manager' }>;

/** Where containers and scripts put what they fetched; nothing is fetched here, so that no cloud library has to be there. */
export const FETCHED_SECRET_VARIABLE = 'REDIS_PASSWORD';

function fetchedSecret(reference: SecretsManagerReference, environment: Environment): string {
  if (Object.hasOwn(environment, FETCHED_SECRET_VARIABLE))
    return secretOfVariable(FETCHED_SECRET_VARIABLE, environment);
  const { secretId, region, field } = reference;
  const where = region === undefined ? '' : ` --region ${region}`;
  const pick = field === undefined ? '' : ` | jq -r '.${field}'`;
  throw problem(
    'SECRET_TO_BE_FETCHED',
    `The profile's secret is in AWS Secrets Manager and is not fetched from there by this command. Put it into the environment: \`export ${FETCHED_SECRET_VARIABLE}="$(aws secretsmanager get-secret-value --secret-id '${secretId}'${where} --query SecretString --output text${pick})"\`; in a container's specification, let the platform inject it under that name.`,
  );
}

function secretOfVariable(variable: string, environment: Environment): string {
  const secret = Object.hasOwn(environment, variable) ? environment[variable] : undefined;
  if (secret === undefined) {
    const message = `The profile's secret is in the environment variable ${variable}, which is not set. Set it for this command.`;
    throw problem('SECRET_VARIABLE_MISSING', message);
  }
  if (secret !== '') return secret;
  throw problem(
    'SECRET_EMPTY',
    `The environment variable ${variable}, which holds the profile's secret, is empty. Set it.`,
  );
}

async function contentOf(path: string): Promise<string> {
  try {
    // Not blocking: opening a named pipe would otherwise wait for somebody to write to it.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    // Asked of the open file, so that what is checked is what is read.
    const { mode } = await file.stat();
    if (isOpenToOthers(mode)) throw openToOthers(path, mode);
    const buffer = Buffer.alloc(SECRET_MAX_BYTES + 1);
    const { bytesRead } = await file.read(buffer);
    if (bytesRead <= SECRET_MAX_BYTES) return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    throw error instanceof ProblemError ? error : unreadable(path, error);
  }
  throw problem(
    'SECRET_FILE_TOO_LARGE',
    `The secret's file ${path} is larger than ${SECRET_MAX_BYTES} bytes, so it is something else. Check the path.`,
  );
}

/** Windows has no such bits; there the file's access list is the administrator's business. */
function isOpenToOthers(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}

function openToOthers(path: string, mode: number): ProblemError {
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const message = `The secret's file ${path} has mode ${octal}, so others than its owner can get at it; it is not read. Run \`chmod 600\` on it (in Kubernetes: \`defaultMode: 0400\`).`;
  return problem('SECRET_FILE_READABLE_BY_OTHERS', message);
}

function unreadable(path: string, error: unknown): ProblemError {
  if (errorCodeOf(error) === 'ENOENT') {
    return problem(
      'SECRET_FILE_MISSING',
      `The profile's secret is in the file ${path}, which does not exist. Write it there, mode 0600.`,
    );
  }
  const message = `The secret's file ${path} cannot be read (${reasonOf(error)}). It must be a file that you may read.`;
  return problem('SECRET_FILE_UNREADABLE', message);
}

function problem(code: string, message: string): ProblemError {
  return new ProblemError({ code, message });
}
