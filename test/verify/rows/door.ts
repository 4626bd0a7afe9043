/** Reaching the server: connection, certificates, credentials, commands refused. */
import type { Observation } from '../../../lib/verify/observation.ts';
import { CERTIFICATE, type Draft } from '../healthy.ts';
import { enterpriseScene, nodeAt, type Row, rowsOf, type Scene, silence, TIMED_OUT, unreached } from './row.ts';

const withFailure =
  (stage: 'resolve' | 'tcp' | 'tls' | 'authentication' | 'ping', code: string, message: string) =>
  ({ observation }: Scene) => {
    observation.endpoint.connection.failure = { stage, code, message };
    if (stage !== 'ping' && stage !== 'authentication') delete observation.endpoint.connection.certificate;
  };

const reachability = rowsOf('reachability');
const tlsChain = rowsOf('tls-chain');
const tlsName = rowsOf('tls-name');
const tlsExpiry = rowsOf('tls-expiry');
const tlsMinimumVersion = rowsOf('tls-minimum-version');
const plaintextRefused = rowsOf('plaintext-refused');
const credentialRequired = rowsOf('credential-required');
const wrongCredentialRefused = rowsOf('wrong-credential-refused');
const adminCommandsRefused = rowsOf('admin-commands-refused');

type Certificate = Draft<NonNullable<Observation['endpoint']['connection']['certificate']>>;

const certified = (index: number, change: Partial<Certificate>) => (scene: Scene) => {
  nodeAt(scene, index).connection.certificate = { ...structuredClone(CERTIFICATE), ...change } as Certificate;
};
const nodeWithoutCertificate = (scene: Scene) => {
  silence(nodeAt(scene, 4), TIMED_OUT);
  delete nodeAt(scene, 4).connection.certificate;
};
const versions =
  (below: string, atMinimum: string) =>
  ({ observation }: Scene) => {
    observation.protocolVersions = [
      { version: 'TLSv1.1', outcome: below as 'refused', detail: 'as seen' },
      { version: 'TLSv1.2', outcome: atMinimum as 'refused', detail: 'as seen' },
    ];
  };

