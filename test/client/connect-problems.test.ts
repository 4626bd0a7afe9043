import { expect, test } from 'vitest';
import { connectProblem } from '../../lib/client/connect-problems.ts';

const SUBJECT = {
  address: 'cache.example:10000',
  serverName: 'cache.example',
  caFile: undefined,
  userName: undefined,
  connectTimeoutMs: 2_000,
};
const withCode = (code: string, message = 'm') => Object.assign(new Error(message), { code });

test.each([
  [withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'CLIENT_TLS_NAME_MISMATCH'],
  [withCode('CERT_HAS_EXPIRED'), 'CLIENT_TLS_EXPIRED'],
  [withCode('CERT_NOT_YET_VALID'), 'CLIENT_TLS_NOT_YET_VALID'],
  [withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'CLIENT_TLS_UNTRUSTED'],
  [withCode('SELF_SIGNED_CERT_IN_CHAIN'), 'CLIENT_TLS_UNTRUSTED'],
  [withCode('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), 'CLIENT_TLS_VERSION'],
  [withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'CLIENT_NOT_TLS'],
  [new Error('WRONGPASS invalid username-password pair or user is disabled.'), 'CLIENT_WRONG_CREDENTIALS'],
  [new Error('NOAUTH Authentication required.'), 'CLIENT_WRONG_CREDENTIALS'],
  [new Error('ERR invalid password'), 'CLIENT_WRONG_CREDENTIALS'],
  [new Error('LOADING Redis is loading the dataset in memory'), 'CLIENT_SERVER_NOT_READY'],
  [new Error('CLUSTERDOWN The cluster is down'), 'CLIENT_SERVER_NOT_READY'],
  [withCode('ENOTFOUND'), 'CLIENT_NAME_UNKNOWN'],
  [withCode('ECONNREFUSED'), 'CLIENT_REFUSED'],
  [new AggregateError([withCode('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1')]), 'CLIENT_REFUSED'],
  [withCode('ETIMEDOUT'), 'CLIENT_NEVER_ANSWERS'],
  [withCode('ECONNRESET'), 'CLIENT_CONNECTION_LOST'],
  [new Error('Connection is closed.'), 'CLIENT_CONNECTION_LOST'],
  [new Error('something new'), 'CLIENT_CANNOT_CONNECT'],
  ['thrown text', 'CLIENT_CANNOT_CONNECT'],
])('%s is told as %s, in a sentence with the address', (error, code) => {
  const { problems, cause } = connectProblem(error, SUBJECT);
  expect(problems[0]?.code).toBe(code);
  expect(problems[0]?.message).toMatch(/cache\.example:10000.*\.$/s);
  expect(cause).toBe(error);
});

test('an authority that is not known is told without the advice about its own options that Node adds', () => {
  const ofNode =
    'unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca';
  const { problems } = connectProblem(withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE', ofNode), SUBJECT);
  expect(problems[0]?.message).toBe(
    "The certificate of cache.example:10000 is not signed by an authority in the system's trust store (unable to verify the first certificate). Set tls.caFile to the authority that signed it.",
  );
});
