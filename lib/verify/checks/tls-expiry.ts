import type { Check } from '../check.ts';
import {
  counted,
  failed,
  listed,
  notReached,
  passed,
  presentedCertificates,
  undecided,
  withoutCertificate,
} from '../judging.ts';

/** A certificate with fewer days left than this fails: too little to replace it without haste, weekends included. */
export const CERTIFICATE_MINIMUM_DAYS_LEFT = 7;

const DAY_MS = 86_400_000;

export const tlsExpiry: Check = {
  name: 'tls-expiry',
  question: `Is every certificate valid now and for ${CERTIFICATE_MINIMUM_DAYS_LEFT} more days?`,
  judge: ({ observation }) => {
    if (observation.endpoint.connection.certificate === undefined)
      return notReached(observation, "The certificate's dates");
    const now = Date.parse(observation.startedAt);
    const dated = presentedCertificates(observation).map(({ place, certificate: { validFrom, validTo } }) => ({
      place,
      validFrom,
      validTo,
      startsInMs: Date.parse(validFrom) - now,
      daysLeft: (Date.parse(validTo) - now) / DAY_MS,
    }));
    const expired = dated.filter(({ daysLeft }) => daysLeft <= 0);
    if (expired.length > 0) {
      const which = expired.map(({ place, validTo }) => `${place} (until ${validTo})`);
      return failed(
        'TLS_CERTIFICATE_EXPIRED',
        `The certificate of ${listed(which)} has expired by this machine's clock (${observation.startedAt}). Renew it; clients refuse it now.`,
      );
    }
    const early = dated.filter(({ startsInMs }) => startsInMs > 0);
    if (early.length > 0) {
      const which = early.map(({ place, validFrom }) => `${place} (from ${validFrom})`);
      return failed(
        'TLS_CERTIFICATE_NOT_YET_VALID',
        `The certificate of ${listed(which)} is not valid yet by this machine's clock (${observation.startedAt}). Check that clock first, then the one of whoever issued the certificate.`,
      );
    }
    const ending = dated.filter(({ daysLeft }) => daysLeft < CERTIFICATE_MINIMUM_DAYS_LEFT);
    if (ending.length > 0) {
      const which = ending.map(({ place, validTo }) => `${place} (until ${validTo})`);
      return failed(
        'TLS_CERTIFICATE_EXPIRES_SOON',
        `The certificate of ${listed(which)} has fewer than ${CERTIFICATE_MINIMUM_DAYS_LEFT} days left. Renew it now.`,
      );
    }
    const unseen = withoutCertificate(observation);
    if (unseen.length > 0)
      return undecided(
        'TLS_EXPIRY_NOT_SEEN',
        `No certificate was seen of ${listed(unseen)} (see announced-endpoints-reachable).`,
      );
    const least = Math.floor(Math.min(...dated.map(({ daysLeft }) => daysLeft)));
    return passed(`Every certificate is valid for at least ${counted(least, 'more day')}.`);
  },
};
