/** Where the reports of rehearsals are kept. */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledgeReportsBucket } from './acknowledged-rules.ts';

/** Encrypted, private, over TLS only; it outlives the stack, because a report is evidence. */
export function reportsBucket(
  scope: Construct,
  { key, keptFor }: { readonly key: IKey; readonly keptFor: Duration },
): IBucket {
  const bucket = new Bucket(scope, 'Reports', {
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      {
        expiration: keptFor,
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
  });
  acknowledgeReportsBucket(bucket);
  // The library's class and interface differ in `isWebsite` under exactOptionalPropertyTypes.
  return bucket as IBucket;
}
