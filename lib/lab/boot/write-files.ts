/** Everything of a lab that is on disk before its first process starts, but for the state itself. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { writeProfile } from '../../profile/file.ts';
import { profileFor } from '../../profile/from-topology.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import { makeAuthority, signCertificate } from '../certificates.ts';
import { hostsPath, writeHosts } from '../hosts-file.ts';
import { writeNodeFiles } from '../node-files.ts';
import { certificateNames, plannedMembers, plannedPrimary } from '../plan.ts';
import { applicationPasswordPath, writeNewCredentials } from '../secrets.ts';
import { seedFile } from '../seed-file.ts';
import type { LabState } from '../state.ts';
import { writePrivateFile } from '../write-file.ts';

/** @throws ProblemError `LAB_FILE_NOT_WRITTEN`, `PROFILE_NEEDS_AUTHENTICATION` */
export async function writeFiles(runDirectory: string, state: LabState): Promise<void> {
  const credentials = writeNewCredentials(runDirectory, state.topology);
  await writeCertificates(runDirectory, state);
  const members = state.clustered ? plannedMembers(state.topology, state.nodes) : [];
  const seeds = Array.from({ length: state.topology.shardCount }, () => seedFile(randomBytes(20).toString('hex')));
  for (const node of state.nodes) {
    const primary = plannedPrimary(state.nodes, node.shardIndex);
    const replicaOf =
      state.clustered || primary === node ? {} : { replicaOf: { host: primary.host, port: primary.port } };
    const seed = seeds[node.shardIndex] as Buffer;
    writeNodeFiles({ runDirectory, state, node, credentials, members, seed, ...replicaOf });
  }
  writeHosts(runDirectory, state);
  await writeProfile(join(runDirectory, 'profile.json'), labProfile(runDirectory, state));
}

async function writeCertificates(runDirectory: string, { topology, labId }: LabState): Promise<void> {
  const authority = await makeAuthority(`Redoubt lab ${labId}`);
  const server = await signCertificate(authority, certificateNames(topology, labId));
  const folder = join(runDirectory, 'tls');
  writePrivateFile(join(folder, 'authority.pem'), `${authority.certificatePem}\n`);
  writePrivateFile(join(folder, 'server.pem'), `${server.certificatePem}\n`);
  writePrivateFile(join(folder, 'server.key'), `${server.privateKeyPem}\n`);
}

function labProfile(runDirectory: string, state: LabState): ConnectionProfile {
  const ports = state.nodes.map(({ port }) => port);
  const inServiceRange = ports.every((port) => port >= 8_500 && port <= 8_599);
  return profileFor({
    deployment: state.deployment,
    topology: state.topology,
    endpoint: { host: state.endpointName, port: state.endpoint.port },
    ...(state.readerEndpointName === undefined
      ? {}
      : { readerEndpoint: { host: state.readerEndpointName, port: state.endpoint.port } }),
    caFile: join(runDirectory, 'tls', 'authority.pem'),
    secret: { kind: 'file', path: applicationPasswordPath(runDirectory) },
    nameResolution: { kind: 'hosts-file', path: hostsPath(runDirectory) },
    ...(inServiceRange ? {} : { extraPortRange: { from: 20_000, to: 32_000 } }),
  });
}