export const DOOR_ROWS: readonly Row[] = [
  reachability('an endpoint that answers PING over verified TLS passes', 'pass', 'OK', undefined, 'TLSv1.3'),
  reachability(
    'a name without an address fails',
    'fail',
    'ENDPOINT_NAME_NOT_RESOLVED',
    withFailure('resolve', 'ENOTFOUND', 'getaddrinfo ENOTFOUND x'),
  ),
  reachability(
    'a port where nothing listens fails',
    'fail',
    'ENDPOINT_REFUSED',
    withFailure('tcp', 'ECONNREFUSED', 'connect ECONNREFUSED'),
  ),
  reachability(
    'an endpoint behind a closed firewall fails',
    'fail',
    'ENDPOINT_NO_CONNECTION',
    withFailure('tcp', 'TIMED_OUT', 'Nothing came back for 5000 ms.'),
    'firewall',
  ),
  reachability(
    'an endpoint that accepts and never shakes hands fails as silent',
    'fail',
    'ENDPOINT_SILENT',
    withFailure('tls', 'TIMED_OUT', 'Nothing came back for 5000 ms.'),
  ),
  reachability(
    'an endpoint that accepts the credential and never answers fails as silent',
    'fail',
    'ENDPOINT_SILENT',
    withFailure('authentication', 'TIMED_OUT', 'No reply came for 5000 ms.'),
  ),
  reachability(
    'an endpoint that stops answering after AUTH fails as silent',
    'fail',
    'ENDPOINT_SILENT',
    withFailure('ping', 'TIMED_OUT', 'No reply came for 5000 ms.'),
  ),
  reachability('an endpoint that speaks without TLS fails as such', 'fail', 'ENDPOINT_WITHOUT_TLS', (scene) => {
    withFailure('tls', 'ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number')(scene);
    scene.observation.plaintext = { outcome: 'answered', detail: '-NOAUTH Authentication required.' };
  }),
  reachability(
    'an endpoint whose certificate is refused fails',
    'fail',
    'ENDPOINT_CERTIFICATE_REFUSED',
    ({ observation }) => {
      observation.endpoint.connection.failure = {
        stage: 'tls',
        code: 'SELF_SIGNED_CERT_IN_CHAIN',
        message: 'self-signed certificate in certificate chain',
      };
    },
  ),
  reachability(
    'an endpoint whose handshake fails before the certificate fails',
    'fail',
    'ENDPOINT_TLS_FAILED',
    withFailure('tls', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'handshake failure'),
  ),
  reachability(
    'a refused credential fails with the server’s words',
    'fail',
    'ENDPOINT_CREDENTIAL_REFUSED',
    withFailure('authentication', 'WRONGPASS', 'WRONGPASS invalid username-password pair or user is disabled.'),
    'WRONGPASS',
  ),
  reachability(
    'something that is no Redis is said to be that, not to refuse the credential',
    'fail',
    'ENDPOINT_NOT_REDIS',
    withFailure('authentication', 'NOT_RESP', 'A reply should begin with + - : $ or *, but these bytes came: HTTP/1.1'),
    'HTTP/1.1',
  ),
  reachability(
    'a connection that is broken before the credential was answered is said to be that',
    'fail',
    'ENDPOINT_CONNECTION_LOST',
    withFailure('authentication', 'ECONNRESET', 'read ECONNRESET'),
    'ECONNRESET',
  ),
  reachability(
    'a connection that is broken before PING was answered is said to be that',
    'fail',
    'ENDPOINT_CONNECTION_LOST',
    withFailure('ping', 'ECONNRESET', 'read ECONNRESET'),
  ),
  reachability(
    'a server that wants a certificate of the client fails in the handshake, which TLS 1.3 shows late',
    'fail',
    'ENDPOINT_TLS_FAILED',
    withFailure('authentication', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'certificate required'),
    'certificate of the client',
  ),
  reachability(
    'a server without any password fails',
    'fail',
    'ENDPOINT_WITHOUT_PASSWORD',
    withFailure(
      'authentication',
      'ERR',
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
    ),
  ),
  reachability(
    'a server that is still loading fails',
    'fail',
    'ENDPOINT_NOT_SERVING',
    withFailure('ping', 'LOADING', 'LOADING Redis is loading the dataset in memory'),
    'LOADING',
  ),
  reachability(
    'a user who may not PING is unknown, with the word that is lacking',
    'unknown',
    'ENDPOINT_PING_NOT_ALLOWED',
    withFailure('ping', 'NOPERM', "NOPERM this user has no permissions to run the 'ping' command"),
    '`+ping`',
  ),
  reachability(
    'an interrupted run is unknown',
    'unknown',
    'INTERRUPTED',
    withFailure('tls', 'INTERRUPTED', 'The run was interrupted.'),
  ),

  tlsChain('certificates of a trusted authority pass', 'pass', 'OK'),
  tlsChain(
    'one node signed by another authority fails and is named',
    'fail',
    'TLS_CHAIN_NOT_TRUSTED',
    certified(2, { chainError: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    'node-3.shop.cache.test:6379',
  ),
  tlsChain(
    'an expired authority fails although the certificate is in date',
    'fail',
    'TLS_AUTHORITY_OUT_OF_DATE',
    certified(2, { chainError: 'CERT_HAS_EXPIRED' }),
    'an authority above it has expired',
  ),
  tlsChain(
    'an authority that is not valid yet fails and names the clock',
    'fail',
    'TLS_AUTHORITY_OUT_OF_DATE',
    certified(2, { chainError: 'CERT_NOT_YET_VALID' }),
    "this machine's clock (it says 2026-06-01T12:00:00.000Z)",
  ),
  tlsChain(
    'an authority that nobody knows is told with the variable that gives the right one',
    'fail',
    'TLS_CHAIN_NOT_TRUSTED',
    certified(2, { chainError: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }),
    'Set `tls.caFile` (REDIS_TLS_CA_FILE) to the PEM file of the authority that signed it',
  ),
  tlsChain(
    'an expired certificate leaves the chain unknown',
    'unknown',
    'TLS_CHAIN_HIDDEN_BY_DATE',
    certified(2, { chainError: 'CERT_HAS_EXPIRED', validTo: '2026-05-31T00:00:00.000Z' }),
  ),
  tlsChain(
    'a node that showed no certificate leaves it unknown',
    'unknown',
    'TLS_CHAIN_NOT_SEEN',
    nodeWithoutCertificate,
  ),
  tlsChain('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  tlsName('certificates for the server name pass', 'pass', 'OK'),
  tlsName(
    'one node with a certificate for another name fails and is named',
    'fail',
    'TLS_NAME_MISMATCH',
    certified(4, { names: ['DNS:*.other.test'], nameError: "Hostname/IP does not match certificate's altnames" }),
    'DNS:*.other.test',
  ),
  tlsName(
    'a node that showed no certificate leaves it unknown',
    'unknown',
    'TLS_NAME_NOT_SEEN',
    nodeWithoutCertificate,
  ),
  tlsName('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  tlsExpiry('certificates with half a year left pass', 'pass', 'OK', undefined, '182 more days'),
  tlsExpiry(
    'a certificate with exactly the minimum left passes',
    'pass',
    'OK',
    certified(1, { validTo: '2026-06-08T12:00:00.000Z' }),
  ),
  tlsExpiry(
    'an expired certificate fails',
    'fail',
    'TLS_CERTIFICATE_EXPIRED',
    certified(1, { validTo: '2026-06-01T11:59:59.000Z', chainError: 'CERT_HAS_EXPIRED' }),
  ),
  tlsExpiry(
    'a certificate with six days left fails',
    'fail',
    'TLS_CERTIFICATE_EXPIRES_SOON',
    certified(1, { validTo: '2026-06-07T12:00:00.000Z' }),
  ),
  tlsExpiry(
    'a certificate of tomorrow fails',
    'fail',
    'TLS_CERTIFICATE_NOT_YET_VALID',
    certified(1, { validFrom: '2026-06-02T00:00:00.000Z' }),
    "by this machine's clock (2026-06-01T12:00:00.000Z). Check that clock first",
  ),
  tlsExpiry(
    'a node that showed no certificate leaves it unknown',
    'unknown',
    'TLS_EXPIRY_NOT_SEEN',
    nodeWithoutCertificate,
  ),
  tlsExpiry('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  tlsMinimumVersion('refusing 1.1 and accepting 1.2 passes', 'pass', 'OK'),
  tlsMinimumVersion('accepting 1.1 fails', 'fail', 'TLS_VERSION_TOO_LOW_ACCEPTED', versions('accepted', 'accepted')),
  tlsMinimumVersion(
    'refusing the minimum itself fails',
    'fail',
    'TLS_MINIMUM_VERSION_REFUSED',
    versions('refused', 'refused'),
  ),
  tlsMinimumVersion(
    'a hello that this machine cannot send leaves it unknown',
    'unknown',
    'TLS_VERSION_NOT_TRIED',
    versions('not-offered', 'accepted'),
    'cannot offer it',
  ),
  tlsMinimumVersion(
    'a hello that was not answered leaves it unknown',
    'unknown',
    'TLS_VERSION_NOT_TRIED',
    versions('no-answer', 'accepted'),
  ),
  tlsMinimumVersion(
    'a minimum that was not answered leaves it unknown',
    'unknown',
    'NOT_OBSERVED',
    versions('refused', 'no-answer'),
  ),
  tlsMinimumVersion('nothing is known where no hello was sent', 'unknown', 'NOT_OBSERVED', ({ observation }) => {
    observation.protocolVersions = [];
  }),

  plaintextRefused('a connection that is closed passes', 'pass', 'OK'),
  plaintextRefused('bytes that are no RESP pass', 'pass', 'OK', ({ observation }) => {
    observation.plaintext = { outcome: 'not-resp', detail: '0x15030100020246' };
  }),
  plaintextRefused('silence of a server that otherwise answers passes', 'pass', 'OK', ({ observation }) => {
    observation.plaintext = { outcome: 'no-answer', detail: 'Nothing came back for 5000 ms.' };
  }),
  plaintextRefused('silence of a server that answers nobody is unknown', 'unknown', 'NOT_OBSERVED', (scene) => {
    unreached(scene);
    scene.observation.plaintext = { outcome: 'no-answer', detail: 'Nothing came back for 5000 ms.' };
  }),
  plaintextRefused(
    'an answer to PING fails, also when it is an error',
    'fail',
    'PLAINTEXT_ANSWERED',
    ({ observation }) => {
      observation.plaintext = { outcome: 'answered', detail: '-NOAUTH Authentication required.' };
    },
  ),
  plaintextRefused('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  credentialRequired('refusing every command passes', 'pass', 'OK'),
  credentialRequired(
    'running a command without a credential fails',
    'fail',
    'CREDENTIAL_NOT_REQUIRED',
    ({ observation }) => {
      observation.withoutCredential.commands = [{ command: 'DBSIZE', answer: { kind: 'value', value: '12' } }];
    },
    'DBSIZE',
  ),
  credentialRequired('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  wrongCredentialRefused('refusing a wrong password passes', 'pass', 'OK'),
  wrongCredentialRefused(
    'accepting any password fails',
    'fail',
    'WRONG_CREDENTIAL_ACCEPTED',
    ({ observation }) => {
      observation.withWrongCredential.authentication = { kind: 'value', value: 'OK' };
    },
    'nopass',
  ),
  wrongCredentialRefused(
    'running commands after a refused password fails',
    'fail',
    'WRONG_CREDENTIAL_SERVED',
    ({ observation }) => {
      observation.withWrongCredential.commands = [{ command: 'PING', answer: { kind: 'value', value: 'PONG' } }];
    },
  ),
  wrongCredentialRefused('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  adminCommandsRefused('refusing all of them passes', 'pass', 'OK'),
  adminCommandsRefused(
    'one that runs fails and is named',
    'fail',
    'ADMIN_COMMANDS_ALLOWED',
    ({ observation }) => {
      Object.assign(observation.adminCommands[3] ?? {}, { outcome: 'ran', reply: 'ERR syntax error' });
    },
    'SHUTDOWN',
  ),
  adminCommandsRefused(
    'an answer that says neither is unknown',
    'unknown',
    'ADMIN_COMMANDS_UNCLEAR',
    ({ observation }) => {
      Object.assign(observation.adminCommands[0] ?? {}, { outcome: 'unclear', reply: 'ERR busy' });
    },
    'ERR busy',
  ),
  adminCommandsRefused('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),
  rowsOf('admin-commands-refused', enterpriseScene)('a single endpoint passes as well', 'pass', 'OK'),
];
