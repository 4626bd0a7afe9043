import type { AddressInfo } from 'node:net';
import { connect, createServer as createTlsServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { expiredValidity, makeAuthority, type PemPair, signCertificate } from '../../lib/lab/certificates.ts';

/** Whether a client that trusts `ca` and expects `serverName` accepts the certificate; else the code of its refusal. */
async function meet(pair: PemPair, ca: string, serverName: string): Promise<string> {
  const server = createTlsServer({ cert: pair.certificatePem, key: pair.privateKeyPem });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, servername: serverName, ca }, () => {
        resolve('accepted');
        socket.destroy();
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    server.close();
  }
}

describe('a certificate of the lab', () => {
  test('is accepted for its names, wildcards included, by who trusts the authority', async () => {
    const authority = await makeAuthority('a lab');
    const pair = await signCertificate(authority, ['*.lab.example', 'other.example']);
    expect(await meet(pair, authority.certificatePem, 'node.lab.example')).toBe('accepted');
    expect(await meet(pair, authority.certificatePem, 'other.example')).toBe('accepted');
  });

  test('is refused for another name, and for the address', async () => {
    const authority = await makeAuthority('a lab');
    const pair = await signCertificate(authority, ['lab.example']);
    expect(await meet(pair, authority.certificatePem, 'lab.example.org')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await meet(pair, authority.certificatePem, '')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('is refused by who trusts another authority, even one of the same name', async () => {
    const pair = await signCertificate(await makeAuthority('a lab'), ['lab.example']);
    expect(await meet(pair, (await makeAuthority('a lab')).certificatePem, 'lab.example')).toMatch(
      /UNABLE_TO_VERIFY|CERT_SIGNATURE_FAILURE|SELF_SIGNED/,
    );
  });

  test('is refused when it has expired', async () => {
    const authority = await makeAuthority('a lab');
    const pair = await signCertificate(authority, ['lab.example'], expiredValidity());
    expect(await meet(pair, authority.certificatePem, 'lab.example')).toBe('CERT_HAS_EXPIRED');
  });
});
