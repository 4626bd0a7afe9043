/**
 * The policy pack: `pulumi preview --policy-pack bin/azure-policies`. It serves its policies until Pulumi ends it. JavaScript, because
 * Pulumi's host for policy packs compiles a TypeScript entry with ts-node, whatever the options say.
 */
import { PolicyPack } from '@pulumi/policy';
import { MANAGED_REDIS_POLICIES } from '../../lib/azure/policies.ts';

new PolicyPack('redoubt-azure', { policies: [...MANAGED_REDIS_POLICIES] });
