/** The authority that a profile trusts, read and looked at before anybody is connected to. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ProblemError } from '../base/problem.ts';

/**
 * Undefined where the profile names none: the system's own are trusted then.
 * @throws ProblemError `CERTIFICATE_AUTHORITY_UNREADABLE`, `CERTIFICATE_AUTHORITY_NOT_PEM`
 */
export async function readCertificateAuthority(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const message = `The certificate authority file ${path} cannot be read: ${(error as Error).message}. It must be a PEM file that this user may read.`;
    throw new ProblemError({ code: 'CERTIFICATE_AUTHORITY_UNREADABLE', path: 'tls.caFile', message }, { cause: error });
  }
  try {
    // Parsed here once, because every connection would otherwise fail on it and blame the server.
    new X509Certificate(text);
    return text;
  } catch (error) {
    const message = `The certificate authority file ${path} holds no readable PEM certificate. Give the authority's certificate in PEM form ("-----BEGIN CERTIFICATE-----").`;
    throw new ProblemError({ code: 'CERTIFICATE_AUTHORITY_NOT_PEM', path: 'tls.caFile', message }, { cause: error });
  }
}
