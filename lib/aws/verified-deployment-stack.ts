/** The stack that is deployed after a deployment's own and fails when what exists is not what was asked for. */
import { Stack, type StackProps, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { DeploymentStack } from './deployment-stack.ts';
import { given } from './given.ts';
import { VerifiedDeployment, type VerifiedDeploymentProps } from './verified-deployment.ts';

export interface VerifiedDeploymentStackProps extends StackProps, Omit<VerifiedDeploymentProps, 'cluster' | 'vpc'> {
  readonly of: DeploymentStack;
}

/** @throws ProblemError what VerifiedDeployment throws */
export class VerifiedDeploymentStack extends Stack {
  readonly verified: VerifiedDeployment;

  constructor(scope: Construct, id: string, { of, ...props }: VerifiedDeploymentStackProps) {
    const { name } = of.cluster.topology;
    super(scope, id, { description: `Verifies ${name} inside its VPC; holds no data`, ...props });
    const { cluster, vpc, subnetsForFunctions: vpcSubnets } = of;
    const { settleFor, mayBeUnknown, always, logRetention } = props;
    this.verified = new VerifiedDeployment(this, 'Verified', {
      cluster,
      vpc,
      ...given({ vpcSubnets: props.vpcSubnets ?? vpcSubnets, settleFor, mayBeUnknown, always, logRetention }),
    });
    Tags.of(this).add('redoubt:deployment', of.deployment.name);
  }
}
