/**
 * Hands the connection profile on: as an SSM parameter for applications, and as stack outputs from which
 * `profileFromStackOutputs` (lib/profile/from-stack.ts) rebuilds it. Neither holds a secret, only where it is.
 */

import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { PROFILE_OUTPUT } from '../profile/from-stack.ts';
import { profileFor } from '../profile/from-topology.ts';
import type { ConnectionProfile, GlobalRole, SecretReference } from '../profile/profile.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';

export interface ProfileOutputProps {
  /** Name of the deployment in the profile. */
  readonly deployment: string;
  readonly topology: ElastiCacheTopology;
  /** Of the configuration endpoint, or of the primary endpoint; a token. */
  readonly host: string;
  /** Of the reader endpoint, where there is one; a token. */
  readonly readerHost?: string;
  readonly reference: SecretReference;
  /** Where further nodes listen that the endpoint announces. Default: they listen where the endpoint does. */
  readonly extraPortRange?: { readonly from: number; readonly to: number };
  /** False where the service chooses the minor version by itself, so that none can be expected. Default: true. */
  readonly isVersionPinned?: boolean;
  /** Place in a Global Datastore. Default: in none. */
  readonly globalRole?: GlobalRole;
}

/** A stand-in while the profile is checked; the real ones are known to CloudFormation only. */
const PLACEHOLDER = 'known-after-deployment.invalid';

export class ProfileOutput {
  readonly parameter: StringParameter;

  constructor(scope: Construct, props: ProfileOutputProps) {
    const profile = profileWithTokens(props);
    const text = Stack.of(scope).toJsonString(profile);
    this.parameter = new StringParameter(scope, 'Profile', {
      description: `Connection profile of ${props.deployment}`,
      stringValue: text,
    });
    new CfnOutput(scope, PROFILE_OUTPUT, { description: `Connection profile of ${props.deployment}`, value: text });
    new CfnOutput(scope, 'ProfileParameter', { value: this.parameter.parameterName });
    const endpoint = profile.clientMode === 'cluster' ? 'ConfigurationEndpoint' : 'PrimaryEndpoint';
    new CfnOutput(scope, endpoint, { value: `${props.host}:${props.topology.port}` });
    if (props.reference.kind === 'aws-secrets-manager') {
      new CfnOutput(scope, 'SecretArn', { value: props.reference.secretId });
    }
  }

  grantRead(grantee: IGrantable): Grant {
    return this.parameter.grantRead(grantee);
  }
}

function profileWithTokens(props: ProfileOutputProps): ConnectionProfile {
  const {
    deployment,
    topology,
    host,
    readerHost,
    reference,
    extraPortRange,
    isVersionPinned = true,
    globalRole,
  } = props;
  const profile = profileFor({
    deployment: 'placeholder',
    topology,
    endpoint: { host: PLACEHOLDER, port: topology.port },
    secret: { kind: 'environment', variable: 'PLACEHOLDER' },
    ...(isVersionPinned ? { expectedEngineVersion: topology.engineVersion } : {}),
    ...(globalRole === undefined ? {} : { globalRole }),
  });
  return {
    ...profile,
    deployment,
    endpoint: { host, port: topology.port },
    ...(readerHost === undefined ? {} : { readerEndpoint: { host: readerHost, port: topology.port } }),
    ...(extraPortRange === undefined ? {} : { extraPortRange }),
    tls: { ...profile.tls, serverName: host },
    authentication: { ...profile.authentication, secret: reference },
  };
}
