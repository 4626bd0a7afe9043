/** The context of the CDK app (`-c KEY=VALUE`, cdk.json): what it reads, and what would be passed over in silence. */
import type { Problem } from '../lib/base/problem.ts';
import { closestTo } from '../lib/topology/input/closest.ts';

/** What the app reads of the context. */
export const CONTEXT = [
  'deployment',
  'vpcId',
  'stackName',
  'verify',
  'templateReplicasPerShard',
  'templateShardCount',
] as const;
export type ContextKey = (typeof CONTEXT)[number];

/**
 * A key that is almost one of these would be ignored, and a VPC made where one was meant; a value that a shell left empty is none.
 * Other keys are the CDK's, or somebody's own.
 */
export function contextProblems(given: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(given).flatMap(([key, value]): Problem[] => {
    if ((CONTEXT as readonly string[]).includes(key)) {
      if (value !== '') return [];
      const message = `The context \`${key}\` is empty: give it a value, or leave it out for its default.`;
      return [{ code: 'AWS_CONTEXT_EMPTY', message, path: key }];
    }
    const meant = meantBy(key);
    if (meant === undefined) return [];
    const message = `There is no context \`${key}\` here; did you mean \`${meant}\`? There are ${CONTEXT.join(', ')}.`;
    return [{ code: 'AWS_CONTEXT_UNKNOWN', message, path: key }];
  });
}

/** Feature flags (`@aws-cdk/core:…`), settings (`aws:cdk:…`) and what was looked up (`vpc-provider:account=…`, `availability-zones:…`). */
const OF_THE_CDK = /[@:/]/;

/** The key that was meant: of nearly the same letters, or named by a part of its words. */
function meantBy(key: string): ContextKey | undefined {
  if (OF_THE_CDK.test(key)) return undefined;
  const words = wordsOf(key);
  return (closestTo(key, CONTEXT) as ContextKey | undefined) ?? CONTEXT.find((ours) => isPartOf(words, wordsOf(ours)));
}

/** Words that people add to a name without meaning another thing: `deploymentName`, `stackId`. */
const ADDED = ['id', 'name', 'file'];
/** A last word alone, like `name`, may be of anything. */
const LEAST_WORDS_OF_AN_END = 2;

/** `vpc` and `stack` begin a key of ours, `shardCount` ends one, and `deploymentFile` is one with a word added. */
function isPartOf(given: readonly string[], ours: readonly string[]): boolean {
  const [last = ''] = given.slice(-1);
  const begun = given.length > 1 && ADDED.includes(last) ? given.slice(0, -1) : given;
  if (begun.length === 0) return false;
  const begins = begun.every((word, index) => word === ours[index]);
  const ends =
    given.length >= LEAST_WORDS_OF_AN_END && given.every((word, index) => word === ours.at(index - given.length));
  return begins || ends;
}

/** `templateShardCount`, `template-shard-count` and `TEMPLATE_SHARD_COUNT` are the same three. */
function wordsOf(key: string): string[] {
  return key
    .replaceAll(/([a-z\d])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}
