/** TLS as every connection of this client uses it: verified, always against the profile's server name. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import { ProblemError } from '../base/problem.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { messageOf } from './errors.ts';

export interface ClientTls extends ConnectionOptions {
  readonly servername: string;
  readonly lookup: LookupFunction;
}

/**
 * The `tls` option of ioredis. The server name is fixed, because a cluster announces its nodes by IP address or by node
 * name while the certificate carries the endpoint's name; verification is never switched off.
 * The authority is parsed once, not at every connection.
 * @throws ProblemError `CLIENT_CA_UNREADABLE`
 */
export function tlsOf(tls: ConnectionProfile['tls'], lookup: LookupFunction): ClientTls {
  const { serverName, caFile, minimumVersion } = tls;
  try {
    const secureContext = createSecureContext({
      minVersion: minimumVersion,
      ...(caFile === undefined ? {} : { ca: readAuthorities(caFile) }),
    });
    return { servername: serverName, secureContext, lookup };
  } catch (error) {
    throw new ProblemError(
      {
        code: 'CLIENT_CA_UNREADABLE',
        path: 'tls.caFile',
        message: `The certificate authority file ${caFile ?? '(system trust store)'} cannot be used: ${messageOf(error)}. It must be a PEM file that this user may read.`,
      },
      { cause: error },
    );
  }
}

/** Node takes a file without a usable certificate for an empty trust store, and says nothing. */
function readAuthorities(path: string): string[] {
  const certificates =
    readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw new Error('it holds no certificate');
  for (const certificate of certificates) new X509Certificate(certificate);
  return certificates;
}
