/** Whether the endpoint speaks one given TLS version: a handshake that offers that version and no other. */
import type { ConnectionProfile } from '../../profile/profile.ts';
import { dial } from '../connection.ts';
import type { ProtocolVersionProbe } from '../observation.ts';
import type { Session } from './session.ts';

type Version = ProtocolVersionProbe['version'];

/** The version that must be refused, just below the minimum, and the minimum itself, which must work. */
export function versionsToOffer(minimum: ConnectionProfile['tls']['minimumVersion']): Version[] {
  return minimum === 'TLSv1.2' ? ['TLSv1.1', 'TLSv1.2'] : ['TLSv1.2', 'TLSv1.3'];
}

export async function probeProtocolVersion(session: Session, version: Version): Promise<ProtocolVersionProbe> {
  const { observation, link } = await dial(session.endpoint, {
    ...session.dialSettings,
    minimumVersion: version,
    maximumVersion: version,
    // OpenSSL has retired TLS 1.1 from its default security level; level 0 lets this one hello still be sent.
    ...(version === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
  });
  link?.close();
  const { failure, certificate, tlsVersion } = observation;
  if (failure === undefined) return { version, outcome: 'accepted', detail: `The handshake ended in ${tlsVersion}.` };
  // The handshake was completed, and only then the certificate was refused by this side.
  if (certificate !== undefined) return { version, outcome: 'accepted', detail: failure.message };
  return { version, outcome: outcomeOf(failure.stage, failure.code), detail: `${failure.code}: ${failure.message}` };
}

/** Codes of this side's own library, when it cannot build the hello at all. */
const NOT_OFFERED = /NO_PROTOCOLS_AVAILABLE|NO_CIPHERS_AVAILABLE|NO_CIPHER_MATCH|INVALID_PROTOCOL|INTERNAL_ERROR$/;

function outcomeOf(stage: string, code: string): ProtocolVersionProbe['outcome'] {
  if (stage !== 'tls' || code === 'TIMED_OUT' || code === 'INTERRUPTED') return 'no-answer';
  return NOT_OFFERED.test(code) ? 'not-offered' : 'refused';
}
