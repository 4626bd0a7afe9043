/** A lab's profile with its endpoint reached through a forwarder; certificates are verified as ever. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressesIn } from '../../../lib/client/lookup.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import type { ConnectionProfile } from '../../../lib/profile/profile.ts';
import { type Forwarder, startForwarder } from './forwarder.ts';

export async function throughForwarder(lab: Lab): Promise<{ profile: ConnectionProfile; forwarder: Forwarder }> {
  const forwarder = await startForwarder({ host: await addressOfEndpoint(lab), port: lab.profile.endpoint.port });
  const path = join(lab.runDirectory, `hosts-${forwarder.port}`);
  await writeFile(path, `${forwarder.host} through.forwarder\n`);
  const profile: ConnectionProfile = {
    ...lab.profile,
    endpoint: { host: 'through.forwarder', port: forwarder.port },
    nameResolution: { kind: 'hosts-file', path },
  };
  return { profile, forwarder };
}

async function addressOfEndpoint({ profile }: Lab): Promise<string> {
  if (profile.nameResolution.kind !== 'hosts-file') return profile.endpoint.host;
  const [first] = addressesIn(await readFile(profile.nameResolution.path, 'utf8'), profile.endpoint.host);
  if (first === undefined) throw new Error(`${profile.endpoint.host} is not in the lab's hosts file.`);
  return first.address;
}
