/**
 * Tokens of Microsoft Entra for Azure Managed Redis, from @azure/identity. The library keeps a token until shortly before its end
 * and gives it again, so asking often costs nothing.
 * https://learn.microsoft.com/azure/redis/entra-for-authentication
 */
import { ProblemError } from '../../base/problem.ts';
import { reasonOf } from '../../topology/input/read-file.ts';
import type { SecretReference } from '../profile.ts';
import type { CredentialReader } from './credential.ts';
import { loadLibrary } from './load-library.ts';

export type EntraReference = Extract<SecretReference, { kind: 'azure-entra' }>;

/** `TokenCredential` of @azure/identity, as far as it is used. */
export interface EntraCredential {
  readonly getToken: (scope: string) => Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** The reader rejects with ProblemError `ENTRA_LIBRARY_MISSING` or `ENTRA_TOKEN_REFUSED`. */
export function entraTokens(
  reference: EntraReference,
  open: (reference: EntraReference) => Promise<EntraCredential> = openCredential,
): CredentialReader {
  let opening: Promise<EntraCredential> | undefined;
  return async () => {
    opening ??= open(reference);
    const credential = await opening.catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    const given = await credential.getToken(reference.scope).catch((error: unknown) => {
      throw refused(reference, firstLineOf(reasonOf(error)), error);
    });
    if (given === null) throw refused(reference, 'the credential gave none', undefined);
    const { token, expiresOnTimestamp } = given;
    const lifetimeMs = lifetimeIn(token);
    return {
      secret: token,
      expiresAtEpochMs: expiresOnTimestamp,
      ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
    };
  };
}

function refused({ scope }: EntraReference, reason: string, cause: unknown): ProblemError {
  const message = `Microsoft Entra gave no token for ${scope}: ${reason}. Give this process an identity (managed identity, workload identity, AZURE_CLIENT_ID and its kin, or \`az login\`) that is known there (to the database: as one of its users).`;
  return new ProblemError({ code: 'ENTRA_TOKEN_REFUSED', message }, { cause });
}

/** The library lists every credential that it tried, a line for each. */
function firstLineOf(text: string): string {
  return (text.split('\n')[0] ?? '').trim().replace(/[.:]$/, '');
}

/** From the token's own account of when it was issued and when it ends; undefined where it is not a JSON Web Token. */
function lifetimeIn(token: string): number | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      iat?: unknown;
      exp?: unknown;
    };
    const { iat, exp } = claims;
    return typeof iat === 'number' && typeof exp === 'number' && exp > iat ? (exp - iat) * 1_000 : undefined;
  } catch {
    return undefined;
  }
}

async function openCredential({ managedIdentityClientId }: EntraReference): Promise<EntraCredential> {
  const need = { what: 'A token of Microsoft Entra', packages: ['@azure/identity'], code: 'ENTRA_LIBRARY_MISSING' };
  const { DefaultAzureCredential, ManagedIdentityCredential } = await loadLibrary(
    () => import('@azure/identity'),
    need,
  );
  return managedIdentityClientId === undefined
    ? new DefaultAzureCredential()
    : new ManagedIdentityCredential({ clientId: managedIdentityClientId });
}
