/** The process of a function (lambda.ts): `node lambda-runtime.ts BUNDLE ADDRESSES`; invocations come over IPC, one after the other. */
import dns from 'node:dns';
import type { Answer, Invocation } from './lambda.ts';

const [, , bundle = '', addresses = '{}'] = process.argv;
const addressOf: Readonly<Record<string, string>> = JSON.parse(addresses);
const { lookup } = dns;

/** As a VPC's resolver: whoever connects by name asks here. */
dns.lookup = ((name: string, options: { all?: boolean }, callback: (...found: unknown[]) => void) => {
  const address = addressOf[name];
  if (address === undefined) return lookup(name, options, callback as never);
  return options.all === true ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4);
}) as typeof dns.lookup;

const { handler } = await import(bundle);

process.on('message', async ({ event, remainingMs }: Invocation) => {
  const endsAt = performance.now() + remainingMs;
  const answer: Answer = await handler(event, { getRemainingTimeInMillis: () => endsAt - performance.now() }).then(
    (result: unknown) => ({ result }),
    (error: Error) => ({ errorMessage: `${error.name}: ${error.message}` }),
  );
  process.send?.(answer);
});
