/**
 * Real packet loss for one address: its packets are routed into a tunnel that nobody reads, so established connections
 * fall silent and new ones find no answer, not even a refusal. Only inside a network namespace of the lab's own, where
 * this user may change routes; nobody else's network is touched.
 */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { ProblemError } from '../base/problem.ts';
import { currentNetworkNamespace } from './network-namespace.ts';
import type { LabState } from './state.ts';

const run = promisify(execFile);
const TUNNEL = 'redoubt0';

/** @throws ProblemError `LAB_CANNOT_DROP_PACKETS` */
export async function dropPackets(state: LabState, host: string): Promise<void> {
  if (!mayDrop(state))
    throw cannotDrop('the lab does not run in a network namespace of its own, entered by this command');
  try {
    await makeTunnel();
    // The table that is asked first of all, so that the longer match wins over "127.0.0.0/8 is this host".
    await run('ip', ['route', 'replace', `${host}/32`, 'dev', TUNNEL, 'table', 'local']);
  } catch (error) {
    throw cannotDrop((error as Error).message, error);
  }
}

/** Undoes `dropPackets`; nothing to do where the lab's namespace is not ours (it ends with its last process). */
export async function letPacketsThrough(state: LabState, host: string): Promise<void> {
  if (!mayDrop(state)) return;
  await run('ip', ['route', 'del', `${host}/32`, 'dev', TUNNEL, 'table', 'local']).catch(() => undefined);
}

export function mayDrop(state: Pick<LabState, 'networkNamespace'>): boolean {
  return state.networkNamespace !== undefined && state.networkNamespace === currentNetworkNamespace();
}

async function makeTunnel(): Promise<void> {
  if (existsSync(`/proc/sys/net/ipv4/conf/${TUNNEL}`)) return;
  await run('ip', ['tuntap', 'add', 'mode', 'tun', 'name', TUNNEL]);
  await run('ip', ['link', 'set', TUNNEL, 'up']);
  // Loopback addresses may leave by a device only when it is told so; else a connect would fail at once instead of hanging.
  writeFileSync(`/proc/sys/net/ipv4/conf/${TUNNEL}/route_localnet`, '1');
}

function cannotDrop(reason: string, cause?: unknown): ProblemError {
  const message = `Packets cannot be dropped here: ${reason}. Use the old-node mode "silent", or start the lab where network namespaces are allowed.`;
  return new ProblemError({ code: 'LAB_CANNOT_DROP_PACKETS', message }, { cause });
}
