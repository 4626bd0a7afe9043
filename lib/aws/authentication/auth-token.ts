/** One AUTH token for everybody, without users: for clients that cannot send a user name. */
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Authentication, AuthenticationProps } from './authentication.ts';
import { dynamicReference, generatedSecret, grantSecret, referenceTo } from './secret.ts';

export function authToken(scope: Construct, { topology, key, secret: existing }: AuthenticationProps): Authentication {
  const secret = existing ?? generatedSecret(scope, 'Secret', { description: `AUTH token of ${topology.name}`, key });
  return {
    groupProps: { authToken: dynamicReference(secret) },
    secret,
    reference: referenceTo(scope, secret),
    grantConnect: (grantee) => grantSecret(secret, grantee, Stack.of(scope).region),
  };
}
