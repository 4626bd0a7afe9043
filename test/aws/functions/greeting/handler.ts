/** A function for the tests of the bundler: TypeScript, an import of this project, one of a library, and the runtime's SDK. */
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { z } from 'zod';
import { problemLine } from '../../../../lib/base/problem.ts';

interface Greeting {
  readonly name: string;
}

export async function handler(event: Greeting): Promise<string> {
  const { name } = z.object({ name: z.string() }).parse(event);
  const client = new ElastiCacheClient({ region: 'eu-west-1' });
  return problemLine({ code: `HELLO_${name.toUpperCase()}`, message: `from ${await client.config.region()}` });
}
