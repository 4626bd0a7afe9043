/** Where it can be reached: port, kinds of addresses. */
import { everyServer } from '../../../verify/judging.ts';
import { membersOf } from '../description.ts';
import { type FieldCheck, field } from '../field.ts';
import { inCommon } from '../servers.ts';

const CREATE_ONLY = 'It is set at creation only; correct the topology.';

export const NETWORK_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'port',
    subject: 'The port',
    declared: ({ topology: { port } }) => String(port),
    source: 'the endpoints of DescribeReplicationGroups',
    api: (description) => {
      const { ConfigurationEndpoint, NodeGroups = [] } = description.group;
      const endpoints = NodeGroups.flatMap(({ PrimaryEndpoint, ReaderEndpoint }) => [PrimaryEndpoint, ReaderEndpoint]);
      const ports = [ConfigurationEndpoint, ...endpoints].map((endpoint) => endpoint?.Port);
      return inCommon(
        [...ports, ...membersOf(description).map(({ port }) => port)].map((port) =>
          port === undefined ? undefined : String(port),
        ),
      );
    },
    servers: (observation) =>
      inCommon(everyServer(observation).map(({ connection }) => String(connection.address.port))),
    advice: CREATE_ONLY,
  }),
  field({
    name: 'network-type',
    subject: 'The network type',
    declared: ({ topology: { networkType } }) => networkType,
    source: 'NetworkType of DescribeReplicationGroups',
    api: ({ group }) => group.NetworkType,
    advice: CREATE_ONLY,
  }),
  field({
    name: 'ip-discovery',
    subject: 'Announced addresses',
    declared: ({ topology: { ipDiscovery, networkType } }) => ipDiscovery ?? (networkType === 'ipv6' ? 'ipv6' : 'ipv4'),
    source: 'IpDiscovery of DescribeReplicationGroups',
    api: ({ group }) => group.IpDiscovery,
    advice: 'Clients may be sent to addresses that they cannot reach; set it back.',
  }),
];
