import type { ConnectionProfile } from '../../profile/profile.ts';
import type { Check } from '../check.ts';
import { addressOf, failed, hiddenTopology, isReached, listed, notReached, passed, undecided } from '../judging.ts';
import type { NodeObservation } from '../observation.ts';

/** A cluster client does not stay at the endpoint: it dials what the cluster announces, from where it stands. */
export const announcedEndpointsReachable: Check = {
  name: 'announced-endpoints-reachable',
  question: 'Can every announced node be reached from here, with TLS and the credential, on a port the profile allows?',
  reads: ['clusterSlots', 'clusterNodes'],
  notApplicable: hiddenTopology,
  judge: ({ profile, observation }) => {
    const { nodes, endpoint } = observation;
    if (!isReached(endpoint)) return notReached(observation, 'The announced nodes');
    if (nodes.length === 0)
      return undecided('NOTHING_ANNOUNCED', `${addressOf(endpoint)} announces no node, so none was dialled.`);
    const unreachable = nodes.filter((node) => !isReached(node));
    if (unreachable.length > 0) {
      return failed(
        'ANNOUNCED_ENDPOINT_UNREACHABLE',
        `${unreachable.length} of ${nodes.length} announced nodes cannot be used from here: ${listed(unreachable.map(explained), 4)}. Either the path is closed (open the node ports, not only the endpoint's) or the node is gone and still announced; clients retry it without end.`,
      );
    }
    const outside = nodes.filter(({ connection }) => !isAllowedPort(connection.address.port, profile)).map(addressOf);
    if (outside.length > 0) {
      return failed(
        'ANNOUNCED_PORT_OUTSIDE_RANGE',
        `${listed(outside)} listen outside ${allowedPorts(profile)}. Correct \`extraPortRange\` in the profile and whatever firewall was built from it.`,
      );
    }
    return passed(
      `All ${nodes.length} announced nodes accept TLS and the credential from here, on ${allowedPorts(profile)}.`,
    );
  },
};

function explained(node: NodeObservation): string {
  const { failure } = node.connection;
  return `${addressOf(node)} (${failure?.stage}, ${failure?.code}: ${failure?.message})`;
}

function isAllowedPort(port: number, { endpoint, extraPortRange }: ConnectionProfile): boolean {
  return (
    port === endpoint.port || (extraPortRange !== undefined && port >= extraPortRange.from && port <= extraPortRange.to)
  );
}

function allowedPorts({ endpoint, extraPortRange }: ConnectionProfile): string {
  return extraPortRange === undefined
    ? `port ${endpoint.port}`
    : `port ${endpoint.port} and ports ${extraPortRange.from}-${extraPortRange.to}`;
}
