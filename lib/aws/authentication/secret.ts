/** Secrets are generated inside Secrets Manager and reach ElastiCache by dynamic reference: no template ever holds one. */

import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { SecretReference } from '../../profile/profile.ts';
import { SECRET_FIELD } from './authentication.ts';

/** ElastiCache takes 16 to 128 characters. Letters and digits only: its few allowed symbols differ between users and tokens. */
const PASSWORD_LENGTH = 64;

export function generatedSecret(
  scope: Construct,
  id: string,
  { description, userName, key }: { description: string; userName?: string; key: IKey },
): ISecret {
  const secret = new Secret(scope, id, {
    description,
    encryptionKey: key,
    generateSecretString: {
      secretStringTemplate: JSON.stringify(userName === undefined ? {} : { username: userName }),
      generateStringKey: SECRET_FIELD,
      passwordLength: PASSWORD_LENGTH,
      excludePunctuation: true,
    },
  });
  // The library's class and interface differ in `secretFullArn` under exactOptionalPropertyTypes.
  return secret as ISecret;
}

/** For a policy. Of a secret that is known by its name only, the ARN ends in six characters that nobody has said. */
export function arnForPolicies(secret: ISecret): string {
  return secret.secretFullArn ?? `${secret.secretArn}-??????`;
}

/** `{{resolve:secretsmanager:…}}`: CloudFormation looks it up while it deploys, and the template keeps only this text. */
export function dynamicReference(secret: ISecret): string {
  return secret.secretValueFromJson(SECRET_FIELD).unsafeUnwrap();
}

/**
 * Reading a secret needs its key, too. The CDK says so in the policy of the key, which a key of another stack or account does
 * not let it do, so the reader's own policy says it as well.
 * @param region of the secret
 */
export function grantSecret(secret: ISecret, grantee: IGrantable, region: string): Grant {
  const grant = secret.grantRead(grantee);
  if (secret.encryptionKey === undefined) return grant;
  return grant.combine(
    Grant.addToPrincipal({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [secret.encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
    }),
  );
}

export function referenceTo(scope: Construct, secret: ISecret): SecretReference {
  return {
    kind: 'aws-secrets-manager',
    secretId: secret.secretArn,
    region: Stack.of(scope).region,
    field: SECRET_FIELD,
  };
}
