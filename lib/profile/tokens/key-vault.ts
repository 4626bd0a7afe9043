/**
 * Secrets of Azure Key Vault over its REST API, with a token of Microsoft Entra and no other library. What is read is always the
 * newest version, so whoever reads again after a refused login has what a rotation has put there since.
 * https://learn.microsoft.com/rest/api/keyvault/secrets/
 */
import { ProblemError } from '../../base/problem.ts';
import type { SecretReference } from '../profile.ts';
import { entraTokens } from './azure-entra.ts';
import type { CredentialReader } from './credential.ts';

export type KeyVaultReference = Extract<SecretReference, { kind: 'azure-key-vault' }>;

export const KEY_VAULT_API_VERSION = '7.4';
const TIMEOUT_MS = 30_000;

export interface VaultSecret {
  readonly value: string;
  readonly tags: Readonly<Record<string, string>>;
  /** When this version was made, in milliseconds of the epoch; undefined where the vault does not say. */
  readonly createdAtEpochMs: number | undefined;
}

export interface VaultPlace {
  /** `https://NAME.vault.azure.net` */
  readonly vaultUrl: string;
  readonly secretName: string;
  /** For the vault (`vaultScopeOf`), fresh at every request. */
  readonly token: () => Promise<string>;
}

/** What a new version is made of. */
export interface NewVersion {
  readonly value: string;
  readonly contentType: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The reader rejects with ProblemError `KEY_VAULT_…` as below, `ENTRA_LIBRARY_MISSING` or `ENTRA_TOKEN_REFUSED`. */
export function keyVaultSecrets(reference: KeyVaultReference): CredentialReader {
  const { vaultUrl, secretName } = reference;
  const place = { vaultUrl, secretName, token: vaultTokens(reference) };
  return async () => {
    const found = await readVaultSecret(place);
    if (found !== undefined && found.value !== '') return { secret: found.value };
    const message = `The profile's secret "${secretName}" is ${found === undefined ? 'not' : 'empty'} in the Key Vault ${vaultUrl}. Put the access key there, or correct the profile.`;
    throw new ProblemError({ code: 'KEY_VAULT_SECRET_MISSING', message });
  };
}

/** Tokens of whoever runs this, for the vault. */
export function vaultTokens({
  vaultUrl,
  managedIdentityClientId,
}: Pick<KeyVaultReference, 'vaultUrl' | 'managedIdentityClientId'>): () => Promise<string> {
  const identity = managedIdentityClientId === undefined ? {} : { managedIdentityClientId };
  const tokens = entraTokens({ kind: 'azure-entra', scope: vaultScopeOf(vaultUrl), ...identity });
  return async () => (await tokens()).secret;
}

/** Derived from the vault's own name, never from what an answer asks for: the token can go to no other service. */
export function vaultScopeOf(vaultUrl: string): string {
  const { hostname } = new URL(vaultUrl);
  const domain = /\.(vault\.[a-z.]+)$/.exec(hostname)?.[1];
  return `https://${domain ?? 'vault.azure.net'}/.default`;
}

/**
 * The newest version; undefined where there is no such secret.
 * @throws ProblemError `KEY_VAULT_FORBIDDEN`, `KEY_VAULT_TOKEN_REFUSED`, `KEY_VAULT_THROTTLED`, `KEY_VAULT_UNREACHABLE`, `KEY_VAULT_FAILED`
 */
export async function readVaultSecret(place: VaultPlace): Promise<VaultSecret | undefined> {
  const answer = await ask(place, { method: 'GET' });
  return 'missing' in answer ? undefined : shown(answer.body);
}

/** Makes a new version, which is the current one from then on. @throws as `readVaultSecret`, and where there is no such vault */
export async function writeVaultSecret(place: VaultPlace, version: NewVersion): Promise<void> {
  const answer = await ask(place, { method: 'PUT', body: JSON.stringify(version) });
  if ('missing' in answer) throw failure(place, 'KEY_VAULT_FAILED', 'PUT', `404: ${answer.missing}`);
}

type Answer = { readonly body: unknown } | { readonly missing: string };

async function ask(
  place: VaultPlace,
  request: { readonly method: 'GET' | 'PUT'; readonly body?: string },
): Promise<Answer> {
  const { vaultUrl, secretName, token } = place;
  const url = new URL(`/secrets/${encodeURIComponent(secretName)}`, vaultUrl);
  url.searchParams.set('api-version', KEY_VAULT_API_VERSION);
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { ...request, headers, signal, redirect: 'error' });
    status = response.status;
    text = await response.text();
    if (response.ok) return { body: bodyOf(place, request.method, text) };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw failure(place, 'KEY_VAULT_UNREACHABLE', request.method, `no answer (${reason})`, error);
  }
  const said = errorIn(text);
  if (status === 404 && said.startsWith('SecretNotFound')) return { missing: said };
  throw failure(place, CODES[status] ?? 'KEY_VAULT_FAILED', request.method, `${status}: ${said}`);
}

/** A parser's message would quote the secret. */
function bodyOf(place: VaultPlace, method: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failure(place, 'KEY_VAULT_FAILED', method, 'in something other than JSON');
  }
}

const CODES: Readonly<Record<number, string>> = {
  401: 'KEY_VAULT_TOKEN_REFUSED',
  403: 'KEY_VAULT_FORBIDDEN',
  429: 'KEY_VAULT_THROTTLED',
};

const ADVICE: Readonly<Record<string, string>> = {
  KEY_VAULT_TOKEN_REFUSED: 'Use an identity of the tenant that the vault belongs to.',
  KEY_VAULT_FORBIDDEN:
    'Give the identity a role of the vault (to read: Key Vault Secrets User), let its network in, and enable the version if it is disabled.',
  KEY_VAULT_THROTTLED: 'Try again in a minute.',
  KEY_VAULT_UNREACHABLE: "Check the vault's name, and that its private endpoint or firewall lets this network in.",
  KEY_VAULT_FAILED: 'Look at the vault in the portal.',
};

function failure(
  { vaultUrl, secretName }: VaultPlace,
  code: string,
  method: string,
  answered: string,
  cause?: unknown,
): ProblemError {
  const message = `${method} of the secret "${secretName}" in the Key Vault ${vaultUrl} was answered ${answered.replace(/[.\s]*$/, '')}. ${ADVICE[code]}`;
  return new ProblemError({ code, message }, { cause });
}

/** `Code: message`, or `Code (InnerCode): message`: SecretDisabled and ForbiddenByFirewall stand inside. */
function errorIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as {
      error?: { code?: string; message?: string; innererror?: { code?: string } };
    };
    const inner = error?.innererror?.code === undefined ? '' : ` (${error.innererror.code})`;
    if (error?.code !== undefined) return `${error.code}${inner}: ${firstLine(error.message ?? '')}`;
  } catch {
    // Whatever stands between here and the vault answers in its own words.
  }
  return firstLine(text).slice(0, 200);
}

/** The vault goes on for lines about the caller's ids. */
function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}

function shown(body: unknown): VaultSecret {
  const { value, tags, attributes } = (body ?? {}) as {
    value?: string;
    tags?: Record<string, string>;
    attributes?: { created?: number };
  };
  const created = attributes?.created;
  return {
    value: value ?? '',
    tags: { ...tags },
    createdAtEpochMs: typeof created === 'number' ? created * 1_000 : undefined,
  };
}
