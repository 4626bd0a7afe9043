/** Puts the results of a run into a blob container, with an identity and no key. */
import { openAsBlob } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ProblemError } from '../../base/problem.ts';

/** https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services */
const STORAGE_API_VERSION = '2023-11-03';
const TIMEOUT_MS = 120_000;

export interface Keep {
  /** Folder with the results; every file in it is kept under its path. */
  readonly folder: string;
  /** `https://ACCOUNT.blob.core.windows.net/CONTAINER` */
  readonly containerUrl: string;
  readonly token: string;
}

/**
 * @returns names of the blobs
 * @throws ProblemError `REPORTS_NOT_KEPT` with every file that could not be stored
 */
export async function keepReports({ folder, containerUrl, token }: Keep): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const names = files.map((file) => relative(folder, file).split(sep).join('/')).toSorted();
  const failed: string[] = [];
  for (const name of names) {
    const reason = await reasonNotKept(join(folder, name), `${containerUrl}/${encodeURI(name)}`, token);
    if (reason !== undefined) failed.push(`${name} (${reason})`);
  }
  if (failed.length === 0) return names;
  const message = `Of ${names.length} files ${failed.length} could not be stored in ${containerUrl}: ${failed.join(', ')}. The identity needs the role Storage Blob Data Contributor there, and the network a way to it.`;
  throw new ProblemError({ code: 'REPORTS_NOT_KEPT', message });
}

async function reasonNotKept(path: string, url: string, token: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { authorization: `Bearer ${token}`, 'x-ms-version': STORAGE_API_VERSION, 'x-ms-blob-type': 'BlockBlob' },
      body: await openAsBlob(path),
    });
    return response.ok
      ? undefined
      : `answered ${response.status} ${response.headers.get('x-ms-error-code') ?? ''}`.trim();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
