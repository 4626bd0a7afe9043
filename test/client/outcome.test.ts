import { ReplyError } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { NotAppliedError, OutcomeUnknownError } from '../../lib/client/errors.ts';
import { OUTCOME_TABLE, outcomeOfError } from '../../lib/client/outcome.ts';
import { errors as nodeRedis } from './support/node-redis-errors.ts';

class MaxRetriesPerRequestError extends Error {}
const withCode = (message: string, code: string) => Object.assign(new Error(message), { code });
const reply = (message: string): Error => new ReplyError(message);

const SURELY_NOT_APPLIED: [string, Error][] = [
  ['our own sentence', new NotAppliedError('set', 'gave up.')],
  ['MOVED', reply('MOVED 8363 127.0.0.1:8503')],
  ['MOVED without a class', new Error('MOVED 8363 127.0.0.1:8503')],
  ['closed client without a class', new Error('The client is closed')],
  ['ASK', reply('ASK 8363 127.0.0.1:8503')],
  ['CLUSTERDOWN', reply('CLUSTERDOWN The cluster is down')],
  ['CLUSTERDOWN without a class', new Error('CLUSTERDOWN Hash slot not served')],
  ['CROSSSLOT', new nodeRedis.SimpleError("CROSSSLOT Keys in request don't hash to the same slot")],
  ['TRYAGAIN', reply('TRYAGAIN Multiple keys request during rehashing of slot')],
  ['LOADING', reply('LOADING Redis is loading the dataset in memory')],
  ['READONLY', reply("READONLY You can't write against a read only replica.")],
  ['NOREPLICAS', reply('NOREPLICAS Not enough good replicas to write.')],
  ['MASTERDOWN', reply("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.")],
  ['wrong password', reply('WRONGPASS invalid username-password pair or user is disabled.')],
  ['an unknown command', reply("ERR unknown command 'FAILOVER'")],
  ['a discarded transaction', reply('EXECABORT Transaction discarded because of previous errors.')],
  ['WATCH', new nodeRedis.WatchError()],
  ['refused', withCode('connect ECONNREFUSED 127.0.0.1:8503', 'ECONNREFUSED')],
  ['refused on every address, message empty', withCode('', 'ECONNREFUSED')],
  ['no such name', withCode('getaddrinfo ENOTFOUND x', 'ENOTFOUND')],
  ['connect time-out of ioredis', withCode('connect ETIMEDOUT', 'ETIMEDOUT')],
  ['connect time-out of node-redis', new nodeRedis.ConnectionTimeoutError()],
  [
    'certificate',
    withCode(
      "Hostname/IP does not match certificate's altnames: IP: 10.0.0.1 is not in the cert's list",
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ),
  ],
  ['no start-up node', new Error('None of startup nodes is available')],
  ['no slots', new Error('Failed to refresh slots cache.')],
  ['no offline queue', new Error("Cluster isn't ready and enableOfflineQueue options is false")],
  ['no root node', new nodeRedis.RootNodesUnavailableError()],
  ['closed client', new nodeRedis.ClientClosedError()],
  ['offline client', new nodeRedis.ClientOfflineError()],
  ['queued too long in a maintenance', new nodeRedis.CommandTimeoutDuringMaintenanceError(10)],
  ['a reconnect strategy that gave up', new nodeRedis.ReconnectStrategyError(new Error('x'), new Error('y'))],
  [
    'a pipeline over two owners',
    new Error('All keys in the pipeline should belong to the same slots allocation group'),
  ],
];

const PERHAPS_APPLIED: [string, Error][] = [
  ['our own sentence', new OutcomeUnknownError('incr', 'was sent and not answered.')],
  [
    'too many redirections, whatever the last',
    new Error('Too many Cluster redirections. Last error: ReplyError: MOVED 1 127.0.0.1:8503'),
  ],
  [
    'too many redirections after a close',
    new Error('Too many Cluster redirections. Last error: Error: Connection is closed.'),
  ],
  ['too many redirections of node-redis', new nodeRedis.MaxCommandRedirectionsError(undefined)],
  ['too many retries', new MaxRetriesPerRequestError('Reached the max retries per request limit (which is 20).')],
  ['closed', new Error('Connection is closed.')],
  ['aborted pipeline', new Error('Command aborted due to connection close')],
  ['command time-out', new Error('Command timed out')],
  ['socket time-out of ioredis', new Error("Socket timeout. Expecting data, but didn't receive any in 250ms.")],
  ['socket time-out of node-redis', new nodeRedis.SocketTimeoutError(250)],
  ['socket time-out in a maintenance', new nodeRedis.SocketTimeoutDuringMaintenanceError(250)],
  ['closed unexpectedly', new nodeRedis.SocketClosedUnexpectedlyError()],
  ['disconnects client', new nodeRedis.DisconnectsClientError()],
  ['time-out of node-redis', new nodeRedis.TimeoutError()],
  ['aborted by its signal', new nodeRedis.AbortError()],
  ['partly failed transaction', new nodeRedis.MultiErrorReply([new Error('x')] as never, [0])],
  ['reset', withCode('read ECONNRESET', 'ECONNRESET')],
  ['broken pipe', withCode('write EPIPE', 'EPIPE')],
  ['a script that failed half-way', reply('ERR user_script:2: boom script: 2b, on @user_script:2.')],
  [
    'a blocking command ended by a failover',
    reply('UNBLOCKED force unblock from blocking operation, instance state changed'),
  ],
  ['a proxy that gave up waiting', reply('ERR request timed out')],
  ['an empty message', new Error('')],
  ['something new', new Error('the moon is in the way')],
];

describe('outcome of an error', () => {
  test.each(SURELY_NOT_APPLIED)('%s: surely not applied', (_name, error) => expect(outcomeOfError(error)).toBe('fail'));
  test.each(PERHAPS_APPLIED)('%s: perhaps applied', (_name, error) => expect(outcomeOfError(error)).toBe('unknown'));
  test.each(['text', undefined, null, 7, {}])('%s, which is no error: perhaps applied', (thrown) =>
    expect(outcomeOfError(thrown)).toBe('unknown'),
  );

  test('every row of the table decides for one of the examples', () => {
    const examples = [...SURELY_NOT_APPLIED, ...PERHAPS_APPLIED].map(([, error]) => error);
    const used = new Set(examples.map((error) => OUTCOME_TABLE.findIndex((row) => fits(row, error))));
    expect(OUTCOME_TABLE.map((row, index) => (used.has(index) ? undefined : row.because)).filter(Boolean)).toEqual([]);
  });
});

function fits(row: (typeof OUTCOME_TABLE)[number], error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const text = error.message.includes(code) ? error.message : error.message === '' ? code : `${error.message} ${code}`;
  const names = [error.constructor.name, error.name];
  return (
    (row.name === undefined || names.some((name) => row.name?.test(name))) &&
    (row.message === undefined || row.message.test(text))
  );
}
