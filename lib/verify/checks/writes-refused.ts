import type { Check } from '../check.ts';
import {
  addressOf,
  counted,
  failed,
  isReached,
  isSecondary,
  listed,
  notReached,
  passed,
  undecided,
  whyMissing,
} from '../judging.ts';
import { refusesWrite } from '../refused-write.ts';

/** Two regions that both take writes lose those of one: whatever the roles are called, this is what has to be true. */
export const writesRefused: Check = {
  name: 'writes-refused',
  question: 'Does a secondary of a Global Datastore refuse writes?',
  notApplicable: (profile) =>
    isSecondary(profile) ? undefined : 'The profile says of no other region that it is the primary, so writes go here.',
  judge: ({ observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'Whether writes are refused');
    const { writes = [] } = observation;
    const taken = writes.filter(({ answer }) => answer.kind === 'value').map(({ place }) => place);
    if (taken.length > 0)
      return failed(
        'SECONDARY_TAKES_WRITES',
        `Writes are accepted by ${listed(taken)}, and the profile says that this region is a secondary: two regions that both take writes lose those of one. If it was promoted or has left its Global Datastore, correct \`expected.globalRole\`; if not, keep every application from writing here and find out which region is the primary.`,
      );
    const unclear = writes.filter(({ answer }) => answer.kind !== 'error' || !refusesWrite(answer.message));
    if (writes.length === 0 || unclear.length > 0) {
      const which =
        writes.length === 0
          ? `no server behind ${addressOf(observation.endpoint)} was asked`
          : listed(unclear.map(({ place, answer }) => `${place} (${whyMissing(answer)})`));
      return undecided('WRITES_NOT_TRIED', `Whether writes are refused was not told: ${which}.`);
    }
    const words = [...new Set(writes.map(({ answer }) => whyMissing(answer)))];
    return passed(`Writes are refused by ${counted(writes.length, 'server')}: ${listed(words, 2)}.`);
  },
};
