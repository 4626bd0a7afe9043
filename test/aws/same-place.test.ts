import { type App, type Environment, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { MaintenanceRehearsal } from '../../lib/aws/maintenance-rehearsal.ts';
import { PasswordRotation } from '../../lib/aws/rotation.ts';
import { VerifiedDeployment } from '../../lib/aws/verified-deployment.ts';
import { emptyStack, isolatedVpc, problemsOf, TOPOLOGY } from './fixture.ts';

interface Looked {
  readonly vpcOfCluster: (stack: Stack) => IVpc;
  readonly vpcOfLooking: (stack: Stack, ofCluster: IVpc) => IVpc;
  readonly env?: Environment;
  readonly envOfLooking?: Environment;
}

type Look = (scope: Construct, given: { cluster: ElastiCacheCluster; vpc: IVpc }) => unknown;

const LOOKS: Readonly<Record<string, Look>> = {
  AWS_VERIFY: (scope, given) => new VerifiedDeployment(scope, 'Verified', given),
  AWS_REHEARSAL: (scope, given) =>
    new MaintenanceRehearsal(scope, 'Rehearsal', { ...given, image: LinuxBuildImage.AMAZON_LINUX_2023_5 }),
  AWS_ROTATION: (scope, given) => {
    const { secret } = given.cluster;
    return secret && new PasswordRotation(scope, 'Rotation', { ...given, secret });
  },
};
const LOOKS_FROM_OUTSIDE = ['AWS_VERIFY', 'AWS_REHEARSAL'];

function look(make: Look, { vpcOfCluster, vpcOfLooking, env, envOfLooking }: Looked) {
  const root = emptyStack().node.root as App;
  const own = new Stack(root, 'Own', env === undefined ? {} : { env });
  const vpc = vpcOfCluster(own);
  const cluster = new ElastiCacheCluster(own, 'Cache', { vpc, topology: TOPOLOGY, rotation: false });
  const stack = new Stack(root, 'Looking', envOfLooking === undefined ? {} : { env: envOfLooking });
  return make(stack, { cluster, vpc: vpcOfLooking(own, vpc) });
}

let made = 0;
const given = (vpcId: string) => (stack: Stack) => {
  made += 1;
  return Vpc.fromVpcAttributes(stack, `Given${made}`, {
    vpcId,
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    isolatedSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
};
const madeHere = (stack: Stack) => {
  made += 1;
  return new Vpc(stack, `Made${made}`, { maxAzs: 2 }) as IVpc;
};
const ONE = given('vpc-0123456789abcdef0');
const OTHER = given('vpc-0123456789abcdef1');

describe.each(Object.entries(LOOKS))('%s: what looks at a cluster', (code, make) => {
  it.each<[string, Looked]>([
    ['the same construct', { vpcOfCluster: isolatedVpc, vpcOfLooking: (_, vpc) => vpc }],
    ['the same id', { vpcOfCluster: ONE, vpcOfLooking: ONE }],
    ['one that is made here and one that is given', { vpcOfCluster: madeHere, vpcOfLooking: ONE }],
    ['one that stands in for a look-up', { vpcOfCluster: ONE, vpcOfLooking: given('vpc-12345') }],
    ['one that is known later', { vpcOfCluster: ONE, vpcOfLooking: given(Lazy.string({ produce: () => 'vpc-1' })) }],
    ['two that are imported', { vpcOfCluster: given(Fn.importValue('a')), vpcOfLooking: given(Fn.importValue('b')) }],
  ])('may stand in %s', (_, looked) => {
    expect(problemsOf(() => look(make, looked))).toBe('made');
  });

  it.each<[string, Looked, RegExp]>([
    [
      'by their ids',
      { vpcOfCluster: ONE, vpcOfLooking: OTHER },
      /VPC vpc-0123456789abcdef1, .*stands in vpc-0123456789abcdef0/,
    ],
    [
      'by their constructs',
      { vpcOfCluster: madeHere, vpcOfLooking: madeHere },
      /VPC Own\/Made\d+\S*, .*stands in Own\/Made/,
    ],
  ])('is refused in another VPC, told %s', (_, looked, says) => {
    const said = problemsOf(() => look(make, looked));
    expect(said).toContain(`${code}_OTHER_VPC vpc: `);
    expect(said).toMatch(says);
  });
});

describe.each(LOOKS_FROM_OUTSIDE)('%s: a stack that looks at a cluster', (code) => {
  const at = (env?: Environment, envOfLooking?: Environment) =>
    problemsOf(() =>
      look(LOOKS[code] as Look, {
        vpcOfCluster: ONE,
        vpcOfLooking: (_, vpc) => vpc,
        ...(env === undefined ? {} : { env }),
        ...(envOfLooking === undefined ? {} : { envOfLooking }),
      }),
    );
  const ireland = { account: '111122223333', region: 'eu-west-1' };

  it('may be of the same environment, said or not', () => {
    expect(at()).toBe('made');
    expect(at(ireland, ireland)).toBe('made');
  });

  it.each<[string, Environment | undefined, Environment | undefined]>([
    ['another region', ireland, { ...ireland, region: 'eu-central-1' }],
    ['another account', ireland, { ...ireland, account: '444455556666' }],
    ['none that is said', ireland, undefined],
    ['one that is said, of a cluster of none', undefined, ireland],
  ])('is refused for %s', (_, env, envOfLooking) => {
    expect(at(env, envOfLooking)).toMatch(
      new RegExp(`${code}_OTHER_ENVIRONMENT: .*aws://.*aws://.*Give both stacks the same \`env\``),
    );
  });
});
