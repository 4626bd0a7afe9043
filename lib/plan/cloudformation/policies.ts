/** DeletionPolicy and UpdateReplacePolicy: they keep the data somewhere, and never in the new cache. */

const KEPT: Readonly<Record<string, string>> = {
  Snapshot: 'CloudFormation takes a last snapshot of the old one, which the new one does not start from',
  Retain: 'the old one stays outside the stack with its data, and is paid for, while the new one is empty',
  RetainExceptOnCreate:
    'the old one stays outside the stack with its data, and is paid for, while the new one is empty',
};

/** Empty when the policy keeps nothing. A sentence only: what clients find is an empty cache all the same. */
export function keepingSentence(when: 'deletion' | 'replacement', policy: string): string {
  const kept = Object.hasOwn(KEPT, policy) ? KEPT[policy] : undefined;
  if (kept === undefined) return '';
  if (when === 'replacement') return `With UpdateReplacePolicy: ${policy}, ${kept}.`;
  return policy === 'Snapshot'
    ? 'With DeletionPolicy: Snapshot, CloudFormation takes a last snapshot of it.'
    : `With DeletionPolicy: ${policy}, it stays outside the stack with its data, and is paid for.`;
}

export function keepsData(policy: string): boolean {
  return Object.hasOwn(KEPT, policy);
}

/** The resource itself stays when it leaves the stack; a snapshot is another thing. */
export function retains(policy: string): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

/** A name that the template gives and keeps: a second resource cannot have it while the first one lives. */
export function sameNameSentence(property: string | undefined, before: unknown, after: unknown): string {
  if (property === undefined || typeof before !== 'string' || before !== after) return '';
  return `As long as ${property} stays the same, CloudFormation fails instead, because it does not replace a resource under a name that is taken.`;
}
