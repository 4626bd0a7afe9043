import { CDK_NAG } from './cdk-nag.ts';
import { CIS_AWS_DATABASES } from './cis.ts';
import { AWS_CONFIG } from './config.ts';
import { CFN_GUARD, CHECKOV_AWS, TRIVY } from './scanners.ts';
import { SECURITY_HUB } from './security-hub.ts';
import type { AwsStandard } from './template.ts';

export const AWS_STANDARDS: readonly AwsStandard[] = [
  SECURITY_HUB,
  AWS_CONFIG,
  CDK_NAG,
  CIS_AWS_DATABASES,
  CHECKOV_AWS,
  TRIVY,
  CFN_GUARD,
];
