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
import type { CertificateObservation } from '../observation.ts';

/** Certificates of the endpoint and of every announced node are signed by an authority the profile trusts. */
export const tlsChain: Check = {
  name: 'tls-chain',
  question: 'Is every certificate signed by a trusted authority?',
  judge: ({ profile, observation }) => {
    const presented = presentedCertificates(observation);
    if (observation.endpoint.connection.certificate === undefined)
      return notReached(observation, 'The certificate chain');
    const trust = profile.tls.caFile === undefined ? "the system's trust store" : 'the authority in the profile';
    const broken = presented.filter(({ certificate }) => isBroken(certificate, observation.startedAt));
    if (broken.length > 0) {
      const which = broken.map(
        ({ place, certificate }) => `${place} (${certificate.chainError}, issued by ${certificate.issuer})`,
      );
      return failed(
        'TLS_CHAIN_NOT_TRUSTED',
        `The certificate of ${listed(which)} does not lead to ${trust}. Give the right \`tls.caFile\`, or let the server present its intermediate certificates.`,
      );
    }
    const hidden = presented.filter(({ certificate }) => certificate.chainError !== null).map(({ place }) => place);
    if (hidden.length > 0) {
      return undecided(
        'TLS_CHAIN_HIDDEN_BY_DATE',
        `The chain of ${listed(hidden)} was not judged, because the certificate's dates were refused first (see tls-expiry).`,
      );
    }
    const unseen = withoutCertificate(observation);
    if (unseen.length > 0)
      return undecided(
        'TLS_CHAIN_NOT_SEEN',
        `No certificate was seen of ${listed(unseen)} (see announced-endpoints-reachable).`,
      );
    return passed(`All ${presented.length} certificates lead to ${trust}.`);
  },
};

const DATE_ERRORS = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** A date error of a certificate whose own dates are good is that of an authority above it. */
function isBroken({ chainError, validFrom, validTo }: CertificateObservation, at: string): boolean {
  if (chainError === null) return false;
  const ownDatesAreGood = Date.parse(validFrom) <= Date.parse(at) && Date.parse(at) < Date.parse(validTo);
  return !DATE_ERRORS.has(chainError) || ownDatesAreGood;
}
