import type { Check } from '../check.ts';
import { addressOf, failed, notReached, passed } from '../judging.ts';

/** A command that was not encrypted must not be read: by then the password of the next one is on the wire. */
export const plaintextRefused: Check = {
  name: 'plaintext-refused',
  question: 'Is a client without TLS turned away?',
  judge: ({ observation }) => {
    const { endpoint, plaintext } = observation;
    const place = addressOf(endpoint);
    switch (plaintext.outcome) {
      case 'answered':
        return failed(
          'PLAINTEXT_ANSWERED',
          `${place} answers a PING without TLS ("${plaintext.detail}"), so passwords and data can cross the network readable. Require encryption in transit.`,
        );
      case 'not-connected':
        return notReached(observation, 'The answer to a client without TLS');
      case 'no-answer':
        // A server that answers nobody proves nothing.
        return endpoint.connection.failure === undefined
          ? passed(`${place} does not answer a PING without TLS.`)
          : notReached(observation, 'The answer to a client without TLS');
      case 'closed':
      case 'not-resp':
        return passed(`${place} does not answer a PING without TLS (${plaintext.detail}).`);
    }
  },
};
