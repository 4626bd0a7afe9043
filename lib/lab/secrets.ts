/** The lab's passwords: made for one lab, in files that only this user may read, never in arguments or logs. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Topology } from '../topology/topology.ts';
import { applicationUserOf, type Credentials } from './acl.ts';
import { writePrivateFile } from './write-file.ts';

export function applicationPasswordPath(runDirectory: string): string {
  return join(runDirectory, 'secrets', 'application-password');
}

export function administratorPasswordPath(runDirectory: string): string {
  return join(runDirectory, 'secrets', 'administrator-password');
}

export function writeNewCredentials(runDirectory: string, topology: Topology): Credentials {
  const credentials = { applicationPassword: newPassword(), administratorPassword: newPassword() };
  writePrivateFile(applicationPasswordPath(runDirectory), credentials.applicationPassword);
  writePrivateFile(administratorPasswordPath(runDirectory), credentials.administratorPassword);
  return { applicationUser: applicationUserOf(topology), ...credentials };
}

export function readCredentials(runDirectory: string, topology: Topology): Credentials {
  return {
    applicationUser: applicationUserOf(topology),
    applicationPassword: readFileSync(applicationPasswordPath(runDirectory), 'utf8'),
    administratorPassword: readFileSync(administratorPasswordPath(runDirectory), 'utf8'),
  };
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
