import { App } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import {
  CfnSecurityGroupIngress,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { clusterWith, emptyStack, problemsOf, TOPOLOGY } from './fixture.ts';

function inVpc(subnetTypes: readonly SubnetType[], props: { maxAzs?: number; chosen?: SubnetType } = {}) {
  const stack = emptyStack();
  const vpc = new Vpc(stack, 'Vpc', {
    maxAzs: props.maxAzs ?? 2,
    natGateways: 0,
    subnetConfiguration: subnetTypes.map((subnetType, index) => ({ name: `net${index}`, subnetType })),
  });
  const cluster = new ElastiCacheCluster(stack, 'Cache', {
    vpc: vpc as IVpc,
    topology: TOPOLOGY,
    ...(props.chosen === undefined ? {} : { vpcSubnets: { subnetType: props.chosen } }),
  });
  return { stack, cluster };
}

describe('the subnets', () => {
  it.each([
    ['AWS_NO_PRIVATE_SUBNETS', [SubnetType.PUBLIC], {}],
    ['AWS_PUBLIC_SUBNET', [SubnetType.PUBLIC, SubnetType.PRIVATE_ISOLATED], { chosen: SubnetType.PUBLIC }],
    ['AWS_MULTI_AZ_NEEDS_TWO_ZONES', [SubnetType.PRIVATE_ISOLATED], { maxAzs: 1 }],
  ] as const)('are refused with %s', (code, subnetTypes, props) => {
    expect(problemsOf(() => inVpc(subnetTypes, props))).toContain(code);
  });

  it('may be given one by one', () => {
    const stack = emptyStack();
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      isolatedSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    });
    const subnets = ['a', 'b'].map(
      (zone): ISubnet =>
        Subnet.fromSubnetAttributes(stack, zone, { subnetId: `subnet-${zone}`, availabilityZone: `eu-west-1${zone}` }),
    );
    expect(
      problemsOf(() => new ElastiCacheCluster(stack, 'Cache', { vpc, topology: TOPOLOGY, vpcSubnets: { subnets } })),
    ).toBe('made');
  });
});

describe('the security group', () => {
  it('lets nobody in and nothing out by itself', () => {
    const template = clusterWith().template();
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  it('lets a named client in on the port of the cluster', () => {
    const { cluster, template } = clusterWith({ port: 6380 });
    cluster.connections.allowDefaultPortFrom(Peer.ipv4('10.1.0.0/16'));
    template().hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.1.0.0/16', FromPort: 6380, ToPort: 6380 })],
    });
  });

  it.each<[string, (made: ReturnType<typeof clusterWith>) => void]>([
    ['every IPv4 address', ({ cluster }) => cluster.connections.allowDefaultPortFromAnyIpv4()],
    ['every IPv6 address', ({ cluster }) => cluster.connections.allowFrom(Peer.anyIpv6(), Port.allTraffic())],
    [
      'every address by a rule of its own',
      ({ stack, cluster }) => {
        new CfnSecurityGroupIngress(stack, 'Open', {
          groupId: cluster.securityGroup.securityGroupId,
          ipProtocol: '-1',
          cidrIp: '0.0.0.0/0',
        });
      },
    ],
  ])('fails the synthesis when it is opened to %s', (_, open) => {
    const made = clusterWith();
    open(made);
    expect(problemsOf(made.template)).toMatch(/AWS_OPEN_TO_THE_WORLD: .*Test\/Cache.*allowDefaultPortFrom/);
  });

  it('has nothing to say about other groups', () => {
    const made = clusterWith();
    const other = new SecurityGroup(made.stack, 'Other', {
      vpc: Vpc.fromVpcAttributes(made.stack, 'V', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['a'] }),
    });
    other.addIngressRule(Peer.anyIpv4(), Port.tcp(443));
    expect(problemsOf(made.template)).toBe('made');
    expect(App.isApp(made.stack.node.root)).toBe(true);
  });
});
