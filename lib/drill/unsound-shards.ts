/** Whether the shards are all there before a drill: on a deployment that misses one, nothing that a drill shows would mean anything. */
import type { Problem } from '../base/problem.ts';
import type { ServerView } from '../lab/lab.ts';
import { type Count, countText, isWithin } from '../profile/count.ts';
import { SLOT_COUNT } from '../topology/slot.ts';

/** `TARGET_UNHEALTHY`: another number of primaries than expected, or slots that none of them serves. */
export function unsoundShards(shards: ServerView['shards'], expected: Count): Problem[] {
  const why = whyUnsound(shards, expected);
  if (why === undefined) return [];
  const message = `${why}, so there is nothing sound to disturb. Run \`redoubt verify\` first.`;
  return [{ code: 'TARGET_UNHEALTHY', message }];
}

function whyUnsound(shards: ServerView['shards'], expected: Count): string | undefined {
  if (!isWithin(shards.length, expected)) return `${shards.length} of ${countText(expected)} shards have a primary`;
  // Within a range the number alone does not show that one is missing.
  const served = shards.flatMap(({ slots }) => slots).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  if (served === SLOT_COUNT) return undefined;
  return `The primaries of ${shards.length} shards serve ${served} of ${SLOT_COUNT} slots`;
}
