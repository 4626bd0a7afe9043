import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { azureManagedRedisSchema } from '../../lib/topology/azure-managed-redis.ts';
import type { AzureManagedRedisInput } from '../../lib/topology/azure-managed-redis-input.ts';
import type { DeploymentInput, deploymentSchema } from '../../lib/topology/deployment.ts';
import type { elastiCacheSchema } from '../../lib/topology/elasticache.ts';
import type { ElastiCacheTopologyInput } from '../../lib/topology/elasticache-input.ts';
import type { serverlessCacheSchema } from '../../lib/topology/elasticache-serverless.ts';
import type { ServerlessCacheInput } from '../../lib/topology/elasticache-serverless-input.ts';

/** Without `readonly`, which a schema does not have. */
type Plain<Type> = Type extends object ? { -readonly [Key in keyof Type]: Plain<Type[Key]> } : Type;

// These fail when the types are checked (`npm run typecheck`), on the field that differs.
test('what an author of a topology is told has exactly the fields and values that the schema judges', () => {
  expectTypeOf<Plain<ElastiCacheTopologyInput>>().toEqualTypeOf<Plain<z.input<typeof elastiCacheSchema>>>();
});

test('and so has what an author of a serverless cache is told', () => {
  expectTypeOf<Plain<ServerlessCacheInput>>().toEqualTypeOf<Plain<z.input<typeof serverlessCacheSchema>>>();
});

test('and what an author of an Azure Managed Redis is told', () => {
  expectTypeOf<Plain<AzureManagedRedisInput>>().toEqualTypeOf<Plain<z.input<typeof azureManagedRedisSchema>>>();
});

test('and what an author of a deployment file is told', () => {
  expectTypeOf<Plain<DeploymentInput>>().toEqualTypeOf<Plain<z.input<typeof deploymentSchema>>>();
});
