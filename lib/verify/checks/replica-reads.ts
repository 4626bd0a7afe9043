import type { Check } from '../check.ts';
import {
  addressOf,
  failed,
  isReached,
  listed,
  notReached,
  passed,
  rightsAdvice,
  undecided,
  whyMissing,
} from '../judging.ts';
import { isNoPermission } from '../no-permission.ts';

export const replicaReads: Check = {
  name: 'replica-reads',
  question: 'Do the replicas serve the reads that the profile sends them?',
  notApplicable: ({ replicaReads: policy }) =>
    policy === 'never' ? 'The profile reads from primaries only.' : undefined,
  judge: ({ observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'Reads from replicas');
    const asked = observation.nodes.flatMap((node) =>
      node.replicaRead === undefined ? [] : [{ place: addressOf(node), answer: node.replicaRead }],
    );
    const notAllowed = asked.filter(({ answer }) => answer.kind === 'error' && isNoPermission(answer.message));
    const refused = asked.filter((read) => read.answer.kind === 'error' && !notAllowed.includes(read));
    if (refused.length > 0) {
      const which = refused.map(({ place, answer }) => `${place} (${whyMissing(answer)})`);
      return failed(
        'REPLICA_READ_REFUSED',
        `After READONLY, a read of a key of its own shard is refused by ${listed(which)}. Allow READONLY to the user, or set \`replicaReads\` to "never".`,
      );
    }
    if (notAllowed.length > 0) {
      const answers = notAllowed.map(({ answer }) => answer);
      return undecided(
        'REPLICA_READ_NOT_ALLOWED',
        `The user may not read what replicas were asked with (${listed([...new Set(answers.map(whyMissing))], 2)}), so their reads were not tried.${rightsAdvice(answers)}`,
      );
    }
    const served = asked.filter(({ answer }) => answer.kind === 'value').length;
    if (served === 0 || served < asked.length)
      return undecided(
        'REPLICA_READ_NOT_TRIED',
        `Only ${served} replicas could be asked for a read (see replicas-per-shard and announced-endpoints-reachable).`,
      );
    return passed(`All ${served} replicas serve reads of their shard after READONLY.`);
  },
};
