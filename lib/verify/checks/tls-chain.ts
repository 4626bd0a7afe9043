import type { Check } from '../check.ts';
import {
  failed,
  listed,
  notReached,
  type PresentedCertificate,
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
    const { caFile } = profile.tls;
    const trust = caFile === undefined ? "the system's trust store" : `the authority in ${caFile}`;
    const broken = presented.filter(({ certificate }) => isBroken(certificate, observation.startedAt));
    const untrusted = broken.filter(({ certificate }) => !isDateError(certificate));
    if (untrusted.length > 0) {
      const none = caFile === undefined ? ' (the profile names no other)' : '';
      return failed(
        'TLS_CHAIN_NOT_TRUSTED',
        `The certificate of ${listed(untrusted.map(explained))} does not lead to ${trust}${none}. Set \`tls.caFile\` (REDIS_TLS_CA_FILE) to the PEM file of the authority that signed it, or let the server present its intermediate certificates.`,
      );
    }
    if (broken.length > 0) {
      return failed(
        'TLS_AUTHORITY_OUT_OF_DATE',
        `The certificate of ${listed(broken.map(explained))} is in date, but an authority above it has expired or is not valid yet. Check this machine's clock (it says ${observation.startedAt}); if it is right, renew the authority at the server and set \`tls.caFile\` (REDIS_TLS_CA_FILE) to the new one.`,
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

function explained({ place, certificate }: PresentedCertificate): string {
  return `${place} (${certificate.chainError}, issued by ${certificate.issuer})`;
}

function isDateError({ chainError }: CertificateObservation): boolean {
  return chainError !== null && DATE_ERRORS.has(chainError);
}

/** A date error of a certificate whose own dates are good is that of an authority above it. */
function isBroken(certificate: CertificateObservation, at: string): boolean {
  const { chainError, validFrom, validTo } = certificate;
  if (chainError === null) return false;
  const ownDatesAreGood = Date.parse(validFrom) <= Date.parse(at) && Date.parse(at) < Date.parse(validTo);
  return !isDateError(certificate) || ownDatesAreGood;
}
