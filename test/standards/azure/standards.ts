import { CLOUD_SECURITY_BENCHMARK } from './benchmark.ts';
import { SECURE_MANAGED_REDIS } from './managed-redis.ts';
import { AZURE_POLICY } from './policy.ts';
import type { AzureStandard } from './resources.ts';
import { CHECKOV_AZURE, PSRULE, RESILIENCY_LIBRARY } from './scanners.ts';

export const AZURE_STANDARDS: readonly AzureStandard[] = [
  CLOUD_SECURITY_BENCHMARK,
  SECURE_MANAGED_REDIS,
  AZURE_POLICY,
  PSRULE,
  CHECKOV_AZURE,
  RESILIENCY_LIBRARY,
];
