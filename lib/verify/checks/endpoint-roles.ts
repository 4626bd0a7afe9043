import type { Check } from '../check.ts';
import {
  addressOf,
  type Finding,
  failed,
  hasPrimaryEndpoint,
  isReached,
  listed,
  notReached,
  passed,
  undecided,
  valueIn,
  whyMissing,
} from '../judging.ts';
import type { NodeObservation } from '../observation.ts';

/** Two names and nothing else tell a client of ElastiCache without cluster mode whom it writes to and whom it reads from. */
export const endpointRoles: Check = {
  name: 'endpoint-roles',
  question: 'Does the primary endpoint lead to a primary, and the reader endpoint to a replica?',
  notApplicable: (profile) =>
    hasPrimaryEndpoint(profile)
      ? undefined
      : 'Only ElastiCache without cluster mode names its primary and its readers.',
  judge: ({ profile, observation }) => {
    const { endpoint, reader } = observation;
    if (!isReached(endpoint)) return notReached(observation, 'Whom the endpoints lead to');
    const primary = roleOf(endpoint);
    if (primary === 'replica') {
      return failed(
        'PRIMARY_ENDPOINT_LEADS_TO_REPLICA',
        `${addressOf(endpoint)} leads to a replica: every write fails with READONLY. A failover may be under way; if it stays so, the name is not that of the primary endpoint.`,
      );
    }
    if (reader !== undefined && profile.expected.replicasPerShard > 0) {
      const complaint = complaintAbout(reader);
      if (complaint !== undefined) return complaint;
    }
    const untold = [endpoint, ...(reader === undefined ? [] : [reader])].filter((each) => roleOf(each) === undefined);
    if (untold.length > 0) {
      const which = listed(untold.map((each) => `${addressOf(each)} (${whyMissing(each.info)})`));
      return undecided('ENDPOINT_ROLES_NOT_TOLD', `INFO did not tell the role of ${which}.`);
    }
    return passed(
      reader === undefined
        ? `${addressOf(endpoint)} leads to the primary.`
        : `${addressOf(endpoint)} leads to the primary, ${addressOf(reader)} to a ${roleOf(reader)}.`,
    );
  },
};

function complaintAbout(reader: NodeObservation): Finding | undefined {
  if (!isReached(reader)) {
    const { failure } = reader.connection;
    return failed(
      'READER_ENDPOINT_UNREACHABLE',
      `${addressOf(reader)} cannot be used from here (${failure?.stage}, ${failure?.code}: ${failure?.message}). Applications that read there fail; open the way, or correct \`readerEndpoint\`.`,
    );
  }
  if (roleOf(reader) !== 'primary') return undefined;
  return failed(
    'READER_ENDPOINT_LEADS_TO_PRIMARY',
    `${addressOf(reader)} leads to a primary although there should be replicas: their reads are on top of its writes. Add the replica that is missing, or correct \`readerEndpoint\`.`,
  );
}

function roleOf({ info }: NodeObservation): 'primary' | 'replica' | undefined {
  const role = valueIn(info)?.role;
  if (role === 'master' || role === 'primary') return 'primary';
  return role === undefined ? undefined : 'replica';
}
