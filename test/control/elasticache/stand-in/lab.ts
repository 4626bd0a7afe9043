/** A lab whose topology is what the installed server really is, so that nothing differs that was not changed. */

import type { Lab } from '../../../../lib/lab/lab.ts';
import { findRedisServer } from '../../../../lib/lab/redis-binary.ts';
import type { TopologyInput } from '../../../../lib/topology/topology.ts';
import { startTestLab } from '../../../lab/support/lab.ts';

export type DescribableChanges = Partial<Extract<TopologyInput, { platform: 'elasticache' }>>;

export async function startDescribableLab(changes: DescribableChanges = {}): Promise<Lab> {
  const { kind, version } = await findRedisServer(process.env);
  return startTestLab({
    platform: 'elasticache',
    name: 'Orders',
    engine: kind,
    engineVersion: `${version.major}.${version.minor}`,
    shardCount: 3,
    replicasPerShard: 1,
    ...changes,
  });
}
