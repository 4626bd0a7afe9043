/** Makes what the topology's `authentication` asks for. */
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { authToken } from './auth-token.ts';
import type { Authentication, AuthenticationProps } from './authentication.ts';
import { iamUser } from './iam.ts';
import { passwordUser } from './rbac.ts';

export function authenticate(scope: Construct, props: AuthenticationProps): Authentication {
  const { authentication } = props.topology;
  switch (authentication.kind) {
    case 'rbac':
      return authentication.credential === 'iam'
        ? iamUser(scope, props, authentication.userName)
        : passwordUser(scope, props, authentication.userName);
    case 'auth-token':
      return authToken(scope, props);
    case 'none':
      return { groupProps: {}, grantConnect: (grantee) => Grant.drop(grantee, 'There is no credential to read.') };
  }
}
