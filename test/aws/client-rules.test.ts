import { type App, Fn, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnSecurityGroupIngress, type IPeer, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { clusterWith, isolatedVpc, problemsOf } from './fixture.ts';
import { serverlessWith } from './serverless-fixture.ts';

type Client = readonly [IPeer, Port?];

const ipv4 = (...cidrs: string[]): Client[] => cidrs.map((cidr) => [Peer.ipv4(cidr)]);
const ipv6 = (...cidrs: string[]): Client[] => cidrs.map((cidr) => [Peer.ipv6(cidr)]);

function letIn(clients: readonly Client[], topology = {}) {
  const made = clusterWith(topology);
  for (const [peer, port = Port.tcp(6379)] of clients) made.cluster.connections.allowFrom(peer, port);
  return made;
}

/** Those of the rules of clients that synthesis tells. */
function warned(stack: Stack): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data))
    .filter((text) => /redoubt:(public-clients|other-port)/.test(text));
}

describe('clients of a cache', () => {
  it.each<[string, Client[]]>([
    ['private networks of any size', ipv4('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10')],
    ['networks with IPv6 as a VPC has them', ipv6('2a05:d018:1::/56', 'fd00::/8', '2a05:d018:2::/48')],
    ['a prefix list', [[Peer.prefixList('pl-0123456789abcdef0')]]],
    ['addresses that are known later', [[Peer.ipv4(Fn.importValue('network'))]]],
    [
      'all ports, the cache’s among them',
      [
        [Peer.ipv4('10.0.0.0/16'), Port.allTcp()],
        [Peer.ipv4('10.1.0.0/16'), Port.allTraffic()],
      ],
    ],
  ])('may be %s, and nothing is said', (_, clients) => {
    const { stack, template } = letIn(clients);
    expect(problemsOf(template)).toBe('made');
    expect(warned(stack)).toEqual([]);
  });

  it.each<[string, Client[], RegExp]>([
    ['half of it', ipv4('0.0.0.0/1'), /lets 0\.0\.0\.0\/1 in, .*than a \/16/],
    ['both halves', ipv4('0.0.0.0/1', '128.0.0.0/1'), /lets 0\.0\.0\.0\/1 and 128\.0\.0\.0\/1 in/],
    ['a provider’s block', ipv4('52.0.0.0/11'), /52\.0\.0\.0\/11/],
    ['private addresses and what is beside them', ipv4('10.0.0.0/7'), /10\.0\.0\.0\/7/],
    [
      'a block in pieces',
      ipv4('52.0.0.0/16', '52.1.0.0/24', '10.0.0.0/8'),
      /lets 52\.0\.0\.0\/16 and 52\.1\.0\.0\/24 in/,
    ],
    ['many pieces', ipv4(...[1, 2, 3, 4, 5, 6].map((n) => `52.${n}.0.0/16`)), /52\.4\.0\.0\/16 and 2 more in/],
    ['what IPv6 has of it', ipv6('2000::/3'), /2000::\/3.*than a \/44/],
    ['IPv6 in halves', ipv6('::/1', '8000::/1'), /lets ::\/1 and 8000::\/1 in/],
  ])('are refused when they are the internet: %s', (_, clients, says) => {
    const said = problemsOf(letIn(clients).template);
    expect(said).toMatch(/AWS_OPEN_TO_THE_WORLD: .*Test\/Cache /);
    expect(said).toMatch(says);
  });

  it('are refused in another spelling, and of another stack', () => {
    for (const rule of [{ cidrIpv6: '0:0:0:0:0:0:0:0/0' }, { cidrIp: '0.0.0.0/00' }]) {
      const { stack, cluster } = clusterWith();
      const other = new Stack(stack.node.root as App, 'Other');
      new CfnSecurityGroupIngress(other, 'Open', {
        groupId: cluster.securityGroup.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: 0,
        toPort: 65_535,
        ...rule,
      });
      expect(problemsOf(() => (stack.node.root as App).synth())).toContain('AWS_OPEN_TO_THE_WORLD');
    }
  });

  it('of the internet are advised against where they are few, as no way leads from there', () => {
    const { stack, template } = letIn(ipv4('203.0.113.7/32', '10.0.0.0/16'));
    expect(problemsOf(template)).toBe('made');
    expect(warned(stack)).toEqual([
      expect.stringMatching(/lets 203\.0\.113\.7\/32 in, .*\[ack: redoubt:public-clients\]/),
    ]);
  });
});

describe('ports that are opened to clients', () => {
  it('are advised against where the cache does not answer', () => {
    const { stack, template } = letIn(
      [
        [Peer.ipv4('10.0.0.0/16')],
        [Peer.ipv4('10.0.0.0/16'), Port.udp(6380)],
        [Peer.ipv4('10.0.0.0/16'), Port.tcpRange(7000, 7100)],
      ],
      { port: 6380 },
    );
    expect(problemsOf(template)).toBe('made');
    expect(warned(stack)).toEqual([
      expect.stringMatching(
        /opens port 6379 and UDP and ports 7000 to 7100, .*TCP port 6380\. .*\[ack: redoubt:other-port\]/,
      ),
    ]);
  });

  it('by a client in another stack, too', () => {
    const { stack, cluster } = clusterWith({ port: 6380 });
    const other = new Stack(stack.node.root as App, 'Other');
    const client = new SecurityGroup(other, 'Client', { vpc: isolatedVpc(other) });
    client.connections.allowTo(cluster, Port.tcp(6379));
    expect(warned(stack).join()).toMatch(/opens port 6379, /);
  });

  it('are both of a serverless cache, or one of them', () => {
    const { stack, cache, template } = serverlessWith({}, { rotation: false });
    cache.connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/16'));
    cache.connections.allowFrom(Peer.ipv4('10.1.0.0/16'), Port.tcp(6380));
    expect(problemsOf(template)).toBe('made');
    expect(warned(stack)).toEqual([]);
    const other = serverlessWith({}, { rotation: false });
    other.cache.connections.allowFrom(Peer.ipv4('10.1.0.0/16'), Port.tcp(6381));
    expect(warned(other.stack).join()).toMatch(/opens port 6381, .*TCP ports 6379 and 6380/);
  });

  it('that are known later are not judged', () => {
    const { stack } = letIn([[Peer.ipv4('10.0.0.0/16'), Port.tcp(Token.asNumber(Fn.importValue('port')))]]);
    expect(warned(stack)).toEqual([]);
  });
});
