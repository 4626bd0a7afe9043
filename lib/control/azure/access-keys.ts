/**
 * The two access keys of a database: read, and one of them made anew. Making one leaves the other as it is, which is what a
 * rotation without downtime rests on. https://learn.microsoft.com/azure/redis/secure-azure-managed-redis
 */
import { ProblemError } from '../../base/problem.ts';
import { API_VERSION, type Api } from './api.ts';
import { type Accepted, accepted } from './long-running.ts';

export type KeyName = 'Primary' | 'Secondary';
export type AccessKeys = Readonly<Record<KeyName, string>>;

/** @throws ProblemError `ACCESS_KEYS_NOT_TOLD`, and those of faults.ts */
export async function listKeys({ arm, id }: Api, signal?: AbortSignal): Promise<AccessKeys> {
  const { body } = await arm.send({
    method: 'POST',
    path: `${id.databaseId}/listKeys`,
    apiVersion: API_VERSION,
    action: 'POST listKeys',
    ...(signal === undefined ? {} : { signal }),
  });
  const { primaryKey = '', secondaryKey = '' } = (body ?? {}) as { primaryKey?: string; secondaryKey?: string };
  if (primaryKey !== '' && secondaryKey !== '') return { Primary: primaryKey, Secondary: secondaryKey };
  const message = `Azure was asked for the access keys of the ${arm.subject} and did not tell both. Look whether access-key authentication is on.`;
  throw new ProblemError({ code: 'ACCESS_KEYS_NOT_TOLD', message });
}

/** https://learn.microsoft.com/rest/api/redis/redisenterprisecache/databases/regenerate-key */
export function regenerateKey({ arm, id, longRunning }: Api, keyType: KeyName): Promise<Accepted> {
  const request = {
    method: 'POST',
    path: `${id.databaseId}/regenerateKey`,
    apiVersion: API_VERSION,
    body: { keyType },
    action: `POST regenerateKey (${keyType.toLowerCase()})`,
  } as const;
  return accepted(arm, request, longRunning);
}
