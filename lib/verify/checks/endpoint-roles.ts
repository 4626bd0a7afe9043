import { leastOf } from '../../profile/count.ts';
import type { Check } from '../check.ts';
import {
  addressOf,
  type Finding,
  failed,
  hasPrimaryEndpoint,
  isReached,
  isSecondary,
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
  reads: ['info'],
  notApplicable: (profile) =>
    hasPrimaryEndpoint(profile)
      ? undefined
      : 'Only ElastiCache without cluster mode names its primary and its readers.',
  judge: ({ profile, observation }) => {
    const { endpoint, reader } = observation;
    if (!isReached(endpoint)) return notReached(observation, 'Whom the endpoints lead to');
    const isCopy = isSecondary(profile);
    const wrongEndpoint = isCopy ? complaintAboutHead(endpoint, reader) : complaintAboutPrimary(endpoint);
    if (wrongEndpoint !== undefined) return wrongEndpoint;
    if (reader !== undefined && leastOf(profile.expected.replicasPerShard) > 0) {
      const complaint = complaintAbout(reader, isSameServer(reader, endpoint));
      if (complaint !== undefined) return complaint;
    }
    const untold = [endpoint, ...(reader === undefined ? [] : [reader])].filter((each) => roleOf(each) === undefined);
    if (untold.length > 0) {
      const which = listed(untold.map((each) => `${addressOf(each)} (${whyMissing(each.info)})`));
      return undecided('ENDPOINT_ROLES_NOT_TOLD', `INFO did not tell the role of ${which}.`);
    }
    const whom = isCopy ? 'the node that follows the primary region' : 'the primary';
    return passed(
      reader === undefined
        ? `${addressOf(endpoint)} leads to ${whom}.`
        : `${addressOf(endpoint)} leads to ${whom}, ${addressOf(reader)} to a ${roleOf(reader)}.`,
    );
  },
};

function complaintAboutPrimary(endpoint: NodeObservation): Finding | undefined {
  if (roleOf(endpoint) !== 'replica') return undefined;
  return failed(
    'PRIMARY_ENDPOINT_LEADS_TO_REPLICA',
    `${addressOf(endpoint)} leads to a replica: every write fails with READONLY. A failover may be under way; if it stays so, the name is not that of the primary endpoint. If this region is a secondary of a Global Datastore, say so with \`expected.globalRole\`.`,
  );
}

/** Of a secondary region: there its name leads to the one node that follows the other region, and that the others follow. */
function complaintAboutHead(endpoint: NodeObservation, reader: NodeObservation | undefined): Finding | undefined {
  if (roleOf(endpoint) === 'primary')
    return failed(
      'SECONDARY_LEADS_TO_PRIMARY',
      `${addressOf(endpoint)} leads to a primary, and the profile says that this region is a secondary: it copies no other region, or not any more. If it was promoted or has left its Global Datastore, correct \`expected.globalRole\`; if not, what is written elsewhere does not arrive here.`,
    );
  if (reader === undefined || isSameServer(reader, endpoint)) return undefined;
  if (!isFollowedBy(reader, endpoint) && upstreamOf(reader) !== upstreamOf(endpoint)) return undefined;
  return failed(
    'PRIMARY_ENDPOINT_LEADS_TO_REPLICA',
    `${addressOf(endpoint)} leads to a replica of this region, not to the node that follows the primary region: after a promotion every write there fails with READONLY. A failover may be under way; if it stays so, the name is not that of the primary endpoint.`,
  );
}

/** Whether the others of its region follow it. */
function isFollowedBy(head: NodeObservation, follower: NodeObservation): boolean {
  return (
    Number(valueIn(head.info)?.connected_slaves ?? 0) > 0 && Number(valueIn(follower.info)?.connected_slaves) === 0
  );
}

/** Whom it follows; of its own kind for each server that does not tell. */
function upstreamOf({ info, connection }: NodeObservation): string {
  const { master_host: host, master_port: port } = valueIn(info) ?? {};
  return host === undefined ? `untold by ${connection.address.host}` : `${host}:${port}`;
}

/** Two names may lead to one server: its own number for this start says so. */
function isSameServer(one: NodeObservation, other: NodeObservation): boolean {
  const runId = valueIn(one.info)?.run_id;
  return runId !== undefined && runId === valueIn(other.info)?.run_id;
}

function complaintAbout(reader: NodeObservation, isEndpointItself: boolean): Finding | undefined {
  if (!isReached(reader)) {
    const { failure } = reader.connection;
    return failed(
      'READER_ENDPOINT_UNREACHABLE',
      `${addressOf(reader)} cannot be used from here (${failure?.stage}, ${failure?.code}: ${failure?.message}). Applications that read there fail; open the way, or correct \`readerEndpoint\`.`,
    );
  }
  if (roleOf(reader) !== 'primary' && !isEndpointItself) return undefined;
  return failed(
    'READER_ENDPOINT_LEADS_TO_PRIMARY',
    `${addressOf(reader)} leads to ${isEndpointItself ? 'the same server as the primary endpoint' : 'a primary'} although there should be replicas: their reads are on top of its writes. Add the replica that is missing, or correct \`readerEndpoint\`.`,
  );
}

function roleOf({ info }: NodeObservation): 'primary' | 'replica' | undefined {
  const role = valueIn(info)?.role;
  if (role === 'master' || role === 'primary') return 'primary';
  return role === undefined ? undefined : 'replica';
}
