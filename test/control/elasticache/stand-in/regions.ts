/** How a secondary gets what is written to the primary, and who takes writes: differently in cluster mode and without it. */
import type { Lab } from '../../../../lib/lab/lab.ts';
import { copiedRegions } from './copied-regions.ts';
import { replicatedRegions } from './replicated-regions.ts';

export interface Regions {
  begin(primary: Lab, secondary: Lab): Promise<void>;
  /** The one refuses writes from now on; the other takes them when it is over. @param during what takes the service its time */
  handOver(former: Lab, next: Lab, during: () => Promise<void>): Promise<void>;
  /** The secondary becomes a group of its own, which holds what the primary holds. */
  release(primary: Lab, leaving: Lab, during: () => Promise<void>): Promise<void>;
  /** Every lab is one of its own again, and takes writes. */
  end(members: readonly Lab[]): Promise<void>;
}

export function regionsOf({ profile }: Lab, isLate: (key: string) => boolean): Regions {
  return profile.clientMode === 'cluster' ? copiedRegions(isLate) : replicatedRegions;
}
