import type { ConnectionProfile } from '../../profile/profile.ts';
import type { Check } from '../check.ts';
import {
  failed,
  listed,
  notReached,
  passed,
  presentedCertificates,
  undecided,
  withoutCertificate,
} from '../judging.ts';

/** Clusters announce addresses, certificates carry names: all of them are compared with the one name clients verify. */
export const tlsName: Check = {
  name: 'tls-name',
  question: "Does every certificate carry the profile's server name?",
  judge: ({ profile, observation }) => {
    const names = namesOf(profile);
    if (observation.endpoint.connection.certificate === undefined)
      return notReached(observation, 'The name in the certificate');
    const presented = presentedCertificates(observation);
    const wrong = presented.filter(({ certificate }) => certificate.nameError !== null);
    if (wrong.length > 0) {
      const which = wrong.map(({ place, certificate }) => `${place} (it is for ${listed(certificate.names)})`);
      return failed(
        'TLS_NAME_MISMATCH',
        `The certificate of ${listed(which)} is not for ${names}. Set \`tls.serverName\` to the name in the certificate; do not switch verification off.`,
      );
    }
    const unseen = withoutCertificate(observation);
    if (unseen.length > 0)
      return undecided(
        'TLS_NAME_NOT_SEEN',
        `No certificate was seen of ${listed(unseen)} (see announced-endpoints-reachable).`,
      );
    return passed(`All ${presented.length} certificates are for ${names}.`);
  },
};

/** A reader endpoint has a name of its own. */
function namesOf({ tls, readerEndpoint }: ConnectionProfile): string {
  return listed(
    [tls.serverName, ...(readerEndpoint === undefined ? [] : [readerEndpoint.host])].map((name) => `"${name}"`),
  );
}
