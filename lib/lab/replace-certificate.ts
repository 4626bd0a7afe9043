/**
 * Gives a running lab another server certificate, the way a service rotates its own: for proving that a client or a check
 * refuses an expired one, one for another name, or one of an authority it does not know.
 */
import { join } from 'node:path';
import { administratorOf } from './administrator.ts';
import type { PemPair } from './certificates.ts';
import { textOf } from './reply.ts';
import { readState } from './state.ts';
import { writePrivateFile } from './write-file.ts';

/**
 * New connections to the nodes meet the new certificate; established ones go on. The endpoint process of the Azure
 * policies keeps the one it was started with.
 */
export async function replaceCertificate(
  runDirectory: string,
  { certificatePem, privateKeyPem }: PemPair,
): Promise<void> {
  const state = readState(runDirectory);
  const certificatePath = join(runDirectory, 'tls', 'replaced.pem');
  const keyPath = join(runDirectory, 'tls', 'replaced.key');
  // Connected before the change: afterwards this very administrator would refuse what the nodes show.
  const administrator = administratorOf(runDirectory, state.endpointName);
  try {
    await Promise.all(state.nodes.map((node) => administrator.ask(node, [['PING']])));
    writePrivateFile(certificatePath, certificatePem);
    writePrivateFile(keyPath, privateKeyPem);
    const command = [`${state.commandPrefix}-config`, 'SET', 'tls-cert-file', certificatePath, 'tls-key-file', keyPath];
    const replies = await Promise.all(state.nodes.map((node) => administrator.ask(node, [command])));
    for (const [reply] of replies) textOf(reply);
  } finally {
    administrator.close();
  }
}
