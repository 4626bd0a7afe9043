import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab, StartLabOptions } from '../../../lib/lab/lab.ts';
import { startLab } from '../../../lib/lab/start.ts';
import { type TopologyInput, topologySchema } from '../../../lib/topology/topology.ts';

export const ELASTICACHE = {
  platform: 'elasticache',
  name: 'orders',
  shardCount: 3,
  replicasPerShard: 1,
} satisfies TopologyInput;
export const AZURE_OSS = {
  platform: 'azure-managed-redis',
  name: 'orders',
  clusteringPolicy: 'OSSCluster',
  sku: 'Balanced_B5',
  shardCount: 3,
} satisfies TopologyInput;

export const AZURE_NO_CLUSTER = {
  platform: 'azure-managed-redis',
  name: 'orders',
  clusteringPolicy: 'NoCluster',
  sku: 'Balanced_B5',
  shardCount: 1,
} satisfies TopologyInput;

export function newBaseDirectory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'redoubt-test-')));
}

export function removeBaseDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** A lab in a base directory of its own; stop it and remove the base when done. */
export async function startTestLab(topology: TopologyInput, options: Partial<StartLabOptions> = {}): Promise<Lab> {
  const baseDirectory = options.baseDirectory ?? newBaseDirectory();
  return startLab({
    deployment: 'test',
    detached: false,
    ...options,
    topology: topologySchema.parse(topology),
    baseDirectory,
  });
}

/** Pids of processes that have the directory in their arguments (Linux). */
export function processesIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => commandLineOf(pid).includes(directory));
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
