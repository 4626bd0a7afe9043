import type { Check } from '../check.ts';
import {
  addressOf,
  everyServer,
  hiddenTopology,
  isReached,
  listed,
  notReached,
  passed,
  undecided,
  whyMissing,
} from '../judging.ts';

/** A row that could not be read is not in the views, so what the other checks say of them would rest on part of the truth. */
export const viewsReadable: Check = {
  name: 'views-readable',
  question: "Could every node's view of the cluster be read whole?",
  reads: ['clusterSlots', 'clusterNodes'],
  notApplicable: hiddenTopology,
  judge: ({ observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The views of the cluster');
    const servers = everyServer(observation);
    const odd = servers.flatMap((server) => server.unreadable.map((sentence) => `${addressOf(server)}: ${sentence}`));
    if (odd.length > 0)
      return undecided('VIEW_UNREADABLE', `Parts of the cluster's views could not be read. ${listed(odd, 3)}`);
    const missing = servers.flatMap((server) =>
      [server.clusterSlots, server.clusterNodes]
        .filter(({ kind }) => kind !== 'value')
        .map((answer) => `${addressOf(server)} (${whyMissing(answer)})`),
    );
    if (missing.length > 0)
      return undecided(
        'VIEW_MISSING',
        `CLUSTER SLOTS or CLUSTER NODES was not told by ${listed([...new Set(missing)])}.`,
      );
    return passed(`CLUSTER SLOTS and CLUSTER NODES of all ${servers.length} servers asked were read whole.`);
  },
};
