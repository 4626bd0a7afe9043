import type { Check } from '../check.ts';
import { addressOf, failed, notReached, passed, undecided } from '../judging.ts';

/** A hello below the minimum is refused, and the minimum itself works. */
export const tlsMinimumVersion: Check = {
  name: 'tls-minimum-version',
  question: 'Is a TLS version below the minimum refused, and does the minimum work?',
  judge: ({ profile, observation }) => {
    const place = addressOf(observation.endpoint);
    const { minimumVersion } = profile.tls;
    const atMinimum = observation.protocolVersions.find(({ version }) => version === minimumVersion);
    const below = observation.protocolVersions.find(({ version }) => version !== minimumVersion);
    if (below === undefined || atMinimum === undefined) return notReached(observation, 'The TLS versions');
    if (below.outcome === 'accepted') {
      return failed(
        'TLS_VERSION_TOO_LOW_ACCEPTED',
        `${place} accepts ${below.version}, which is below the minimum of ${minimumVersion}. Raise the server's minimum TLS version.`,
      );
    }
    if (atMinimum.outcome === 'refused') {
      return failed(
        'TLS_MINIMUM_VERSION_REFUSED',
        `${place} refuses ${minimumVersion} (${atMinimum.detail}), the least version the profile allows. Correct \`tls.minimumVersion\` or the server's.`,
      );
    }
    if (atMinimum.outcome !== 'accepted') return notReached(observation, 'The TLS versions');
    if (below.outcome !== 'refused') {
      return undecided(
        'TLS_VERSION_NOT_TRIED',
        `Whether ${place} refuses ${below.version} is not known: ${below.outcome === 'not-offered' ? "this machine's TLS library cannot offer it" : 'the hello was not answered'} (${below.detail}).`,
      );
    }
    return passed(`${place} refuses ${below.version} and accepts ${minimumVersion}.`);
  },
};
