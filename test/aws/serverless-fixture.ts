import { Template } from 'aws-cdk-lib/assertions';
import { ServerlessCache, type ServerlessCacheProps } from '../../lib/aws/serverless-cache.ts';
import type { ServerlessCacheInput } from '../../lib/topology/elasticache-serverless.ts';
import { emptyStack, vpcFor } from './fixture.ts';

export function serverlessWith(cache: Partial<ServerlessCacheInput> = {}, props: Partial<ServerlessCacheProps> = {}) {
  const stack = emptyStack();
  const made = new ServerlessCache(stack, 'Cache', {
    ...vpcFor(stack, cache.networkType),
    cache: { name: 'shop', ...cache },
    ...props,
  });
  return { stack, cache: made, template: () => Template.fromStack(stack) };
}

export const SERVERLESS = 'AWS::ElastiCache::ServerlessCache';
