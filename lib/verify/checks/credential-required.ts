import type { Check } from '../check.ts';
import { addressOf, failed, listed, notReached, passed } from '../judging.ts';

export const credentialRequired: Check = {
  name: 'credential-required',
  question: 'Is a client without a credential refused?',
  judge: ({ observation }) => {
    const place = addressOf(observation.endpoint);
    const { commands } = observation.withoutCredential;
    const served = commands.filter(({ answer }) => answer.kind === 'value').map(({ command }) => command);
    if (served.length > 0) {
      return failed(
        'CREDENTIAL_NOT_REQUIRED',
        `${place} runs ${listed(served)} for a client that gave no credential. Require a password, and switch the \`default\` user off where there are users.`,
      );
    }
    if (!commands.some(({ answer }) => answer.kind === 'error'))
      return notReached(observation, 'What a client without a credential may do');
    return passed(`${place} refuses a client that gives no credential.`);
  },
};
