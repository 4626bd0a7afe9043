/**
 * Who is let to a cache: the rules of its security group, wherever in the app they are made. Private subnets have no way in from
 * the internet today; a rule for it is the first half of one, so it is refused, also in pieces.
 */

import { CfnSecurityGroup, CfnSecurityGroupIngress, type ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Aspects, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type AddressRange, type Family, publicAddresses, tryAddressRange } from './address-ranges.ts';
import { type Advisory, advise } from './advisories.ts';

/** From the first port that the cache answers on to the last. */
export interface Ports {
  readonly from: number;
  readonly to: number;
}

/** Rules are added long after the construct is made, so they are judged when the app is synthesised. */
export function judgeClientRules(scope: Construct, group: ISecurityGroup, ports: Ports): void {
  scope.node.addValidation({ validate: () => worldOpenProblems(scope, rulesOf(scope, group)) });
  Aspects.of(scope).add({
    visit: (construct) => {
      if (construct === scope) advise(scope, ruleAdvisories(rulesOf(scope, group), ports));
    },
  });
}

interface ClientRule {
  readonly ipProtocol?: unknown;
  readonly fromPort?: unknown;
  readonly toPort?: unknown;
  readonly cidrIp?: unknown;
  readonly cidrIpv6?: unknown;
}

function rulesOf(scope: Construct, group: ISecurityGroup): ClientRule[] {
  const stack = Stack.of(group);
  const groupId = JSON.stringify(stack.resolve(group.securityGroupId));
  return scope.node.root.node.findAll().flatMap((construct): ClientRule[] => {
    if (construct === group.node.defaultChild && construct instanceof CfnSecurityGroup) {
      return stack.resolve(construct.securityGroupIngress) ?? [];
    }
    if (!(construct instanceof CfnSecurityGroupIngress)) return [];
    const { groupId: other, ipProtocol, fromPort, toPort, cidrIp, cidrIpv6 } = construct;
    // Stacks of the same shape have the same names inside: only in its own stack does a resolved name say which group it is.
    const isIts =
      other === group.securityGroupId ||
      (Stack.of(construct) === stack && JSON.stringify(stack.resolve(other)) === groupId);
    return isIts ? [{ ipProtocol, fromPort, toPort, cidrIp, cidrIpv6 }] : [];
  });
}

/**
 * No VPC has a larger block, so that a network of public addresses of one's own is let in, and nothing like the internet.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html: "between a /28 netmask and /16 netmask", and of IPv6 /44 at most
 */
const LARGEST_NETWORK: Readonly<Record<Family, { readonly addresses: bigint; readonly text: string }>> = {
  ipv4: { addresses: 1n << 16n, text: 'a /16' },
  ipv6: { addresses: 1n << 84n, text: 'a /44' },
};

function worldOpenProblems(scope: Construct, rules: readonly ClientRule[]): string[] {
  const blocks = rules.flatMap(blocksOf);
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const open = blocks.filter(({ range }) => range.family === family && publicAddresses([range]) > 0n);
    const { addresses, text } = LARGEST_NETWORK[family];
    if (publicAddresses(open.map(({ range }) => range)) <= addresses) return [];
    return [
      `AWS_OPEN_TO_THE_WORLD: The security group of ${scope.node.path} lets ${named(open.map(({ cidr }) => cidr))} in, which is more of the internet than ${text}, the largest network of a VPC. Name the clients instead: \`cluster.connections.allowDefaultPortFrom(service)\`; for a larger network of your own a managed prefix list (\`Peer.prefixList\`).`,
    ];
  });
}

interface Block {
  readonly cidr: string;
  readonly range: AddressRange;
}

/** Nothing of addresses that are not known before the deployment. */
function blocksOf({ cidrIp, cidrIpv6 }: ClientRule): Block[] {
  return [cidrIp, cidrIpv6].flatMap((cidr) => {
    const range = typeof cidr === 'string' && !Token.isUnresolved(cidr) ? tryAddressRange(cidr) : undefined;
    return range === undefined ? [] : [{ cidr: cidr as string, range }];
  });
}

const NAMED_AT_MOST = 4;

function named(cidrs: readonly string[]): string {
  const unique = [...new Set(cidrs)];
  const more = unique.length - NAMED_AT_MOST;
  return more <= 0 ? unique.join(' and ') : `${unique.slice(0, NAMED_AT_MOST).join(', ')} and ${more} more`;
}

function ruleAdvisories(rules: readonly ClientRule[], ports: Ports): Advisory[] {
  return [...publicAdvisories(rules), ...otherPortAdvisories(rules, ports)];
}

function publicAdvisories(rules: readonly ClientRule[]): Advisory[] {
  const open = rules.flatMap(blocksOf).filter(({ range }) => range.family === 'ipv4' && publicAddresses([range]) > 0n);
  if (open.length === 0) return [];
  const message = `The security group lets ${named(open.map(({ cidr }) => cidr))} in, which are addresses of the internet, and from there no way leads to a cache in private subnets. Leave them out, unless they are of a network of your own.`;
  return [{ id: 'redoubt:public-clients', message }];
}

function otherPortAdvisories(rules: readonly ClientRule[], ports: Ports): Advisory[] {
  const elsewhere = rules.flatMap((rule) => portsBeside(rule, ports) ?? []);
  if (elsewhere.length === 0) return [];
  const answered = ports.from === ports.to ? `port ${ports.from}` : `ports ${ports.from} and ${ports.to}`;
  const message = `The security group opens ${named(elsewhere)}, where the cache does not answer: it is on TCP ${answered}. Use \`connections.allowDefaultPortFrom(service)\`.`;
  return [{ id: 'redoubt:other-port', message }];
}

/** What a rule opens, when none of it is the cache's; undefined for what is not known before the deployment. */
function portsBeside({ ipProtocol, fromPort, toPort }: ClientRule, ports: Ports): string | undefined {
  if (typeof ipProtocol !== 'string' || Token.isUnresolved(ipProtocol)) return;
  const protocol = ipProtocol.toLowerCase();
  if (protocol === 'udp' || protocol === '17') return 'UDP';
  // ICMP has uses of its own.
  if (protocol !== 'tcp' && protocol !== '6') return;
  if (typeof fromPort !== 'number' || typeof toPort !== 'number') return;
  if (Token.isUnresolved(fromPort) || Token.isUnresolved(toPort) || fromPort === -1) return;
  if (fromPort <= ports.to && toPort >= ports.from) return;
  return fromPort === toPort ? `port ${fromPort}` : `ports ${fromPort} to ${toPort}`;
}
