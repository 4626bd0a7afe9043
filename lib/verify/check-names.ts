/** Names of checks that somebody wrote: of each that there is not, a sentence with the one that was probably meant. */
import { closestTo } from '../topology/input/closest.ts';
import { describeGiven } from '../topology/input/describe.ts';
import { CHECKS } from './checks.ts';

const NAMES = CHECKS.map(({ name }) => name);

/** What is wrong with a name, for the rest of a sentence; undefined for that of a check. */
export function checkNameComplaint(name: unknown): string | undefined {
  if (typeof name === 'string' && NAMES.includes(name)) return;
  const closest = typeof name === 'string' ? closestTo(name, NAMES) : undefined;
  const meant = closest === undefined ? '' : ` Did you mean "${closest}"?`;
  return `${describeGiven(name)} is no check.${meant} \`redoubt list\` has their names.`;
}
