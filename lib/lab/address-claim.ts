/**
 * Loopback addresses of its own for every lab, so that labs never meet and the service's own ports (6379, 10000,
 * 8500-8599) are free for each of them. Linux answers on all of 127.0.0.0/8; other systems on 127.0.0.1 only.
 *
 * A lab claims a /24 by an exclusive file that names its run directory; the claim ends with the run directory.
 */
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { makePrivateDirectory, userDirectory } from './run-directory.ts';

const CLAIM_ATTEMPTS = 200;

function claimsDirectory(): string {
  return join(userDirectory(), 'addresses');
}

/**
 * @returns the first three numbers of the claimed addresses, or `undefined` where only 127.0.0.1 can be used.
 */
export async function claimSubnet(runDirectory: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  makePrivateDirectory(claimsDirectory());
  removeStaleClaims();
  for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt += 1) {
    // 127.0 and 127.1 are left alone: system services (resolvers, the host's own name) are there.
    const subnet = `127.${randomInt(64, 128)}.${randomInt(0, 256)}`;
    if (!claim(subnet, runDirectory)) continue;
    if (await isFree(`${subnet}.1`, 0)) return subnet;
    rmSync(join(claimsDirectory(), subnet), { force: true });
    return undefined;
  }
  return undefined;
}

export function releaseSubnet(subnet: string | undefined, runDirectory: string): void {
  if (subnet === undefined) return;
  const path = join(claimsDirectory(), subnet);
  if (holderOf(path) === runDirectory) rmSync(path, { force: true });
}

/** Whether a server could listen there now. Port 0 asks about the address alone. */
export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function claim(subnet: string, runDirectory: string): boolean {
  try {
    writeFileSync(join(claimsDirectory(), subnet), runDirectory, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeStaleClaims(): void {
  for (const name of readdirSync(claimsDirectory())) {
    const path = join(claimsDirectory(), name);
    const holder = holderOf(path);
    if (holder !== undefined && holder !== '' && !existsSync(holder)) rmSync(path, { force: true });
  }
}

function holderOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
