import type { Check } from '../check.ts';
import { addressOf, failed, listed, notReached, passed } from '../judging.ts';

export const wrongCredentialRefused: Check = {
  name: 'wrong-credential-refused',
  question: 'Is a client with a wrong password refused?',
  judge: ({ profile, observation }) => {
    const place = addressOf(observation.endpoint);
    const { authentication, commands } = observation.withWrongCredential;
    const user = profile.authentication.userName ?? 'default';
    if (authentication?.kind === 'value') {
      return failed(
        'WRONG_CREDENTIAL_ACCEPTED',
        `${place} accepts a random password for the user "${user}": the user needs none. Give it a password (ACL \`nopass\` must not be set).`,
      );
    }
    const served = commands.filter(({ answer }) => answer.kind === 'value').map(({ command }) => command);
    if (served.length > 0) {
      return failed(
        'WRONG_CREDENTIAL_SERVED',
        `${place} refuses a wrong password and then still runs ${listed(served)}. Require a password.`,
      );
    }
    if (authentication?.kind !== 'error') return notReached(observation, 'What a wrong password leads to');
    return passed(`${place} refuses a wrong password for the user "${user}".`);
  },
};
