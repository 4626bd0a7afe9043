/** Secrets are generated inside Secrets Manager and reach ElastiCache by dynamic reference: no template ever holds one. */
import { Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
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

/** `{{resolve:secretsmanager:…}}`: CloudFormation looks it up while it deploys, and the template keeps only this text. */
export function dynamicReference(secret: ISecret): string {
  return secret.secretValueFromJson(SECRET_FIELD).unsafeUnwrap();
}

export function referenceTo(scope: Construct, secret: ISecret): SecretReference {
  return {
    kind: 'aws-secrets-manager',
    secretId: secret.secretArn,
    region: Stack.of(scope).region,
    field: SECRET_FIELD,
  };
}
