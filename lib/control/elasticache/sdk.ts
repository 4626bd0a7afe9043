/** The AWS SDK, loaded where it is needed: it is an optional peer, and takes a while. */
import { ProblemError } from '../../base/problem.ts';

export type ElastiCacheSdk = typeof import('@aws-sdk/client-elasticache');

/** @throws ProblemError `AWS_SDK_MISSING` */
export async function loadSdk(
  load: () => Promise<ElastiCacheSdk> = () => import('@aws-sdk/client-elasticache'),
): Promise<ElastiCacheSdk> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const message =
      'Asking ElastiCache needs the AWS SDK, which is not installed: npm install @aws-sdk/client-elasticache, next to redoubt.';
    throw new ProblemError({ code: 'AWS_SDK_MISSING', message }, { cause: error });
  }
}
