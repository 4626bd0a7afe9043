/** Where a user may put keys: what `redoubt verify` and the drills have to begin theirs with, so that the server lets them. */
import { accessMeaning } from './access-string.ts';

export interface KeyRights {
  /** Keys that begin so may be touched; empty where every key may be. */
  readonly prefix: string;
  readonly read: boolean;
  readonly write: boolean;
}

/** A beginning and nothing else. A brace in it would put every key into one slot, and other signs leave open what a key may be. */
const BEGINNING = /^([^*?[\]\\{}]*)\*$/;

const NOWHERE: KeyRights = { prefix: '', read: false, write: false };

/**
 * The widest of its patterns that say how a key begins: one to read and write, or else one to read. Patterns like `~*:cart` are left
 * out, and rights of selectors.
 */
export function keyRightsOf(accessString: string): KeyRights {
  const patterns = accessMeaning(accessString).keys.split(' ').flatMap(patternOf);
  const everywhere = patterns.find(({ prefix }) => prefix === '') ?? NOWHERE;
  const [widest] = patterns
    .map(({ prefix, read, write }) => ({ prefix, read: read || everywhere.read, write: write || everywhere.write }))
    .filter(({ read }) => read)
    .toSorted((one, other) => Number(other.write) - Number(one.write) || one.prefix.length - other.prefix.length);
  return widest ?? NOWHERE;
}

function patternOf(text: string): KeyRights[] {
  const [, kinds = 'RW', pattern = ''] = /^(?:%([RW]+))?~(.*)$/.exec(text) ?? [];
  const prefix = BEGINNING.exec(pattern)?.[1];
  // A profile takes no control characters.
  return prefix === undefined || /\p{Cc}/u.test(prefix)
    ? []
    : [{ prefix, read: kinds.includes('R'), write: kinds.includes('W') }];
}
