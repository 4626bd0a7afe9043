/** The credential of the profile, fetched for one verification and kept nowhere. */
import { ProblemError } from '../../../base/problem.ts';
import type { ConnectionProfile, SecretReference } from '../../../profile/profile.ts';
import { FETCHED_SECRET_VARIABLE } from '../../../profile/secret.ts';

/** Where `verify` looks the secret up; never the process's own environment, which other libraries read too. */
export type SecretEnvironment = Readonly<Record<string, string>>;

/** Two of them and a wait fit into the attempts of one verification. */
const FETCH_TIMEOUTS = { connectionTimeout: 4_000, requestTimeout: 4_000 };

/** @throws ProblemError `VERIFY_SECRET_UNREADABLE`, `VERIFY_SECRET_FIELD_MISSING`, `VERIFY_CREDENTIAL_NOT_FETCHABLE` */
export async function credentialOf(profile: ConnectionProfile): Promise<SecretEnvironment> {
  const { secret } = profile.authentication;
  if (secret.kind === 'aws-secrets-manager') return { [FETCHED_SECRET_VARIABLE]: await fetched(secret) };
  // `verify` signs the token itself, with the credentials of the function's role.
  if (secret.kind === 'aws-iam') return {};
  const message = `The profile's secret is of the kind "${secret.kind}", which a function in the VPC cannot read. It must be in AWS Secrets Manager, or the deployment must use IAM.`;
  throw new ProblemError({ code: 'VERIFY_CREDENTIAL_NOT_FETCHABLE', message });
}

async function fetched(reference: Extract<SecretReference, { kind: 'aws-secrets-manager' }>): Promise<string> {
  const { secretId, region, field } = reference;
  const text = await secretText(secretId, region);
  if (field === undefined) return text;
  const value = fieldOf(text, field);
  if (value !== undefined) return value;
  const message = `The secret ${secretId} is not a JSON object with the text "${field}". Write the password into that field.`;
  throw new ProblemError({ code: 'VERIFY_SECRET_FIELD_MISSING', message });
}

async function secretText(secretId: string, region: string | undefined): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const place = region === undefined ? {} : { region };
  const client = new SecretsManagerClient({ ...place, maxAttempts: 2, requestHandler: FETCH_TIMEOUTS });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    throw unreadable(secretId, error as Error);
  } finally {
    client.destroy();
  }
  const message = `The secret ${secretId} holds bytes, not text. Write it as text.`;
  throw new ProblemError({ code: 'VERIFY_SECRET_UNREADABLE', message });
}

/** An error that the service did not send means that it was not reached. */
function unreadable(secretId: string, error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }) {
  const wasAnswered = error.$metadata?.httpStatusCode !== undefined;
  const advice = wasAnswered
    ? 'The role of the function needs secretsmanager:GetSecretValue on it, and kms:Decrypt on its key.'
    : "The function's subnets have no way to Secrets Manager: give the VPC an interface endpoint for it, whose security group lets the function in on port 443, or a NAT gateway.";
  const message = `The secret ${secretId} cannot be read (${error.name}: ${error.message}). ${advice}`;
  return new ProblemError({ code: 'VERIFY_SECRET_UNREADABLE', message }, { cause: error });
}

function fieldOf(text: string, field: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    // The parser's message would quote the secret.
    return undefined;
  }
}
